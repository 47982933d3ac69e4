import type { World } from '../physics/world.ts'
import type { Truth } from '../truth/truth.ts'
import type { Log } from './log.ts'

/** Seconds between two samples of everything, as vSphere's real-time statistics have it. */
export const SAMPLE_S = 20

/** What a voice may look at, and where it speaks. */
export interface Scene {
  readonly world: World
  readonly log: Log
  /** Only to say which event a line reports; nothing in the truth may change a line. */
  readonly truth: Truth
  /** Beginning of the second, true time in microseconds. */
  readonly us: number
}

/** The devices of one kind. Each draws from a random stream of its own. */
export interface Voice {
  /** After each second. */
  second?(scene: Scene): void
  /** Every {@link SAMPLE_S} seconds, before the meters are read and set back. */
  sample?(scene: Scene): void
}
