import type { Entity, Relation } from '../../model/entity.ts'
import type { AttributeValue, MetricSeries } from '../../model/record.ts'
import type { Micros } from '../../model/time.ts'
import type { ParsedLine } from '../formats/format.ts'
import type { Envelope, ProtocolName, Reply } from '../port.ts'
import type { LimitName } from './limits.ts'

/** The half-open byte range `[from, to)` of a file; `file` names its content, not only its path. */
export interface FileSpan {
  readonly file: string
  readonly from: number
  readonly to: number
  /** Where the record's own bytes end; line ends and blank lines may follow up to `to`. Default: `to`. */
  readonly end?: number
}

/**
 * What one envelope holds, in order. An item that cannot be read is `rejected` and costs its
 * neighbours nothing.
 */
export type Item =
  | {
      readonly kind: 'log'
      /** The record's bytes as received: what `records/:id` gives back. */
      readonly raw: Uint8Array
      /** `raw` as text when it is valid UTF-8 (or its windows-1252 reading); what formats parse. */
      readonly text: string
      /** True when `text` encoded as UTF-8 is not `raw`. */
      readonly lossy?: boolean
      /** Already structured by the protocol; else a format is detected from `text`. */
      readonly parsed?: ParsedLine
      /** Name of the format that `parsed` came from: `otlp`, `ecs`, `loki`. */
      readonly format?: string
      /** Who the record is counted under; default: its host, else the peer. */
      readonly source?: string
      /** What the transport knows beside the text (`log.truncated`); joins the parsed attributes. */
      readonly attributes?: Readonly<Record<string, AttributeValue>>
      /** Lines of one channel share a detected format: `10.0.0.5/esx-01/vmkernel`, a file path. */
      readonly channel: string
      readonly change?: boolean
      /**
       * What makes a second sending of the same record recognisable (an Elasticsearch `_id`, a
       * journald cursor), or `content` to use the bytes and their occurrence in the request; absent
       * where senders do not retry (syslog).
       */
      readonly retry?: string
      /** In place of `retry`: the bytes of a file are taken once, however often it is read. */
      readonly span?: FileSpan
      /** An explicit id that must not exist yet: a repeat is answered 409, not silently counted. */
      readonly create?: boolean
    }
  | {
      readonly kind: 'metric'
      readonly series: MetricSeries
      readonly time: Micros
      readonly timeNs: number
      readonly value: number
    }
  | { readonly kind: 'entity'; readonly entity: Entity }
  | { readonly kind: 'relation'; readonly relation: Relation }
  | {
      readonly kind: 'rejected'
      readonly reason: string
      /** The input as received; kept as a dead letter when `keep`. */
      readonly raw: Uint8Array
      readonly keep?: boolean
      readonly source?: string
      /** The limit that it is over, where that is why. */
      readonly limit?: LimitName
    }
  /** Not a record at all (a blank line, a marker): counted nowhere. */
  | { readonly kind: 'nothing' }

export type Outcome =
  /** `unparsed`: as it came, no format having understood it. */
  | { readonly kind: 'stored'; readonly unparsed?: true }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'rejected'; readonly reason: string }

export interface Decoded {
  readonly items: readonly Item[]
  /** Whatever `reply` needs to answer in the protocol's own shape. */
  readonly context?: unknown
}

/**
 * One protocol: bytes to items, outcomes to the answer its clients expect. Pure: no I/O, no clock.
 * `decode` throws AppError (`invalid_request`, `too_large`, `unsupported_media_type`) when nothing of
 * the envelope can be read; it must bound what it allocates by what it was given and by the limits.
 */
export interface Decoder {
  readonly name: ProtocolName
  decode(envelope: Envelope): Decoded
  reply(decoded: Decoded, outcomes: readonly Outcome[]): Reply
  /**
   * The protocol's own shape of an error for the whole request. `meta` is the envelope's, for protocols
   * that answer in the encoding they were asked in.
   */
  failure(status: number, message: string, meta?: Envelope['meta']): Reply
}
