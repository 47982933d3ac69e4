import { AppError, quote } from '../../model/errors.ts'
import { canonicalField } from '../../model/fields.ts'
import type { Pipe } from '../../model/query.ts'
import { keyColumn } from '../../model/group-table.ts'
import { nearestWord } from './suggest.ts'

/** What stands between two pipes: all matches, records chosen from them, or a table of these columns. */
type Stage = 'matches' | 'records' | readonly string[]

/** The place of a pipe in its text, or of a column that it names. */
export type PlaceOf = (column?: string) => number | undefined

/** The columns that `patterns` makes. */
export const PATTERN_COLUMNS = ['template', 'text', 'count', 'first', 'last', 'severity'] as const

/**
 * Refuses a row of pipes in which one cannot work on what the one before it leaves: `patterns` and
 * `rate` behind a table, a column that is not there. `placeOf` gives the offsets for the errors.
 */
export function checkPipes(
  pipes: readonly Pipe[],
  placeOf: (pipe: Pipe) => PlaceOf = () => () => undefined,
): void {
  pipes.reduce<Stage>((stage, pipe) => stageAfter(pipe, stage, placeOf(pipe)), 'matches')
}

function stageAfter(pipe: Pipe, stage: Stage, place: PlaceOf): Stage {
  const isTable = typeof stage !== 'string'
  if (isTable) for (const column of columnsOf(pipe)) requireColumn(column, stage, place)
  switch (pipe.kind) {
    case 'stats':
      return [...pipe.by.map(keyColumn), ...pipe.aggregates.map(({ as }) => as)]
    case 'top':
      return [pipe.field, 'count']
    case 'rate':
      if (isTable) throw refusal('`rate` works on records, here is a table', place, 'rate')
      return ['time', ...(pipe.by === undefined ? [] : [pipe.by]), 'rate']
    case 'patterns':
      if (isTable) throw refusal('`patterns` works on records, here is a table', place, 'patterns')
      if (stage === 'records') {
        const message = '`patterns` works on all matches, here are chosen records'
        throw refusal(message, place, 'patterns')
      }
      return PATTERN_COLUMNS
    case 'fields':
      return pipe.fields
    case 'sort':
      return stage === 'matches' && !isByTimeAlone(pipe) ? 'records' : stage
    case 'limit':
    case 'dedup':
      return isTable ? stage : 'records'
  }
}

/** Sorting by time alone keeps all matches: the store gives them in either order. */
export function isByTimeAlone({ by }: Extract<Pipe, { kind: 'sort' }>): boolean {
  return by.length === 1 && canonicalField(by[0]!.column) === 'time'
}

/** The columns a pipe reads. */
function columnsOf(pipe: Pipe): readonly string[] {
  switch (pipe.kind) {
    case 'stats':
      return [...pipe.by.map(keyColumn), ...pipe.aggregates.flatMap(({ field }) => field ?? [])]
    case 'top':
      return [pipe.field]
    case 'sort':
      return pipe.by.map(({ column }) => column)
    case 'fields':
    case 'dedup':
      return pipe.fields
    case 'rate':
    case 'patterns':
    case 'limit':
      return []
  }
}

/** The place of a column in a table, by its name or an alias of it; -1 when it has none. */
export function columnPlace(name: string, columns: readonly string[]): number {
  const exact = columns.indexOf(name)
  return exact >= 0 ? exact : columns.indexOf(canonicalField(name))
}

function requireColumn(name: string, columns: readonly string[], place: PlaceOf): void {
  if (columnPlace(name, columns) >= 0) return
  const meant = nearestWord(name, columns)
  const ask = meant === undefined ? '' : `: did you mean \`${meant}\`?`
  throw invalid(
    `there is no column ${quote(name)} here${ask}`,
    place(name),
    `there are ${columns.join(', ')}`,
  )
}

const refusal = (message: string, place: PlaceOf, name: string): AppError =>
  invalid(message, place(), `put \`${name}\` right after the filter`)

function invalid(message: string, offset: number | undefined, hint: string): AppError {
  return new AppError('invalid_query', message, {
    hint,
    ...(offset === undefined ? {} : { offset }),
  })
}
