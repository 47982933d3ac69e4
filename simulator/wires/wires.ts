import type { Portion } from '../simulate.ts'

/** Where what the data centre says goes. */
export interface Wires {
  /** Sends a second's worth; waits while the other side takes no more. */
  send(portion: Portion): Promise<void>
  /** Sends what is held back and waits until all of it has left. */
  close(): Promise<void>
}
