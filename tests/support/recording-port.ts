import { createHash } from 'node:crypto'
import type { Item, Outcome } from '../../ingest/decoders/decoder.ts'
import { decoderFor } from '../../ingest/decoders/index.ts'
import type { Envelope, IngestPort, Reply } from '../../ingest/port.ts'

/** An ingest port that decodes at once and keeps items in memory; a retry is found as in the pipeline. */
export class RecordingPort implements IngestPort {
  readonly envelopes: Envelope[] = []
  readonly items: Item[] = []
  /** Thrown by the next submissions when set. */
  failure: Error | undefined
  readonly #seen = new Set<string>()

  async submit(envelope: Envelope): Promise<Reply> {
    if (this.failure !== undefined) throw this.failure
    const decoder = decoderFor(envelope.protocol)!
    const decoded = decoder.decode(envelope)
    this.envelopes.push(envelope)
    const occurrences = new Map<string, number>()
    const outcomes = decoded.items.map((item) => this.#take(item, occurrences))
    return decoder.reply(decoded, outcomes)
  }

  logs(): Extract<Item, { kind: 'log' }>[] {
    return this.items.filter((item) => item.kind === 'log')
  }

  metrics(): Extract<Item, { kind: 'metric' }>[] {
    return this.items.filter((item) => item.kind === 'metric')
  }

  #take(item: Item, occurrences: Map<string, number>): Outcome {
    if (item.kind === 'rejected') return { kind: 'rejected', reason: item.reason }
    const key = item.kind === 'log' ? retryKey(item, occurrences) : undefined
    if (key !== undefined && this.#seen.has(key)) return { kind: 'duplicate' }
    if (key !== undefined) this.#seen.add(key)
    this.items.push(item)
    return { kind: 'stored' }
  }
}

function retryKey(
  item: Extract<Item, { kind: 'log' }>,
  occurrences: Map<string, number>,
): string | undefined {
  if (item.retry === undefined) return undefined
  if (item.retry !== 'content') return item.retry
  const content = createHash('sha1').update(item.raw).digest('hex')
  const occurrence = (occurrences.get(content) ?? 0) + 1
  occurrences.set(content, occurrence)
  return `${content}#${occurrence}`
}
