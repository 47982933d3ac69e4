import type { Portion } from '../simulate.ts'
import { OtlpBatch } from './otlp.ts'

/** Samples in a metrics request, and bytes of log lines sent at once, when there is no hurry. */
const SAMPLES = 15
const LOG_BYTES = 256 * 1024

/** One body for one wire. */
export interface Body {
  readonly wire: 'syslog' | 'metrics' | 'inventory' | 'changes'
  readonly text: string
}

/**
 * Puts what leaves in a second together into bodies: syslog messages one a line (RFC 6587 section 3.4.2), NDJSON,
 * and OTLP requests. `live` sends everything at once instead of waiting for full bodies.
 */
export class Batches {
  readonly #isLive: boolean
  readonly #metrics = new OtlpBatch()
  #samples = 0
  #lines: string[] = []
  #bytes = 0

  constructor(isLive: boolean) {
    this.#isLive = isLive
  }

  *add({ us, lines, points, inventory, changes }: Portion): Generator<Body> {
    if (inventory.length > 0) yield { wire: 'inventory', text: lineFeeds(inventory) }
    if (changes.length > 0) yield { wire: 'changes', text: lineFeeds(changes) }
    for (const { frame } of lines) {
      this.#lines.push(frame)
      this.#bytes += frame.length + 1
    }
    if (this.#isLive || this.#bytes >= LOG_BYTES) yield* this.#flushLines()
    if (points.length === 0) return
    this.#metrics.add(us, points)
    this.#samples++
    if (this.#isLive || this.#samples >= SAMPLES) yield* this.#flushMetrics()
  }

  *end(): Generator<Body> {
    yield* this.#flushLines()
    yield* this.#flushMetrics()
  }

  *#flushLines(): Generator<Body> {
    if (this.#lines.length > 0) yield { wire: 'syslog', text: lineFeeds(this.#lines) }
    this.#lines = []
    this.#bytes = 0
  }

  *#flushMetrics(): Generator<Body> {
    if (this.#metrics.points > 0) yield { wire: 'metrics', text: this.#metrics.take() }
    this.#samples = 0
  }
}

function lineFeeds(rows: readonly string[]): string {
  return `${rows.join('\n')}\n`
}
