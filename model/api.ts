import type { LedgerCounts } from './batch.ts'
import type { EntityId, EntityType, Layer, RelationType } from './entity.ts'
import { severityName } from './severity.ts'
import type { AttributeValue, Key, LogRecord, RecordId, TimeOrigin } from './record.ts'
import { formatTime, MICROS_PER_MS } from './time.ts'
import type { UsualBand } from './timeline.ts'

/**
 * What the server and its readers (the screens, the command line, scripts) exchange: product.md 5.
 * Times are RFC 3339 in UTC with as many digits as are known; what is unknown is null.
 */

/** RFC 3339, UTC. */
export type WireTime = string

export interface ApiRecord {
  readonly id: RecordId
  readonly kind: 'log' | 'change'
  readonly time: WireTime
  readonly received: WireTime
  readonly uncertaintyMs: number
  readonly timeFrom: TimeOrigin
  /** Added to `time` gives the corrected time; 0 until clocks are estimated. */
  readonly correctionMs: number
  readonly source: string
  readonly format: string
  readonly layer: Layer | null
  readonly entity: EntityId | null
  readonly host: string | null
  readonly app: string | null
  /** 1–24, 0 unknown. */
  readonly severity: number
  /** The word of the source where it gave one, else the band's name. */
  readonly severityText: string | null
  readonly body: string
  readonly eventName: string | null
  readonly template: { readonly id: string; readonly text: string } | null
  readonly keys: readonly Key[]
  readonly entities: readonly { readonly id: EntityId; readonly role: string }[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

/** `raw` is the frame as received where it is UTF-8; else a lossy reading, and `rawBase64` has the bytes. */
export interface ApiRecordWithRaw extends ApiRecord {
  readonly raw: string
  readonly rawBase64?: string
}

/** What an answer could not see. Every count is of sources; the four are disjoint. */
export interface Coverage {
  readonly complete: boolean
  readonly sources: {
    readonly complete: number
    readonly late: number
    readonly silent: number
    readonly rejected: number
  }
  readonly late: readonly { readonly source: string; readonly watermark: WireTime | null }[]
  readonly notes: readonly string[]
}

interface Answer {
  readonly coverage: Coverage
  readonly tookMs: number
}

export interface RecordsAnswer extends Answer {
  readonly records: readonly ApiRecord[]
  /** Goes on exactly behind the last record; absent when nothing is left. */
  readonly next?: string
}

export type Cell = string | number | boolean | null

export interface TableAnswer extends Answer {
  readonly columns: readonly { readonly name: string; readonly unit?: string }[]
  readonly rows: readonly (readonly Cell[])[]
}

export type SearchAnswer = RecordsAnswer | TableAnswer

export interface HistogramBucket {
  readonly from: WireTime
  readonly to: WireTime
  readonly count: number
  readonly by?: Readonly<Record<string, number>>
}

export interface HistogramAnswer extends Answer {
  readonly buckets: readonly HistogramBucket[]
}

export interface Facet {
  readonly field: string
  readonly values: readonly { readonly value: Cell; readonly count: number }[]
  /** Records whose value is not listed. */
  readonly other: number
  /** Records without the field. */
  readonly missing: number
}

export interface FacetsAnswer extends Answer {
  readonly fields: readonly Facet[]
}

export interface Pattern {
  readonly template: string
  readonly text: string
  readonly count: number
  /** Records of the baseline, scaled to the length of the window. */
  readonly before?: number
  /** This pattern's part of the whole change against the baseline, −1 to 1; negative when it fell. */
  readonly change?: number
  readonly first: WireTime
  readonly last: WireTime
  readonly severity: number
}

export interface PatternsAnswer extends Answer {
  readonly patterns: readonly Pattern[]
}

/** Time, mean, and with a step the least and greatest value in it. */
export type SeriesPoint = readonly [WireTime, number] | readonly [WireTime, number, number, number]

export interface Series {
  readonly entity: EntityId
  readonly metric: string
  readonly unit: string
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly points: readonly SeriesPoint[]
}

export interface SeriesAnswer extends Answer {
  readonly series: readonly Series[]
}

export interface ContextAnswer extends Answer {
  /** Oldest first, ending just before the record. */
  readonly before: readonly ApiRecord[]
  readonly record: ApiRecord
  /** Oldest first, starting just after the record. */
  readonly after: readonly ApiRecord[]
}

export interface ApiAlias {
  readonly kind: string
  readonly value: string
  readonly scope?: string
  readonly from: WireTime | null
  readonly to: WireTime | null
}

export interface EntitySummary {
  readonly id: EntityId
  readonly type: EntityType
  readonly name: string
  readonly layer: Layer | null
  readonly team: string | null
}

export interface ApiEntity extends EntitySummary {
  readonly aliases: readonly ApiAlias[]
  readonly attributes: Readonly<Record<string, string | number | boolean>>
}

/** Null `validFrom` or `validTo`: open on that side. */
export interface ApiRelation {
  readonly type: RelationType
  readonly from: EntityId
  readonly to: EntityId
  readonly validFrom: WireTime | null
  readonly validTo: WireTime | null
  readonly provenance: string
}

export interface EntitiesAnswer extends Answer {
  readonly entities: readonly ApiEntity[]
}

export interface EntityAnswer extends Answer {
  readonly entity: ApiEntity
  readonly at: WireTime
}

export interface PathAnswer extends Answer {
  readonly entity: EntityId
  readonly at: WireTime
  readonly entities: readonly EntitySummary[]
  readonly relations: readonly ApiRelation[]
}

/** What depends on an entity directly (`GET /api/v1/entities/:id/dependants`). */
export interface DependantsAnswer extends Answer {
  readonly entity: EntityId
  readonly at: WireTime
  /** How many there are of a type and by a relation, all of them; most first. */
  readonly counts: readonly {
    readonly type: EntityType
    readonly relation: RelationType
    readonly count: number
  }[]
  /** Those of `relations`. */
  readonly entities: readonly EntitySummary[]
  /** At most as many as were asked for, by the name of what depends. */
  readonly relations: readonly ApiRelation[]
}

/** One thing that began or ended for an entity. */
export interface HistoryEntry {
  readonly time: WireTime
  readonly what: 'relation_began' | 'relation_ended' | 'alias_began' | 'alias_ended'
  readonly relation?: ApiRelation
  readonly alias?: ApiAlias
}

export interface HistoryAnswer extends Answer {
  readonly entity: EntityId
  /** Everything that the history names. */
  readonly entities: readonly EntitySummary[]
  readonly history: readonly HistoryEntry[]
}

export interface ApiSource {
  readonly source: string
  readonly layer: string | null
  readonly format: string | null
  readonly host: string | null
  /** Records per second over the last minute. */
  readonly rate: number
  /** How far the newest event lay behind its receipt. */
  readonly lagMs: number | null
  /** Newest event time. */
  readonly watermark: WireTime | null
  readonly lastReceived: WireTime | null
  /** What coverage counts it as for a window that ends now. */
  readonly state: SourceCondition
  readonly counts: LedgerCounts
  readonly clock: {
    readonly offsetMs: number | null
    readonly uncertaintyMs: number | null
    readonly method: 'none'
    readonly epochs: readonly never[]
  }
  readonly zone: { readonly name: string | null; readonly from: TimeOrigin | null }
}

export const SOURCE_CONDITIONS = ['complete', 'late', 'silent', 'rejected'] as const
export type SourceCondition = (typeof SOURCE_CONDITIONS)[number]

export interface SourcesAnswer extends Answer {
  readonly sources: readonly ApiSource[]
}

/** How a source's log records are spread over a window (`GET /api/v1/sources/rates`). */
export interface ApiSourceRate {
  readonly source: string
  /** Records per second in each bucket of `widthMs`, gapless, by event time. */
  readonly perSecond: readonly number[]
  /** Null where nothing earlier is known. */
  readonly usual: UsualBand | null
  /** Where most of its times have their zone from, and their median half-width. */
  readonly timeFrom: TimeOrigin
  readonly uncertaintyMs: number
}

export interface SourceRatesAnswer extends Answer {
  /** Start of the first bucket, and end of the window. */
  readonly from: WireTime
  readonly to: WireTime
  readonly widthMs: number
  /** Those that logged in the window; metrics and inventory are not counted. */
  readonly rates: readonly ApiSourceRate[]
}

export interface ApiDeadLetter {
  readonly id: string
  readonly received: WireTime
  readonly source: string
  readonly protocol: string
  readonly reason: string
  readonly raw: string
  readonly rawBase64?: string
}

export interface DeadLettersAnswer extends Answer {
  readonly deadLetters: readonly ApiDeadLetter[]
  readonly next?: string
}

/** What a format would read of dead letters (`POST /api/v1/dead-letters/read`). */
export interface DeadLetterReading {
  readonly format: string
  readonly title: string
  /** How many of those that were tried. */
  readonly reads: number
  /** What the first that it reads would say. */
  readonly first: string
}

export interface DeadLetterReadings {
  /** How many were tried. */
  readonly of: number
  /** Formats that read any, most first. */
  readonly formats: readonly DeadLetterReading[]
}

export interface DeadLetterReplay {
  readonly replayed: number
  readonly failed: readonly { readonly id: string; readonly reason: string }[]
}

export interface Health {
  readonly status: 'ok' | 'degraded'
  readonly version: string
  readonly role: string
  /** Of a process that takes records: its name as an ingest node, which its records' ids hold. */
  readonly node?: string
  readonly store: string
  /** Where the store is a server of its own: which, and its version. */
  readonly storeServer?: string
  readonly listeners: readonly { readonly protocol: string; readonly address: string }[]
  readonly problems: readonly string[]
}

export const SAMPLE_STATES = ['absent', 'loading', 'loaded', 'removing'] as const
export type SampleState = (typeof SAMPLE_STATES)[number]

/** The sample incident (`GET /api/v1/sample`): what it is, and whether it is shown. */
export interface SampleStatus {
  /** Whether it can be loaded; `missing` says why not and what to do. */
  readonly available: boolean
  readonly missing: string | null
  readonly state: SampleState
  /** Whether every question is answered from it; the user's own data answers otherwise. */
  readonly shown: boolean
  /** From 0 to 1. */
  readonly progress: number
  /** Why the last attempt to load it came to nothing. */
  readonly failure: string | null
  /** Where it is or would be kept. */
  readonly folder: string
  /** What the user's own sources sent; kept beside the sample, and shown instead of it. */
  readonly ownRecords: number
  /** What can be found in it now; nothing while the own data is shown. */
  readonly loaded: { readonly records: number; readonly points: number }
  /** Null when nothing is known of it. */
  readonly about: {
    readonly records: number
    readonly points: number
    readonly vms: number
    readonly hosts: number
    readonly from: WireTime
    readonly to: WireTime
    /** What its user complains about. */
    readonly slow: {
      readonly desktop: string
      readonly from: WireTime
      readonly to: WireTime
    } | null
    /** With which question and window to begin. */
    readonly view: { readonly query: string; readonly from: WireTime; readonly to: WireTime }
  } | null
}

/** What somebody who has just started it wants to know (`GET /api/v1/start`). */
export interface StartFacts {
  /** Nothing of the user's own has arrived, ever. */
  readonly empty: boolean
  /** As it was given, and as a path from the root. */
  readonly dataFolder: { readonly given: string; readonly path: string }
  readonly freeBytes: number
  /** Log lines for which `freeBytes` are enough, about. */
  readonly recordsThatFit: number
  readonly listeners: readonly { readonly protocol: string; readonly address: string }[]
}

/** What belongs with a record, and why (`POST /api/v1/related`). */
export interface ApiLink {
  readonly record?: ApiRecord
  readonly entity?: EntitySummary
  readonly kind: 'identifier' | 'topology'
  readonly reason: string
  readonly value: string
  /** From 0 to 1. */
  readonly strength: number
  /** Of the linked record against the one asked about. */
  readonly order: {
    readonly verdict: 'before' | 'after' | 'undecided'
    readonly probability: number
  }
}

export interface RelatedAnswer extends Answer {
  readonly links: readonly ApiLink[]
}

export interface ApiError {
  readonly error: {
    readonly code: string
    readonly message: string
    /** UTF-16 offset into the query text. */
    readonly offset?: number
    readonly hint?: string
  }
}

/** A record as the API writes it. */
export function apiRecord(record: LogRecord): ApiRecord {
  return {
    id: record.id,
    kind: record.kind,
    time: formatTime(record.time, record.timeNs),
    received: formatTime(record.received),
    uncertaintyMs: record.uncertaintyUs / MICROS_PER_MS,
    timeFrom: record.timeFrom,
    correctionMs: 0,
    source: record.source,
    format: record.format,
    layer: record.layer,
    entity: record.entity,
    host: record.host,
    app: record.app,
    severity: record.severity,
    severityText:
      record.severityText ?? (record.severity === 0 ? null : severityName(record.severity)),
    body: record.body,
    eventName: record.eventName,
    template: record.template,
    keys: record.keys,
    entities: record.entity === null ? [] : [{ id: record.entity, role: 'subject' }],
    attributes: record.attributes,
  }
}
