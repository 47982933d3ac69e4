import type { MessagePort } from 'node:worker_threads'
import type { ErrorCode } from '../model/errors.ts'
import type { KnownState } from './intake.ts'
import type { SyslogCounters } from './listeners/syslog-counters.ts'
import type { PipelineLimits, PipelineStats } from './pipeline.ts'
import type { SourceSettings } from './normalise.ts'
import type { Envelope, Reply } from './port.ts'

export interface Address {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
}

/** What the ingest thread is started with. Crosses the thread boundary: data only. */
export interface IngestSettings {
  readonly node: string
  /** Folder of the spool. */
  readonly spool: string
  readonly known: KnownState
  readonly sources: SourceSettings
  readonly limits: Partial<PipelineLimits>
  /** UDP and TCP on the same address; undefined: closed. */
  readonly syslog?: Address | undefined
  readonly syslogTls?: (Address & { readonly cert: string; readonly key: string }) | undefined
  readonly frameLimit?: number | undefined
  /** Least level that the thread logs: `info`, `warn`, `error`, `silent`. */
  readonly logLevel: string
}

export interface WorkerStart {
  readonly settings: IngestSettings
  /** The way to the store: the other end is served by `serveSink`. */
  readonly sink: MessagePort
}

export interface Listener {
  /** `syslog-udp`, `syslog-tcp` or `syslog-tls`. */
  readonly protocol: string
  /** `HOST:PORT`. */
  readonly address: string
}

export interface IngestStats {
  readonly pipeline: PipelineStats
  readonly syslog: Readonly<SyslogCounters>
  /** Where the count of lost datagrams comes from; null when nobody listens. */
  readonly lossKnownFrom: 'socket' | 'host' | 'unknown' | null
}

export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string | undefined
}

export type ToWorker =
  | { readonly kind: 'submit'; readonly id: number; readonly envelope: Envelope }
  | { readonly kind: 'stats'; readonly id: number }
  | { readonly kind: 'close' }

export type FromWorker =
  | { readonly kind: 'ready'; readonly listeners: readonly Listener[] }
  /** The thread could not start and ends. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply }
  | { readonly kind: 'refused'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'stats'; readonly id: number; readonly stats: IngestStats }
  | { readonly kind: 'closed' }
