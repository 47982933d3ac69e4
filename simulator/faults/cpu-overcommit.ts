import { entityId } from '../entity-ids.ts'
import type { Host, Vm } from '../plant/plant.ts'
import { secondAt, type Plot } from './incident.ts'

/** Seconds between two migrations. */
const MOVE_EVERY_S = 2

/**
 * Two hosts go into maintenance and a rule lets their desktops run on one other host only. DRS obeys,
 * and the host has more work than cores until the desktops go back.
 */
export const cpuOvercommit: Plot = ({ plant, random, lengthS, cause }) => {
  const hosts = random.shuffled(plant.hosts.filter((each) => each.cluster === plant.clusters[0]))
  const target = hosts[0]!
  const evacuated = hosts.slice(1, 3)
  const startS = secondAt(lengthS, random.between(0.5, 0.55))
  const endS = Math.min(lengthS - 30, startS + Math.round(random.between(700, 1000)))
  let away: { vm: Vm; from: Host }[] = []
  return {
    id: 'cpu-overcommit',
    kind: 'cpu-contention',
    isDecoy: false,
    root: entityId.host(target),
    startS,
    endS,
    summary: `DRS moves the desktops of ${evacuated.map((h) => h.name).join(', ')} to ${target.name}`,
    act: (world, second) => {
      if (second === startS) {
        for (const host of evacuated) {
          world.happenings.push({ what: 'maintenance', host, isStart: true, cause })
        }
        const vms = plant.vms.filter((vm) => evacuated.includes(world.hostOf(vm)))
        away = vms.map((vm) => ({ vm, from: world.hostOf(vm) }))
      }
      const step = second - startS
      const next = away[step / MOVE_EVERY_S]
      if (next !== undefined && second < endS) world.move(next.vm, target, 'drs', cause)
      if (second !== endS) return
      for (const host of evacuated) {
        world.happenings.push({ what: 'maintenance', host, isStart: false, cause })
      }
      for (const { vm, from } of away) world.move(vm, from, 'drs', cause, -1)
    },
  }
}
