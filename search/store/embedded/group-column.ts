import { INTEGER, UINTEGER, UTINYINT } from '@duckdb/node-api'
import { setIndex, type Cell } from '../../../model/aggregate.ts'
import { resolveField } from '../../../model/fields.ts'
import { binStart } from '../../../model/group-table.ts'
import type { CountKey, Filter } from '../../../model/query.ts'
import { MICROS_PER_SECOND, type TimeRange } from '../../../model/time.ts'
import { TALLY_SECONDS } from '../store.ts'
import type { Dictionaries } from './dictionary.ts'
import type { ListRows } from './engine.ts'
import type { RowNumbers } from './rows.ts'
import type { SlotSeconds } from './tally-table.ts'

/** A grouping key on the columns of numbers. */
export interface GroupColumn {
  /** The number that SQL groups by; with a list the column that the list is of. */
  readonly sql: string
  /** The number that a row at hand is grouped by. */
  readonly of: (row: RowNumbers) => number
  /** What the number stands for. */
  readonly cell: (value: number) => Cell
  readonly list?: GroupList
  /** The widest tallies that tell it, see tally-table.ts; undefined where none do. */
  readonly tallied: SlotSeconds | undefined
}

/**
 * Which numbers of a column are counted together. DuckDB looks groups up in an array and counts them in one, where it
 * can tell how many there are: it knows that of a table, and not of a division.
 */
export interface GroupList {
  /** Every number that the column may hold as `value`, with its type there, and the group of each as `place`. */
  readonly rows: ListRows
  /** Groups are below it; each stands for a cell of its own. */
  readonly end: number
}

/** What is counted. */
interface Counted {
  readonly filter: Filter
  readonly range: TimeRange
}

const SEVERITIES = 25

/** Undefined when only a whole record tells the key. */
export function columnOfKey(
  key: CountKey,
  dictionaries: Dictionaries,
  { filter, range }: Counted,
): GroupColumn | undefined {
  const isAny = filter.kind === 'all'
  if (key.kind === 'bin') return (isAny ? listedBins(key.widthUs, range) : undefined) ?? bins(key)
  const column = columnOfField(key.field, dictionaries)
  if (key.kind === 'field' || column === undefined) return column
  const index = setIndex(key.sets)
  // So few numbers that DuckDB counts those of some rows faster one by one.
  if (column.sql === 'severity' && !isAny) return { ...column, cell: (value) => index(value) }
  return listed(column, index, key.sets.length)
}

/** Groups by set; behind them the group of all values that are in none. */
function listed(
  column: FieldColumn,
  index: (cell: Cell) => number | null,
  none: number,
): GroupColumn {
  const values = Uint32Array.from(column.values())
  const groups = Int32Array.from(values, (value) => index(column.cell(value)) ?? none)
  const groupOf = new Map(Array.from(values, (value, place) => [value, groups[place]!]))
  return {
    tallied: column.tallied,
    sql: column.sql,
    of: (row) => groupOf.get(column.of(row)) ?? none,
    cell: (group) => (group === none ? null : group),
    list: {
      rows: {
        count: values.length,
        columns: [
          column.sql === 'severity'
            ? { name: 'value', type: UTINYINT, numbers: Uint8Array.from(values) }
            : { name: 'value', type: UINTEGER, numbers: values },
          { name: 'place', type: INTEGER, numbers: groups },
        ],
      },
      end: none + 1,
    },
  }
}

/** Seconds of a range up to which each is looked up in a list: it takes some milliseconds to make one of so many. */
const MOST_SECONDS = 500_000

/** Of whole seconds, numbered from the range's first on. */
function listedBins(widthUs: number, { from, to }: TimeRange): GroupColumn | undefined {
  const first = Math.floor(from / MICROS_PER_SECOND)
  const seconds = Math.ceil(to / MICROS_PER_SECOND) - first
  if (widthUs % MICROS_PER_SECOND !== 0 || seconds > MOST_SECONDS) return undefined
  const width = widthUs / MICROS_PER_SECOND
  const firstBin = Math.floor(first / width)
  return {
    tallied: talliesOf(widthUs),
    sql: 'second',
    of: (row) => Math.floor(row.time / widthUs) - firstBin,
    cell: (bin) => (bin + firstBin) * widthUs,
    list: {
      rows: {
        select: `SELECT value, (value // ${width} - ${firstBin})::INTEGER AS place
          FROM range(${first}, ${first + seconds}) seconds(value)`,
      },
      end: Math.floor((first + seconds - 1) / width) - firstBin + 1,
    },
  }
}

function bins({ widthUs }: { readonly widthUs: number }): GroupColumn {
  return {
    tallied: talliesOf(widthUs),
    sql: binSql(widthUs),
    of: (row) => binStart(row.time, widthUs),
    cell: asIs,
  }
}

const talliesOf = (widthUs: number): SlotSeconds | undefined =>
  [TALLY_SECONDS.coarse, TALLY_SECONDS.fine].find(
    (seconds) => widthUs % (seconds * MICROS_PER_SECOND) === 0,
  )

const asIs = (value: Cell): Cell => value

interface FieldColumn extends GroupColumn {
  /** Every number that the column may hold. */
  values(): Iterable<number>
}

function columnOfField(field: string, dictionaries: Dictionaries): FieldColumn | undefined {
  const { entities, streams, shapes, templates } = dictionaries
  const resolved = resolveField(field)
  if (resolved.kind !== 'field') return undefined
  switch (resolved.field.name) {
    case 'source':
    case 'host':
    case 'format':
    case 'layer':
    case 'kind': {
      const { name } = resolved.field
      return {
        tallied: TALLY_SECONDS.coarse,
        sql: 'stream',
        of: ({ stream }) => stream,
        cell: (id) => streams.get(id)[name],
        values: () => streams.ids(),
      }
    }
    case 'app':
    case 'eventName':
    case 'severityText':
    case 'timeFrom': {
      const { name } = resolved.field
      return {
        tallied: undefined,
        sql: 'shape',
        of: ({ shape }) => shape,
        cell: (id) => shapes.get(id)[name],
        values: () => shapes.ids(),
      }
    }
    case 'entity':
      return {
        tallied: undefined,
        sql: 'entity',
        of: ({ entity }) => entity,
        cell: (number) => (number === 0 ? null : entities.get(number - 1)),
        values: () => [0, ...entities.ids().map((id) => id + 1)],
      }
    case 'template':
      return {
        tallied: undefined,
        sql: 'template',
        of: ({ template }) => template,
        cell: (id) => templates.get(id).id,
        values: () => templates.ids(),
      }
    case 'severity':
      return {
        tallied: TALLY_SECONDS.coarse,
        sql: 'severity',
        of: ({ severity }) => severity,
        cell: asIs,
        values: () => Array.from({ length: SEVERITIES }, (_, severity) => severity),
      }
    default:
      return undefined
  }
}

/** By whole seconds where the bins are, since those are a column. */
function binSql(widthUs: number): string {
  const isWhole = widthUs % MICROS_PER_SECOND === 0
  return isWhole
    ? `(second // ${widthUs / MICROS_PER_SECOND}) * ${widthUs}`
    : `(time // ${widthUs}) * ${widthUs}`
}
