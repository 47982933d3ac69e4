import type { RequestColumns } from '../model/batch.ts'
import type { Envelope } from './port.ts'
import type { openHasher } from './retry-keys.ts'
import type { SpoolPlace } from './spool.ts'

type Hasher = Awaited<ReturnType<typeof openHasher>>

/** A commit of single lines has as many requests as rows: a hash of 64 bits would meet another of the last days. */
const HASH_BYTES = 16

interface Request {
  readonly low: bigint
  readonly high: bigint
  readonly end: SpoolPlace
  readonly firstRow: number
  readonly rows: number
}

/** The requests of the commit that is being gathered, by which another node recognises them. */
export class RequestList {
  readonly #hasher: Hasher
  #requests: Request[] = []

  constructor(hasher: Hasher) {
    this.#hasher = hasher
  }

  /**
   * `rows` rows from `firstRow` on are all that was stored of the envelope. Its hash is of who sent it, of what its records
   * depend on beside its bytes, and of those; not of when it came.
   */
  add(
    { protocol, peer, meta, body }: Envelope,
    end: SpoolPlace,
    firstRow: number,
    rows: number,
  ): void {
    const scope = JSON.stringify([protocol, peer, meta])
    const low = this.#hasher.h64Raw(body, this.#hasher.h64(scope))
    const high = this.#hasher.h64Raw(body, this.#hasher.h64(scope, 1n))
    this.#requests.push({ low, high, end, firstRow, rows })
  }

  /** Those since the last call; undefined for none. */
  take(): RequestColumns | undefined {
    const taken = this.#requests
    if (taken.length === 0) return undefined
    this.#requests = []
    const hashes = Buffer.alloc(taken.length * HASH_BYTES)
    taken.forEach(({ low, high }, index) => {
      hashes.writeBigUInt64LE(low, index * HASH_BYTES)
      hashes.writeBigUInt64LE(high, index * HASH_BYTES + 8)
    })
    return {
      count: taken.length,
      hashes: new Uint8Array(hashes.buffer, hashes.byteOffset, hashes.length),
      segments: Float64Array.from(taken, ({ end }) => end.segment),
      offsets: Float64Array.from(taken, ({ end }) => end.offset),
      firstRows: Uint32Array.from(taken, ({ firstRow }) => firstRow),
      rowCounts: Uint32Array.from(taken, ({ rows }) => rows),
    }
  }
}
