import type { Plant } from '../plant/plant.ts'
import type { World } from '../physics/world.ts'
import type { Random } from '../random.ts'

/** Something that is done to the data centre: a fault that hurts, or a decoy that only looks so. */
export interface Incident {
  readonly id: string
  readonly kind: string
  readonly isDecoy: boolean
  /** Entity id of what is to blame, and of the shared thing through which it hurts, where there is one. */
  readonly root: string
  readonly through?: string
  /** Seconds since the beginning; half open. */
  readonly startS: number
  readonly endS: number
  readonly summary: string
  /** Called before each second from start to end, and once at the end with `second === endS`. */
  act(world: World, second: number): void
}

/** What an incident is made from. `cause` is its index among those of the run. */
export interface Setting {
  readonly plant: Plant
  readonly random: Random
  readonly lengthS: number
  readonly cause: number
}

/** Makes incidents of one kind. */
export type Plot = (setting: Setting) => Incident

/** A second of the run by its share, and not later than leaves room for the incident. */
export function secondAt(lengthS: number, share: number): number {
  return Math.max(1, Math.round(lengthS * share))
}
