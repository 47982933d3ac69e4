import { Buffer } from 'node:buffer'
import type { Decoder, Item, Outcome } from '../../ingest/decoders/decoder.ts'
import type { Envelope, ProtocolName, Reply } from '../../ingest/port.ts'
import { micros } from '../../model/time.ts'

/** 2026-11-21T10:00:00Z. */
export const RECEIVED = micros(1_795_255_200_000_000)

/** An envelope as the HTTP listener builds it. */
export function envelope(
  protocol: ProtocolName,
  body: string | Uint8Array,
  meta: Record<string, string> = {},
): Envelope {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return { protocol, received: RECEIVED, peer: '10.0.0.5', meta, body: bytes }
}

/** Decodes and answers as if every readable item were stored. */
export function roundTrip(
  decoder: Decoder,
  sent: Envelope,
): { items: readonly Item[]; reply: Reply } {
  const decoded = decoder.decode(sent)
  const outcomes = decoded.items.map((item): Outcome =>
    item.kind === 'rejected' ? { kind: 'rejected', reason: item.reason } : { kind: 'stored' },
  )
  return { items: decoded.items, reply: decoder.reply(decoded, outcomes) }
}

/** The log items of a list, for tests that expect nothing else. */
export function logItems(items: readonly Item[]): Extract<Item, { kind: 'log' }>[] {
  return items.filter((item) => item.kind === 'log')
}

export function metricItems(items: readonly Item[]): Extract<Item, { kind: 'metric' }>[] {
  return items.filter((item) => item.kind === 'metric')
}
