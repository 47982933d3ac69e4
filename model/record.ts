import type { EntityId, Layer } from './entity.ts'
import type { Severity } from './severity.ts'
import type { Micros } from './time.ts'

/**
 * `<partition day as yyyymmdd>-<node>-<sequence, base 36>`: fixed at receipt, the same after a replay
 * of the spool, ordered by arrival inside one node.
 */
export type RecordId = string

/** Where the zone (and year) of the event time came from. */
export const TIME_ORIGINS = ['explicit', 'configured', 'inferred', 'assumed', 'received'] as const
export type TimeOrigin = (typeof TIME_ORIGINS)[number]

/** Kinds of typed identifiers found in message text: what joins one silo's lines to another's. */
export const KEY_KINDS = [
  'naa',
  'eui',
  't10',
  'wwn',
  'mac',
  'ip',
  'uuid',
  'moref',
  'vmfs_uuid',
  'scsi_path',
  'op_id',
  'task',
  'chain',
  'sid',
] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** A typed identifier; `value` is in canonical form (lower case, colons for mac and wwn). */
export interface Key {
  readonly kind: KeyKind
  readonly value: string
}

export type AttributeValue = string | number | boolean | null

/** A log line, an event or a change, as every part of Plumbline speaks of it. */
export interface LogRecord {
  readonly id: RecordId
  readonly kind: 'log' | 'change'
  /** Event time as the source gave it (never corrected), `timeNs` its 0–999 ns. */
  readonly time: Micros
  readonly timeNs: number
  readonly received: Micros
  /** Half-width of the interval in which the event happened, microseconds. */
  readonly uncertaintyUs: number
  readonly timeFrom: TimeOrigin
  readonly source: string
  readonly format: string
  readonly layer: Layer | null
  readonly entity: EntityId | null
  readonly host: string | null
  readonly app: string | null
  readonly severity: Severity
  readonly severityText: string | null
  readonly body: string
  readonly eventName: string | null
  readonly template: { readonly id: string; readonly text: string } | null
  readonly keys: readonly Key[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** The bytes as received: the frame without its framing. */
  readonly raw: Uint8Array
}

export const METRIC_KINDS = ['gauge', 'sum', 'delta', 'histogram'] as const
export type MetricKind = (typeof METRIC_KINDS)[number]

/** Who and what a series of points is; points differ only in time and value. */
export interface MetricSeries {
  readonly entity: EntityId
  /** Neutral name where known (product.md 6), else the native one. */
  readonly name: string
  /** UCUM. */
  readonly unit: string
  readonly kind: MetricKind
  readonly source: string
  readonly attributes: Readonly<Record<string, AttributeValue>>
}
