import { AppError } from '../../../model/errors.ts'
import { recordOf, type LogRow } from '../../../model/batch-record.ts'
import type { LogRecord } from '../../../model/record.ts'
import type { TimeRange } from '../../../model/time.ts'
import { allOf } from './clause.ts'
import type { Descriptors } from './descriptors.ts'
import { unpackRow } from './packed-row.ts'
import type { Reading } from './reading.ts'
import { scanPages, type Budget, type Hit, type ScanRequest } from './scan.ts'
import { windowQuery, windowsOf } from './time-windows.ts'

/** What the total order of records compares. */
export const PLACE_FIELDS = ['time', 'ns', 'day', 'node', 'sequence'] as const
/** Time, nanoseconds below it, day, node, sequence. */
export type Place = readonly [number, number, number, string, number]

/** Rising within each node, which is all that a place for each node asks of an order. */
export const ARRIVAL_FIELDS = ['sequence', 'node', 'time', 'ns', 'day'] as const

/** Orders that hold every part of a place: what a record is sorted by is not fetched once more. */
type RecordOrder = typeof PLACE_FIELDS | typeof ARRIVAL_FIELDS

export function sortBy(fields: readonly string[], order: 'asc' | 'desc'): object[] {
  return fields.map((field) => ({ [field]: { order } }))
}

/** Columns alone: no block of stored fields has to be unpacked for a hit. */
export const RECORD_COLUMNS = {
  _source: false,
  stored_fields: '_none_',
  docvalue_fields: ['row', 'stream', 'shape', 'pattern', 'received', 'severity', 'speaker'],
} as const

type RecordHit = Hit & { readonly fields: Readonly<Record<string, readonly [string | number]>> }

/** A record, and its place in the total order. */
export interface PlacedRecord {
  readonly record: LogRecord
  readonly place: Place
}

/** How hits become records. */
export interface RecordReading {
  readonly order: RecordOrder
  readonly withRaw: boolean
  /** Gets what could not be read; without it that is an error. */
  readonly notes?: Set<string>
}

/** The records of hits that were fetched with {@link RECORD_COLUMNS}. */
export async function recordsOfHits(
  descriptors: Descriptors,
  hits: readonly Hit[],
  { order, withRaw, notes }: RecordReading,
): Promise<PlacedRecord[]> {
  const found = hits as readonly RecordHit[]
  const idsOf = (name: string): string[] => found.map(({ fields }) => fields[name]![0] as string)
  const streams = await descriptors.read('stream', idsOf('stream'))
  const shapes = await descriptors.read('shape', idsOf('shape'))
  const templates = await descriptors.read('template', idsOf('pattern'))
  const at = PLACE_FIELDS.map((field) => (order as readonly string[]).indexOf(field))
  const records: PlacedRecord[] = []
  for (const { fields, sort } of found) {
    const stream = streams.get(fields['stream']![0] as string)
    const shape = shapes.get(fields['shape']![0] as string)
    const template = templates.get(fields['pattern']![0] as string)
    const place = at.map((index) => sort[index]!) as unknown as Place
    if (stream === undefined || shape === undefined || template === undefined) {
      noteUnreadable(notes)
      continue
    }
    const [time, timeNs, day, node, sequence] = place
    // Field by field: what begins with a spread and goes on costs a quarter of all that reading a record does.
    const row: LogRow = {
      day: dayText(day),
      node,
      sequence,
      time,
      timeNs,
      received: fields['received']![0] as number,
      severity: fields['severity']![0] as number,
      entity: (fields['speaker']?.[0] ?? null) as string | null,
      stream,
      shape,
      template,
      ...unpackRow(fields['row']![0] as string, shape),
    }
    records.push({ record: recordOf(row, withRaw), place })
  }
  return records
}

const UNREAD = 'some records cannot be read: what they refer to is not in the index of states'

/**
 * Of records whose descriptors are not in the cluster: of a commit that a snapshot has caught in the middle, until its
 * spool is replayed.
 */
export const unreadable = (): AppError => new AppError('internal', UNREAD)

/** Notes that there are such; without notes throws. */
export function noteUnreadable(notes: Set<string> | undefined): void {
  if (notes === undefined) throw unreadable()
  notes.add(`${UNREAD}; they are missing`)
}

/** 20261120 as `2026-11-20`. */
function dayText(day: number): string {
  const text = String(day)
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
}

type RecordScan = Omit<ScanRequest, 'index' | 'sort' | 'fetch' | 'notes'>

/** All records of a query in order, page after page. */
export async function* scanRecords(
  { connection, descriptors, indices }: Reading,
  request: RecordScan,
  direction: 'asc' | 'desc',
  how: RecordReading,
  budget: Budget,
): AsyncGenerator<PlacedRecord> {
  const pages = scanPages(
    connection,
    {
      ...request,
      index: indices.allOf('logs'),
      sort: sortBy(how.order, direction),
      fetch: RECORD_COLUMNS,
      ...(how.notes === undefined ? {} : { notes: how.notes }),
    },
    budget,
  )
  for await (const hits of pages) yield* await recordsOfHits(descriptors, hits, how)
}

/** The same in the order of {@link PLACE_FIELDS}, by windows of time where there are many records in the range. */
export async function* scanByTime(
  reading: Reading,
  request: RecordScan & { readonly range: TimeRange | null },
  direction: 'asc' | 'desc',
  how: Omit<RecordReading, 'order'>,
  budget: Budget,
): AsyncGenerator<PlacedRecord> {
  const { range, ...scan } = request
  const bounds: { from?: number; to?: number } = { ...range }
  if (scan.after !== undefined) {
    const time = scan.after[0] as number
    if (direction === 'asc') bounds.from = time
    else bounds.to = time + 1
  }
  const windows = windowsOf(await reading.extents.within(bounds, budget), direction)
  const placed = { ...how, order: PLACE_FIELDS }
  for (let next = windows.next(); next.done !== true;) {
    const within = windowQuery(next.value)
    const query = within === null ? scan.query : allOf([within, scan.query])
    let hits = 0
    for await (const found of scanRecords(reading, { ...scan, query }, direction, placed, budget)) {
      hits++
      yield found
    }
    next = windows.next(hits)
  }
}
