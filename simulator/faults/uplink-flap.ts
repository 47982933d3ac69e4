import { entityId } from '../entity-ids.ts'
import { secondAt, type Plot } from './incident.ts'

/** A bad cable: the link of a host's NIC goes down and comes back, again and again, for some minutes. */
export const uplinkFlap: Plot = ({ plant, random, lengthS, cause }) => {
  const host = random.pick(plant.hosts.filter((each) => each.cluster === plant.clusters[0]))
  const nic = random.chance(0.5) ? 1 : 0
  const startS = secondAt(lengthS, random.between(0.66, 0.7))
  const lastS = Math.min(lengthS - 30, startS + Math.round(random.between(180, 300)))
  const toggles = new Map<number, boolean>()
  for (let at = startS, isUp = false; at < lastS; isUp = !isUp) {
    toggles.set(at, isUp)
    at += Math.round(isUp ? random.between(8, 25) : random.between(4, 9))
  }
  toggles.set(lastS, true)
  return {
    id: 'uplink-flap',
    kind: 'link-fault',
    isDecoy: false,
    root: entityId.nic(host, nic),
    through: entityId.switchPort(plant.switches[nic]!.name, host.nics[nic]!.switchPort),
    startS,
    endS: lastS,
    summary: `${host.nics[nic]!.name} of ${host.name} flaps`,
    act: (world, second) => {
      const isUp = toggles.get(second)
      if (isUp === undefined || world.uplinks[host.index]!.up[nic] === isUp) return
      world.setLink(host, nic, isUp, cause)
    },
  }
}
