import type { Incident } from '../faults/incident.ts'
import type { Vm } from '../plant/plant.ts'
import { WAITS } from '../physics/waits.ts'
import { responseMs } from '../physics/worker.ts'
import type { World } from '../physics/world.ts'

/** What an incident did to whoever works on a VM. Milliseconds. */
export interface Hurt {
  readonly vm: Vm
  /** Waiting that is the incident's doing. */
  blameMs: number
  /** All response time of the actions that ended while the incident was on or shortly after. */
  responseMs: number
  /** The same by kind of wait. */
  readonly waits: Float64Array
}

/** Below this, or below this share of the time people waited anyway, nobody was hurt. */
const HURT_MS = 2_000
const HURT_SHARE = 0.2
/** Actions that ended this long (s) after an incident may still have begun in it. */
const AFTER_S = 120

/** Adds up who waited for whom. */
export class Impact {
  readonly #incidents: readonly Incident[]
  readonly #hurt: readonly Map<number, Hurt>[]

  constructor(incidents: readonly Incident[]) {
    this.#incidents = incidents
    this.#hurt = incidents.map(() => new Map())
  }

  /** Takes the actions that ended in the last second. */
  second(world: World): void {
    for (const { worker, action } of world.finished) {
      const total = responseMs(action)
      this.#incidents.forEach((incident, cause) => {
        if (action.endS < incident.startS || action.startS > incident.endS + AFTER_S) return
        const hurt = this.#of(cause, worker.vm)
        hurt.blameMs += action.blame[cause]!
        hurt.responseMs += total
        for (let i = 0; i < WAITS.length; i++) hurt.waits[i]! += action.waits[i]!
      })
    }
  }

  /** Those an incident really hurt, the worst first. */
  hurtBy(cause: number): Hurt[] {
    return [...this.#hurt[cause]!.values()]
      .filter((hurt) => hurt.blameMs >= Math.max(HURT_MS, HURT_SHARE * hurt.responseMs))
      .sort((a, b) => b.blameMs - a.blameMs || a.vm.index - b.vm.index)
  }

  #of(cause: number, vm: Vm): Hurt {
    const known = this.#hurt[cause]!.get(vm.index)
    if (known !== undefined) return known
    const hurt = { vm, blameMs: 0, responseMs: 0, waits: new Float64Array(WAITS.length) }
    this.#hurt[cause]!.set(vm.index, hurt)
    return hurt
  }
}
