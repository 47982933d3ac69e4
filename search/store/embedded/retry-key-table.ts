import { BIGINT, BLOB } from '@duckdb/node-api'
import type { Engine } from './engine.ts'

/** Keys kept on disk; a sender that repeats a request older than that is stored again. */
const WINDOW_KEYS = 2_000_000

/** The retry keys of the latest records of a partition, in chunks as they were committed. */
export class RetryKeyTable {
  #chunks: { readonly chunk: number; readonly keys: number }[] = []
  readonly #engine: Engine
  readonly #database: string

  constructor(engine: Engine, database: string) {
    this.#engine = engine
    this.#database = database
  }

  async load(): Promise<void> {
    const rows = await this.#engine.query(
      `SELECT chunk, octet_length(keys) FROM ${this.#database}.retry_keys ORDER BY chunk`,
    )
    this.#chunks = Array.from({ length: rows.rows }, (_, row) => ({
      chunk: rows.number(0, row),
      keys: rows.number(1, row) / 8,
    }))
  }

  /** Adds a commit's keys inside the caller's transaction and drops chunks that left the window. */
  async write(keys: Uint32Array): Promise<void> {
    if (keys.length === 0) return
    const bytes = new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength)
    await this.#engine.append(
      this.#database,
      'retry_keys',
      [
        { type: BIGINT, bigints: Float64Array.of(this.#nextChunk) },
        { type: BLOB, blobs: [bytes] },
      ],
      1,
    )
    const dropped = this.#outsideWindow(keys.length / 2)
    if (dropped > 0) {
      const last = this.#chunks[dropped - 1]!.chunk
      await this.#engine.run(`DELETE FROM ${this.#database}.retry_keys WHERE chunk <= ${last}`)
    }
  }

  adopt(keys: Uint32Array): void {
    if (keys.length === 0) return
    const dropped = this.#outsideWindow(keys.length / 2)
    this.#chunks = [
      ...this.#chunks.slice(dropped),
      { chunk: this.#nextChunk, keys: keys.length / 2 },
    ]
  }

  /** All keys of the window, oldest first. */
  async read(): Promise<Uint32Array> {
    const rows = await this.#engine.query(
      `SELECT keys FROM ${this.#database}.retry_keys ORDER BY chunk`,
    )
    const parts = Array.from({ length: rows.rows }, (_, row) => rows.bytes(0, row))
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let offset = 0
    for (const part of parts) {
      all.set(part, offset)
      offset += part.length
    }
    return new Uint32Array(all.buffer)
  }

  get #nextChunk(): number {
    return (this.#chunks.at(-1)?.chunk ?? 0) + 1
  }

  /** How many of the oldest chunks fall out when so many keys come. */
  #outsideWindow(coming: number): number {
    let total = this.#chunks.reduce((sum, { keys }) => sum + keys, coming)
    let dropped = 0
    while (dropped < this.#chunks.length && total - this.#chunks[dropped]!.keys >= WINDOW_KEYS) {
      total -= this.#chunks[dropped]!.keys
      dropped++
    }
    return dropped
  }
}
