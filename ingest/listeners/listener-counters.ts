import type { ErrorCode } from '../../model/errors.ts'
import type { ProtocolName } from '../port.ts'

/** Requests of one protocol since the start. */
export interface ProtocolCounts {
  requests: number
  /** Bytes of bodies as received. */
  bytes: number
  /** Requests refused as a whole, by why. */
  readonly refused: Map<ErrorCode, number>
}

/** Limits that the HTTP listener keeps before a decoder sees a body. */
export type ListenerLimit = 'bodyBytes' | 'bodiesBytes' | 'httpConnections' | 'requestMs'

/** What the HTTP listener has seen, per protocol: read by `/metrics`. */
export class ListenerCounters {
  readonly #counts = new Map<ProtocolName, ProtocolCounts>()

  readonly limited: Record<ListenerLimit, number> = {
    bodyBytes: 0,
    bodiesBytes: 0,
    httpConnections: 0,
    requestMs: 0,
  }

  accepted(protocol: ProtocolName, bytes: number): void {
    const counts = this.#of(protocol)
    counts.requests++
    counts.bytes += bytes
  }

  refused(protocol: ProtocolName, code: ErrorCode): void {
    const { refused } = this.#of(protocol)
    refused.set(code, (refused.get(code) ?? 0) + 1)
  }

  snapshot(): ReadonlyMap<ProtocolName, Readonly<ProtocolCounts>> {
    return this.#counts
  }

  #of(protocol: ProtocolName): ProtocolCounts {
    const known = this.#counts.get(protocol)
    if (known !== undefined) return known
    const counts: ProtocolCounts = { requests: 0, bytes: 0, refused: new Map() }
    this.#counts.set(protocol, counts)
    return counts
  }
}
