import { setImmediate as otherWork } from 'node:timers/promises'
import { AppError } from '../../../model/errors.ts'
import { MICROS_PER_SECOND, type TimeRange } from '../../../model/time.ts'
import type { QueryContext } from '../store.ts'
import type { Engine } from './engine.ts'
import type { GroupColumn } from './group-column.ts'
import { addTallies, countedPairs, pairSql, type TallyPlaces } from './packed-tallies.ts'
import type { Snapshot } from './rows.ts'
import type { SlotSeconds, Tile } from './tally-table.ts'

/** Rows that tallies stand for: those of a snapshot that were tallied, in a range of whole slots. */
export interface TalliedRows {
  readonly snapshot: Snapshot
  readonly seconds: SlotSeconds
  readonly range: TimeRange
  /** A condition on stream and severity. */
  readonly sql: string
  /** Streams that there are. */
  readonly streams: number
}

/** Counts by columns: the numbers of each group for each column, and how many rows it has. */
export interface GroupCounts {
  readonly keys: readonly Float64Array[]
  readonly counts: Float64Array
}

/** Groups up to which each has a place in an array: 32 MB. */
const MOST_PLACES = 2 ** 23
/** Slots up to which each has one: 16 MB, two and a half years of the narrow ones and 79 of the wide ones. */
const MOST_SLOTS = 2 ** 22
const SEVERITIES = 25

/** Counts by some columns, all of which tallies tell. */
export type TallyCounter = (engine: Engine, context: QueryContext) => Promise<GroupCounts>

/** Undefined where there may be too many groups. */
export function tallyCounterOf(
  columns: readonly GroupColumn[],
  rows: TalliedRows,
): TallyCounter | undefined {
  const { snapshot, seconds, range } = rows
  const { tallies } = snapshot.partition
  const tiles = tallies.tiles(seconds, range, snapshot.talliedRows)
  const slots = slotsOf(tiles, rows)
  const isByTime = columns.some((column) => toldBy(column) === 'slot')
  if (isByTime && slots.end - slots.first > MOST_SLOTS) return undefined
  const numbered = columns.map((column) => numbersOf(column, rows, slots))
  const places = numbered.reduce((product, { values }) => product * values.length, 1)
  if (places > MOST_PLACES) return undefined
  return async (engine, context) => {
    const counts = new Uint32Array(places)
    const isCounted = await pairsOf(rows, engine, context)
    const into = { ...placesOf(numbered, rows, slots), isCounted }
    for (const { packed, firstSlot } of await tallies.read(tiles, context)) {
      addTallies(packed, firstSlot, into, counts)
      await otherWork()
      if (context.signal?.aborted) throw new AppError('cancelled', 'the query was cancelled')
    }
    return groupsOf(counts, numbered)
  }
}

/** Slots in `[first, end)`. */
interface Slots {
  readonly first: number
  readonly end: number
}

/** Those of the range that any row is in: a question may be about all time. */
function slotsOf(tiles: readonly Tile[], { seconds, range }: TalliedRows): Slots {
  const slotUs = seconds * MICROS_PER_SECOND
  const first = tiles.reduce((least, { firstSlot }) => Math.min(least, firstSlot), Infinity)
  const end = tiles.reduce((most, { lastSlot }) => Math.max(most, lastSlot + 1), -Infinity)
  if (tiles.length === 0) return { first: 0, end: 0 }
  return { first: Math.max(first, range.from / slotUs), end: Math.min(end, range.to / slotUs) }
}

/** What a column is worked out from. */
type Told = 'stream' | 'severity' | 'slot'

const toldBy = ({ sql }: GroupColumn): Told =>
  sql === 'stream' || sql === 'severity' ? sql : 'slot'

/** The numbers that a column has, each once. */
interface Numbered {
  readonly from: Told
  /** The index among `values` of each stream, severity or slot. */
  readonly indexes: Uint32Array
  readonly values: Float64Array
}

function numbersOf(column: GroupColumn, { streams, seconds }: TalliedRows, slots: Slots): Numbered {
  const from = toldBy(column)
  const slotUs = seconds * MICROS_PER_SECOND
  const lengths = { stream: streams, severity: SEVERITIES, slot: slots.end - slots.first }
  const nothing = { time: 0, severity: 0, entity: 0, stream: 0, shape: 0, template: 0 }
  const places = new Map<number, number>()
  const indexes = Uint32Array.from({ length: lengths[from] }, (_, number) => {
    const told = from === 'slot' ? { time: (slots.first + number) * slotUs } : { [from]: number }
    const value = column.of({ ...nothing, ...told })
    const place = places.get(value) ?? places.size
    if (place === places.size) places.set(value, place)
    return place
  })
  return { from, indexes, values: Float64Array.from(places.keys()) }
}

/** The places of all groups: those of the first column stand furthest apart. */
function placesOf(
  numbered: readonly Numbered[],
  { streams }: TalliedRows,
  { first, end }: Slots,
): Omit<TallyPlaces, 'isCounted'> {
  const isByTime = numbered.some(({ from }) => from === 'slot')
  const places = {
    stream: new Int32Array(streams),
    severity: new Int32Array(SEVERITIES),
    slot: new Int32Array(isByTime ? end - first : 0),
  }
  let apart = 1
  for (const { from, indexes, values } of numbered.toReversed()) {
    const into = places[from]
    for (const [number, index] of indexes.entries()) into[number]! += index * apart
    apart *= values.length
  }
  return {
    ...{ streams: places.stream, severities: places.severity, firstSlot: first, endSlot: end },
    slots: isByTime ? places.slot : undefined,
  }
}

/** Which streams and severities pass the condition. */
async function pairsOf(
  { sql, streams }: TalliedRows,
  engine: Engine,
  context: QueryContext,
): Promise<Uint8Array> {
  if (sql === 'TRUE') return countedPairs(streams, 'all')
  const passing = await engine.query(
    `SELECT ${pairSql} FROM (SELECT s::UINTEGER AS stream FROM range(${streams}) streams(s)),
       (SELECT s::UTINYINT AS severity FROM range(${SEVERITIES}) severities(s)) WHERE (${sql})`,
    context,
  )
  return countedPairs(streams, passing.numbers(0))
}

function groupsOf(counted: Uint32Array, numbered: readonly Numbered[]): GroupCounts {
  const places = new Uint32Array(counted.length)
  let groups = 0
  for (let place = 0; place < counted.length; place++) {
    if (counted[place]! > 0) places[groups++] = place
  }
  const counts = new Float64Array(groups)
  for (let group = 0; group < groups; group++) counts[group] = counted[places[group]!]!
  // Of a place the last column's index is what remains when it is divided by how many there are.
  const keys = numbered.toReversed().map(({ values }) => {
    const numbers = new Float64Array(groups)
    const { length } = values
    for (let group = 0; group < groups; group++) {
      const place = places[group]!
      const rest = Math.floor(place / length)
      numbers[group] = values[place - rest * length]!
      places[group] = rest
    }
    return numbers
  })
  return { keys: keys.reverse(), counts }
}
