import { setImmediate as otherWork } from 'node:timers/promises'
import { AppError } from '../../../model/errors.ts'
import { MICROS_PER_SECOND, type TimeRange } from '../../../model/time.ts'
import type { QueryContext } from '../store.ts'
import type { Engine } from './engine.ts'
import type { GroupColumn } from './group-column.ts'
import { addTallies, countedPairs, pairSql, type TallyPlaces } from './packed-tallies.ts'
import type { Snapshot } from './rows.ts'
import type { SlotSeconds } from './tally-table.ts'

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
const SEVERITIES = 25

/** Counts by some columns, all of which tallies tell; undefined where there may be too many groups. */
export type TallyCounter = (engine: Engine, context: QueryContext) => Promise<GroupCounts>

export function tallyCounterOf(
  columns: readonly GroupColumn[],
  rows: TalliedRows,
): TallyCounter | undefined {
  const numbered = columns.map((column) => numbersOf(column, rows))
  const places = numbered.reduce((product, { values }) => product * values.length, 1)
  if (places > MOST_PLACES) return undefined
  return async (engine, context) => {
    const counts = new Uint32Array(places)
    const into = placesOf(numbered, rows, await pairsOf(rows, engine, context))
    const { snapshot, seconds, range } = rows
    const { tallies } = snapshot.partition
    const tiles = await tallies.read(seconds, range, snapshot.talliedRows, context)
    for (const { packed, firstSlot } of tiles) {
      addTallies(packed, firstSlot, into, counts)
      await otherWork()
      if (context.signal?.aborted) throw new AppError('cancelled', 'the query was cancelled')
    }
    return groupsOf(counts, numbered)
  }
}

/** What a column is worked out from. */
type Told = 'stream' | 'severity' | 'slot'

/** The numbers that a column has, each once. */
interface Numbered {
  readonly from: Told
  /** The index among `values` of each stream, severity or slot. */
  readonly indexes: Uint32Array
  readonly values: Float64Array
}

function numbersOf(column: GroupColumn, { streams, seconds, range }: TalliedRows): Numbered {
  const { sql } = column
  const from = sql === 'stream' || sql === 'severity' ? sql : 'slot'
  const slotUs = seconds * MICROS_PER_SECOND
  const lengths = { stream: streams, severity: SEVERITIES, slot: (range.to - range.from) / slotUs }
  const nothing = { time: 0, severity: 0, entity: 0, stream: 0, shape: 0, template: 0 }
  const places = new Map<number, number>()
  const indexes = Uint32Array.from({ length: lengths[from] }, (_, number) => {
    const told = from === 'slot' ? { time: range.from + number * slotUs } : { [from]: number }
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
  { streams, seconds, range }: TalliedRows,
  isCounted: Uint8Array,
): TallyPlaces {
  const slotUs = seconds * MICROS_PER_SECOND
  const slots = new Int32Array((range.to - range.from) / slotUs)
  const places = {
    stream: new Int32Array(streams),
    severity: new Int32Array(SEVERITIES),
    slot: slots,
  }
  let apart = 1
  for (const { from, indexes, values } of numbered.toReversed()) {
    const into = places[from]
    for (const [number, index] of indexes.entries()) into[number]! += index * apart
    apart *= values.length
  }
  return {
    ...{ streams: places.stream, severities: places.severity, slots, isCounted },
    firstSlot: range.from / slotUs,
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
