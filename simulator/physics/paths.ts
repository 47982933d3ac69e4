import type { Host } from '../plant/plant.ts'

/**
 * Seconds until the driver gives a lost port up and returns its commands with "no connect": the port-down
 * timer of Fibre Channel HBA drivers, 10 s as shipped. Only then does multipathing use the other path.
 */
const PORT_DOWN_S = 10

/** The two ways of a host into the fabrics. IOs go round robin over the paths that work. */
export class PathPhysics {
  readonly host: Host
  readonly up: [boolean, boolean] = [true, true]
  readonly bytes = [0, 0]
  #heldUntil = 0
  cause = -1

  constructor(host: Host) {
    this.host = host
  }

  setPort(hba: 0 | 1, isUp: boolean, second: number, cause: number): void {
    if (this.up[hba] === isUp) return
    this.up[hba] = isUp
    this.cause = cause
    this.#heldUntil = isUp ? 0 : second + PORT_DOWN_S
  }

  /**
   * Whether commands hang on a path that is lost but not yet given up. Round robin has put every stream
   * on it within moments, so that each waits for its own.
   */
  isHeld(second: number): boolean {
    return second < this.#heldUntil
  }
}
