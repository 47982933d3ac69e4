import { entityId } from '../entity-ids.ts'
import { ioFlow, ioProfile, type IoFlow } from '../physics/io-flow.ts'
import { STORY_ROGUE } from '../plant/vms.ts'
import { secondAt, type Plot } from './incident.ts'

/** What its CPU lets the rogue issue, IOs a second. */
const ISSUE_LIMIT = 6_000

/**
 * A build server restores a cache: many writers, random blocks, on the LUN of some thirty desktops.
 * The write cache takes it for some seconds; then everybody's IOs queue behind its own.
 */
export const rogueVm: Plot = ({ plant, random, lengthS, cause }) => {
  const vm = plant.vms.find((each) => each.name === STORY_ROGUE)!
  const startS = secondAt(lengthS, 98 / 120) + 4
  const endS = Math.min(lengthS - 30, startS + Math.round(random.between(820, 900)))
  const profile = ioProfile(0.05, random.pick([32_768, 65_536]), 0.3)
  const depth = random.pick([80, 96, 112])
  const job = `ci-job-${88_000 + random.below(900)}`
  let flow: IoFlow | undefined
  return {
    id: 'rogue-vm',
    kind: 'storage-overload',
    isDecoy: false,
    root: entityId.vm(vm),
    through: entityId.lun(vm.lun),
    startS,
    endS,
    summary: `${vm.name} restores a cache with ${depth} writes outstanding on ${vm.lun.datastore}`,
    act: (world, second) => {
      if (second === startS) {
        const place = { vm: vm.index, host: world.hostOf(vm).index, lun: vm.lun.index }
        flow = ioFlow(place, profile, 'closed', depth, cause)
        flow.offered = ISSUE_LIMIT
        world.ioLoads.add(flow)
        world.happenings.push({ what: 'job', vm, name: job, isStart: true, cause })
      }
      if (second === endS && flow !== undefined) {
        world.ioLoads.delete(flow)
        world.happenings.push({ what: 'job', vm, name: job, isStart: false, cause })
      }
    },
  }
}
