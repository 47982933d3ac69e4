import type { Host } from '../plant/plant.ts'

/** Seconds a host needs to see a link go and move its VMs to the other NIC. */
const FAILOVER_S = 1
/** Seconds a switch port needs before it forwards; the host has moved its VMs back by then. */
const FORWARDING_S = 2
/** First retransmission of TCP (RFC 6298 section 2.1); it doubles each time. */
const FIRST_RETRANSMIT_S = 1

/** 10 Gbit/s in bytes. */
export const LINK_BYTES_PER_S = 1.25e9

/**
 * The two NICs of a host. A VM's traffic goes over the one its port is pinned to; when that link goes
 * down it is lost until the host fails over, and again at failback until the switch port forwards.
 */
export class UplinkPhysics {
  readonly host: Host
  readonly up: [boolean, boolean] = [true, true]
  /** Second until which traffic pinned to a NIC is lost. */
  readonly #lostUntil = [0, 0]
  /** Second in which connections that lost packets speak again. */
  readonly #quietUntil = [0, 0]
  readonly bytes = [0, 0]
  /** Who took the link down last; -1 nobody. */
  cause = -1

  constructor(host: Host) {
    this.host = host
  }

  setLink(nic: 0 | 1, isUp: boolean, second: number, cause: number): void {
    if (this.up[nic] === isUp) return
    this.up[nic] = isUp
    this.cause = cause
    const from = Math.max(second, this.#lostUntil[nic]!)
    const since = this.isLost(nic, second) ? from : second
    this.#lostUntil[nic] = second + (isUp ? FORWARDING_S : FAILOVER_S)
    this.#quietUntil[nic] = since + retransmitAfter(this.#lostUntil[nic] - since)
  }

  /** Whether packets of a VM pinned to the NIC are lost in this second. */
  isLost(pinned: 0 | 1, second: number): boolean {
    return second < this.#lostUntil[pinned]!
  }

  /** Whether a connection over the NIC still waits for its retransmission. */
  isQuiet(pinned: 0 | 1, second: number): boolean {
    return second < this.#quietUntil[pinned]!
  }

  /** The NIC that carries what is pinned to `pinned`. */
  carrier(pinned: 0 | 1): 0 | 1 {
    return this.up[pinned] || !this.up[1 - pinned]! ? pinned : pinned === 0 ? 1 : 0
  }
}

/** When, after the first lost packet, the first retransmission finds the link working again. */
function retransmitAfter(outageS: number): number {
  let after = FIRST_RETRANSMIT_S
  for (let step = FIRST_RETRANSMIT_S; after < outageS; after += step) step *= 2
  return after
}
