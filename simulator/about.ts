import { isoTime, SECOND_US } from './clock.ts'
import { entityId } from './entity-ids.ts'
import { STORY_DESKTOP } from './plant/vms.ts'
import type { Simulation } from './simulate.ts'

/** What may be told about a run to whoever looks at it: what its user complains about, never why. */
export interface About {
  /** RFC 3339, half open. */
  readonly from: string
  readonly to: string
  /** Log lines, metric points, rows of inventory and of changes. */
  readonly lines: number
  readonly points: number
  readonly inventory: number
  readonly changes: number
  readonly vms: number
  readonly hosts: number
  /** The desktop of the story while its user waits for every key; absent when the run spares it. */
  readonly slow?: { readonly desktop: string; readonly from: string; readonly to: string }
}

/** Counts of what left; see {@link About}. */
export type Sent = Pick<About, 'lines' | 'points' | 'inventory' | 'changes'>

/** Describes a run that has been played out. */
export function aboutRun(
  simulation: Simulation,
  { startUs, lengthS }: { readonly startUs: number; readonly lengthS: number },
  sent: Sent,
): About {
  const { vms, hosts } = simulation.world.plant
  return {
    from: isoTime(startUs, 0),
    to: isoTime(startUs + lengthS * SECOND_US, 0),
    ...sent,
    vms: vms.length,
    hosts: hosts.length,
    ...slowDesktop(simulation),
  }
}

function slowDesktop({ truth, world }: Simulation): Pick<About, 'slow'> {
  const vm = world.plant.vms.find(({ name }) => name === STORY_DESKTOP)
  if (vm === undefined) return {}
  const session = entityId.session(vm)
  const slow = truth.events.filter(({ what, entity, cause }) => {
    return what === 'input slow' && entity === session && truth.incidents[cause]?.isDecoy === false
  })
  if (slow.length === 0) return {}
  const from = isoTime(Math.min(...slow.map(({ startUs }) => startUs)), 0)
  const to = isoTime(Math.max(...slow.map(({ endUs }) => endUs)), 0)
  return { slow: { desktop: vm.name, from, to } }
}
