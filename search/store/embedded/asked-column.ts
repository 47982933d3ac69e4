import type { ListRows } from './engine.ts'
import type { GroupColumn } from './group-column.ts'

/** A number that SQL groups by: of one key, or of two at once. */
export interface AskedColumn {
  readonly sql: string
  /** The groups of its values, where it is not grouped by each of them. */
  readonly list?: AskedList
  /** What a number of it says of each of its keys. */
  readonly parts: readonly Part[]
}

/** A list as it is, or of every value of one list with every value of another. */
export type AskedList =
  | { readonly rows: ListRows }
  | {
      readonly of: readonly [ListRows, ListRows]
      /** What makes the list of tables `a` and `b` that are those, from SELECT to FROM. */
      readonly select: string
    }

/** The number of a key is that of the column divided by `each`, the remainder of that by `end`; it itself where they are missing. */
interface Part {
  /** The key's place among those of the grouping. */
  readonly key: number
  readonly of?: { readonly each: number; readonly end: number }
}

interface Key {
  readonly column: GroupColumn
  readonly key: number
}

/**
 * What SQL groups by for some keys. Bins come first: neighbouring rows are of the same time, so what DuckDB counts
 * them in lies together in its array. Streams and severities that both have a list have one together: another look
 * into an array costs more than a larger one.
 */
export function askedColumns(columns: readonly GroupColumn[]): AskedColumn[] {
  const keys = columns.map((column, key): Key => ({ column, key }))
  const joint = jointOf(keys)
  const alone = keys.filter(({ key }) => joint?.parts.every((part) => part.key !== key) ?? true)
  const asked = alone.map(({ column: { sql, list }, key }): AskedColumn => ({
    sql,
    ...(list === undefined ? {} : { list }),
    parts: [{ key }],
  }))
  if (joint !== undefined) asked.push(joint)
  return asked.sort((a, b) => Number(b.sql === 'second') - Number(a.sql === 'second'))
}

/** Severities are below it; a power of two, since those are multiplied by without effort. */
const SEVERITIES = 32

/** Entries of a list of both; it takes some milliseconds to make one of so many. */
const MOST_ENTRIES = 262_144

/** Streams and severities, if both are asked for by lists. */
function jointOf(keys: readonly Key[]): AskedColumn | undefined {
  const listed = (sql: string): Key | undefined =>
    keys.find(({ column }) => column.sql === sql && column.list !== undefined)
  const [stream, severity] = [listed('stream'), listed('severity')]
  if (stream === undefined || severity === undefined) return undefined
  const [streams, severities] = [stream.column.list!, severity.column.list!]
  if (!('count' in streams.rows) || streams.rows.count * SEVERITIES > MOST_ENTRIES) return undefined
  const { end } = severities
  return {
    sql: `stream * ${SEVERITIES}::UINTEGER + severity`,
    list: {
      of: [streams.rows, severities.rows],
      select: `SELECT a.value * ${SEVERITIES}::UINTEGER + b.value AS value, a.place * ${end} + b.place AS place`,
    },
    parts: [
      { key: stream.key, of: { each: end, end: streams.end } },
      { key: severity.key, of: { each: 1, end } },
    ],
  }
}
