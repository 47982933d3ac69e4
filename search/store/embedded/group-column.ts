import { setIndex, type Cell } from '../../../model/aggregate.ts'
import { resolveField } from '../../../model/fields.ts'
import { binStart } from '../../../model/group-table.ts'
import type { CountKey } from '../../../model/query.ts'
import { MICROS_PER_SECOND } from '../../../model/time.ts'
import type { Dictionaries } from './dictionary.ts'
import type { Row } from './rows.ts'

/** A grouping key on the columns of numbers. */
export interface GroupColumn {
  /** The number that SQL groups by; with `groups` a column of which those tell it. */
  readonly sql: string
  /** The number that a row at hand is grouped by. */
  readonly of: (row: Row) => number
  /** What the number stands for. */
  readonly cell: (value: number) => Cell
  /** Numbers of the column that are counted together: for each its group; absent for {@link NO_GROUP}. */
  readonly groups?: ReadonlyMap<number, number>
}

/** The group of all values that are in no set. */
export const NO_GROUP = -1

const SEVERITIES = 25

/** Undefined when only a whole record tells the key. */
export function columnOfKey(key: CountKey, dictionaries: Dictionaries): GroupColumn | undefined {
  if (key.kind === 'bin') {
    const { widthUs } = key
    return {
      sql: binSql(widthUs),
      of: (row) => binStart(row.time, widthUs),
      cell: asIs,
    }
  }
  const column = columnOfField(key.field, dictionaries)
  if (key.kind === 'field' || column === undefined) return column
  const index = setIndex(key.sets)
  // So few numbers that DuckDB counts them faster one by one.
  if (column.sql === 'severity') return { ...column, cell: (value) => index(value) }
  const groups = new Map<number, number>()
  for (const value of column.values()) {
    const group = index(column.cell(value))
    if (group !== null) groups.set(value, group)
  }
  return {
    sql: column.sql,
    of: (row) => groups.get(column.of(row)) ?? NO_GROUP,
    cell: (group) => (group === NO_GROUP ? null : group),
    groups,
  }
}

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
        sql: 'shape',
        of: ({ shape }) => shape,
        cell: (id) => shapes.get(id)[name],
        values: () => shapes.ids(),
      }
    }
    case 'entity':
      return {
        sql: 'entity',
        of: ({ entity }) => entity,
        cell: (number) => (number === 0 ? null : entities.get(number - 1)),
        values: () => [0, ...entities.ids().map((id) => id + 1)],
      }
    case 'template':
      return {
        sql: 'template',
        of: ({ template }) => template,
        cell: (id) => templates.get(id).id,
        values: () => templates.ids(),
      }
    case 'severity':
      return {
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
