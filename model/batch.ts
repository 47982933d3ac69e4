import type { Layer } from './entity.ts'
import type { AttributeValue, MetricSeries, TimeOrigin } from './record.ts'
import type { TextColumn } from './text-column.ts'

/**
 * Records on their way from ingest to a store, as columns: it crosses threads by transfer, needs no
 * state shared between the two sides, and holds every distinct stream, shape and template once.
 * `model/batch-record.ts` reads single records out of it; `ingest/batch-builder.ts` writes it.
 */
export interface LogBatch {
  /** Partition day `YYYY-MM-DD`, fixed at receipt. */
  readonly day: string
  /** The ingest node that numbered the records. */
  readonly node: string
  /** Row i has sequence `firstSequence + i`: strictly rising over the life of a node. */
  readonly firstSequence: number
  readonly count: number
  /** Event time, microseconds; `timeNs` the 0–999 ns below it. */
  readonly time: Float64Array
  readonly timeNs: Uint16Array
  readonly received: Float64Array
  readonly severity: Uint8Array
  /** The record's entity, an index into `entities` and one more; 0 where it names none. */
  readonly entity: Uint32Array
  /** Indexes into the three dictionaries below. */
  readonly stream: Uint32Array
  readonly shape: Uint32Array
  readonly template: Uint32Array
  readonly entities: readonly string[]
  readonly streams: readonly StreamDescriptor[]
  readonly shapes: readonly ShapeDescriptor[]
  readonly templates: readonly TemplateDescriptor[]
  /** Values of the template's slots, joined by {@link FIELD_SEPARATOR}. */
  readonly variables: TextColumn
  /** Values of the shape's attributes and frame holes, see {@link ShapeDescriptor.values}. */
  readonly values: TextColumn
  /** Frames that could not be rebuilt from the columns, by row: stored as received. */
  readonly verbatim: ReadonlyMap<number, Uint8Array>
  /**
   * Index hints: the hash (see token-hash.ts) of each distinct token with a digit in the slots of row
   * i, at `tokenHashes[tokenEnds[i-1] .. tokenEnds[i]]`.
   */
  readonly tokenHashes: Uint32Array
  readonly tokenEnds: Uint32Array
  /**
   * Words without a digit (folded) that appeared in the slots of a template: each pair once per day
   * of receipt and process, in the batch of its first row. The word {@link OPEN_SLOTS}: the template
   * has too many; the words not listed from then on are hashed into `tokenHashes` like tokens with a
   * digit. So every token of a body is a word of its template's static text, or listed here for its
   * template, or has its hash in its row.
   */
  readonly slotWords: readonly (readonly [templateIndex: number, word: string])[]
}

/** The format of what no format understands. */
export const UNPARSED = 'unparsed'

/** Who speaks: few, long-lived. Rows of one stream differ in time and text. */
export interface StreamDescriptor {
  readonly source: string
  readonly host: string | null
  readonly format: string
  readonly layer: Layer | null
  readonly kind: 'log' | 'change'
}

/** How the frame around the body looks, and what of it is constant. */
export interface ShapeDescriptor {
  readonly app: string | null
  readonly timeFrom: TimeOrigin
  readonly uncertaintyUs: number
  readonly severityText: string | null
  readonly eventName: string | null
  /** Attributes that are the same on every record of this shape. */
  readonly constants: Readonly<Record<string, AttributeValue>>
  /** Names of the attributes that vary; their values come first in the record's `values`. */
  readonly attributes: readonly string[]
  /** One letter per varying attribute: `s` string, `n` number, `b` boolean, `z` null. */
  readonly types: string
  /**
   * The frame as text with holes, see frame-shape.ts; null when rows of this shape are kept verbatim.
   */
  readonly frame: string | null
  /**
   * How `values` is written: joined by {@link FIELD_SEPARATOR}, or as a JSON array where a value holds one or
   * begins with {@link BODY_REFERENCE}. Joined, a value that the body holds from the first character of a
   * slot to the last of the same or a later one is written as the reference and the slots' numbers, one
   * character each from `0` on, the second left out where it is the first.
   */
  readonly values: 'joined' | 'json'
}

/** A mined message template: static text with typed slots, see template.ts. */
export interface TemplateDescriptor {
  /** Stable: a function of `pattern` alone. */
  readonly id: string
  readonly pattern: string
}

