import { entityId } from '../entity-ids.ts'
import { secondAt, type Plot } from './incident.ts'

/** A port of a fabric switch fails for some minutes; the host behind it has one path less. */
export const pathFailover: Plot = ({ plant, random, lengthS, cause }) => {
  const host = random.pick(plant.hosts.filter((each) => each.cluster === plant.clusters[0]))
  const hba = random.chance(0.5) ? 1 : 0
  const fabric = plant.fabrics[hba]!
  const startS = secondAt(lengthS, random.between(0.3, 0.4))
  const endS = Math.min(lengthS - 30, startS + Math.round(random.between(240, 480)))
  return {
    id: 'path-failover',
    kind: 'path-loss',
    isDecoy: false,
    root: entityId.fcPort(fabric, host.hbas[hba]!.switchPort),
    through: entityId.hba(host, hba),
    startS,
    endS,
    summary: `${fabric.name} ${host.hbas[hba]!.switchPort} to ${host.name} goes down`,
    act: (world, second) => {
      if (second === startS) world.setPort(host, hba, false, cause)
      if (second === endS) world.setPort(host, hba, true, cause)
    },
  }
}
