import { AppError } from '../../../model/errors.ts'
import type { Filter, TokenPattern } from '../../../model/query.ts'
import { tryParseQuery } from '../../../search/query/parse.ts'

/** The phrases that a query looks for in the message, to be marked there; none of those it excludes. */
export function phrasesOf(text: string): readonly (readonly TokenPattern[])[] {
  const query = tryParseQuery(text)
  return query instanceof AppError ? [] : phrasesIn(query.filter)
}

function phrasesIn(filter: Filter): readonly (readonly TokenPattern[])[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(phrasesIn)
    case 'phrase':
      return filter.tokens.length === 0 ? [] : [filter.tokens]
    default:
      return []
  }
}

/** Whether a query ends in pipes, so that its answer is one whole and not a stretch of records. */
export function hasPipes(text: string): boolean {
  const query = tryParseQuery(text)
  return !(query instanceof AppError) && query.pipes.length > 0
}
