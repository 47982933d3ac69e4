import type { ApiEntity } from '../../../model/api.ts'
import { AppError } from '../../../model/errors.ts'
import type { Filter } from '../../../model/query.ts'
import { fold } from '../../../model/tokens.ts'
import { printFilter } from '../../../search/query/print.ts'
import { readQuery } from '../../data/read-query.ts'

/** Whether a text may be meant as the name of an entity: bare words and nothing of the language. */
export function mayBeName(text: string): boolean {
  if (/["`|*?]/.test(text)) return false
  const query = readQuery(text)
  if (query instanceof AppError || query.pipes.length > 0) return false
  const { filter } = query
  const isWord = (part: Filter): boolean => part.kind === 'phrase'
  return isWord(filter) || (filter.kind === 'and' && filter.filters.every(isWord))
}

/** The entities that go by exactly this name, in any case; by host name too, not by what may stand in a log line. */
export function namedExactly(text: string, entities: readonly ApiEntity[]): ApiEntity[] {
  const asked = fold(text.trim())
  const isHostName = (kind: string): boolean => kind === 'hostname' || kind === 'fqdn'
  const byName = entities.filter(({ name, id }) => fold(name) === asked || fold(id) === asked)
  if (byName.length > 0) return byName
  return entities.filter(({ aliases }) =>
    aliases.some(({ kind, value }) => isHostName(kind) && fold(value) === asked),
  )
}

/** `near:VDI-0417`. */
export const nearText = (name: string): string => printFilter({ kind: 'near', name })