/** ASCII unit separator, between variables. */
export const FIELD_SEPARATOR = '\x1f'

/** ASCII record separator: the value is a part of the body, see {@link ShapeDescriptor.values}. */
export const BODY_REFERENCE = '\x1e'

/** In {@link LogBatch.slotWords}: the list of this template's words is no longer complete. */
export const OPEN_SLOTS = '*'

/** Points on their way to a store; row i belongs to `series[seriesIndex[i]]`. */
export interface MetricBatch {
  readonly day: string
  readonly count: number
  readonly series: readonly MetricSeries[]
  /** When the newest point of each of `series` came in, microseconds: what is read in later is no live sender. */
  readonly received: Float64Array
  readonly seriesIndex: Uint32Array
  readonly time: Float64Array
  readonly timeNs: Uint16Array
  readonly value: Float64Array
}

/** Counts of one source since it began, or the change of them in one batch (product.md 8.1). */
export interface LedgerCounts {
  received: number
  stored: number
  deduplicated: number
  unparsed: number
  rejected: number
  deadLettered: number
  lost: number
}

/** Counts of nothing yet. */
export function noCounts(): LedgerCounts {
  return {
    received: 0,
    stored: 0,
    deduplicated: 0,
    unparsed: 0,
    rejected: 0,
    deadLettered: 0,
    lost: 0,
  }
}

/** Newest event and receive time of a source, microseconds; null before the first record. */
export interface SeenTimes {
  readonly watermark: number | null
  readonly lastReceived: number | null
}

/** A record refused after acknowledgement or by its item: kept with its bytes and the reason. */
export interface DeadLetter {
  readonly id: string
  readonly received: number
  readonly source: string
  readonly protocol: string
  readonly reason: string
  readonly raw: Uint8Array
}

/**
 * Which rows came of which request, as columns, one place a request. A sender that got no answer sends the same request
 * again, perhaps to another node: a store that several nodes write into recognises it by its hash.
 */
export interface RequestColumns {
  readonly count: number
  /** 16 bytes each, of who sent what and how. */
  readonly hashes: Uint8Array
  /** The place behind the request in the spool of the commit's node. */
  readonly segments: Float64Array
  readonly offsets: Float64Array
  /** Its rows in {@link Commit.logs}: all that was stored of it as records. */
  readonly firstRows: Uint32Array
  readonly rowCounts: Uint32Array
}

/** One atomic unit of storage: all of it becomes durable and visible together, or none. */
export interface Commit {
  readonly day: string
  /** The ingest node whose {@link Commit.position} it is. */
  readonly node: string
  readonly logs: LogBatch | null
  readonly metrics: MetricBatch | null
  readonly ledger: ReadonlyMap<string, LedgerCounts>
  readonly deadLetters: readonly DeadLetter[]
  /** 64-bit keys (hi, lo pairs) of the records a retry could send again, with their receive time. */
  readonly retryKeys: Uint32Array
  /**
   * Byte ranges taken of the files this commit touched, whole and merged: `[from, to, from, to, …]`,
   * rising. The last list of a file replaces the one before; it is kept in the same transaction as the
   * rows and comes back as `Recovery.fileRanges`.
   */
  readonly fileRanges?: ReadonlyMap<string, readonly number[]>
  /**
   * The requests whose rows another node may hold too. Those that it has stored are left out and counted as
   * deduplicated. Absent where nobody else writes.
   */
  readonly requests?: RequestColumns
  /**
   * Of a copy: the number that the first of `logs` gets where a store numbers all records of a day in one sequence, and
   * another node has given them theirs, which they keep in their ids. Else they are the same.
   */
  readonly renumberedFrom?: number
  /**
   * Of a copy: newest times of sources of `ledger`, whose rows came in other commits or are no longer there. Else they
   * are those of the rows.
   */
  readonly seen?: ReadonlyMap<string, SeenTimes>
  /** The spool position after this commit; a replay starts here. */
  readonly position: SpoolPosition
}

/** A place in the spool of one node: everything before it is in the store. */
export interface SpoolPosition {
  readonly segment: number
  readonly offset: number
  /** The sequence the next record will get. */
  readonly nextSequence: number
}
