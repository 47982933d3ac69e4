import type { Micros } from '../model/time.ts'

/** Wire protocols that carry records; one file each in `ingest/decoders`. */
export const PROTOCOLS = [
  'syslog',
  'bulk',
  'otlp-logs',
  'otlp-metrics',
  'remote-write',
  'loki',
  'logs',
  'metrics',
  'inventory',
  'changes',
  'lines',
] as const
export type ProtocolName = (typeof PROTOCOLS)[number]

/**
 * Bytes as they came in, before anybody has understood them: what the spool keeps. `meta` is what the
 * decoder needs beside the bytes (content type, content encoding, URL path and query, file path and
 * offset …), small and textual.
 */
export interface Envelope {
  readonly protocol: ProtocolName
  readonly received: Micros
  /** Who sent it: `10.0.0.5` for a socket, the path of a file. */
  readonly peer: string
  readonly meta: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What the sender is told, once everything is on disk. Syslog has nobody to tell. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/**
 * The way in. Resolves when the envelope is durable and every item has its outcome. Rejects with
 * `AppError('overloaded' | 'storage_full' | 'invalid_request' | 'too_large' …)`; nothing of a rejected
 * envelope is kept, and the sender may try again.
 */
export interface IngestPort {
  submit(envelope: Envelope): Promise<Reply>
}
