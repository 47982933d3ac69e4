/** One clause of Elasticsearch's query language, as JSON. */
export type Query = Readonly<Record<string, unknown>>

/**
 * A filter between two queries: every match is in `cover`, and only matches are in `sure`. The same object
 * where Elasticsearch decides alone. What lies between is checked with `model/match.ts`.
 */
export interface Clause {
  readonly cover: Query
  readonly sure: Query
}

export const EVERYTHING: Query = { match_all: {} }
export const NOTHING: Query = { match_none: {} }

/** Elasticsearch decides it. */
export const exactly = (query: Query): Clause => ({ cover: query, sure: query })

/** Elasticsearch only narrows it down. */
export const atMost = (query: Query): Clause => ({ cover: query, sure: NOTHING })

/** Elasticsearch knows nothing of it. */
export const UNDECIDED: Clause = atMost(EVERYTHING)

export const isExact = ({ cover, sure }: Clause): boolean => cover === sure

/** All of the queries; none of them: everything. */
export function allOf(queries: readonly Query[]): Query {
  const parts = queries.filter((query) => query !== EVERYTHING)
  if (parts.includes(NOTHING)) return NOTHING
  return parts.length === 0
    ? EVERYTHING
    : parts.length === 1
      ? parts[0]!
      : { bool: { filter: parts } }
}

/** Any of the queries; none of them: nothing. */
export function anyOf(queries: readonly Query[]): Query {
  const parts = queries.filter((query) => query !== NOTHING)
  if (parts.includes(EVERYTHING)) return EVERYTHING
  if (parts.length < 2) return parts[0] ?? NOTHING
  return { bool: { should: parts, minimum_should_match: 1 } }
}

export function noneOf(query: Query): Query {
  return query === NOTHING
    ? EVERYTHING
    : query === EVERYTHING
      ? NOTHING
      : { bool: { must_not: [query] } }
}

/** Both sides by the same way to join; stays exact where all parts are. */
export function joined(
  clauses: readonly Clause[],
  join: (queries: readonly Query[]) => Query,
): Clause {
  const cover = join(clauses.map((clause) => clause.cover))
  return clauses.every(isExact)
    ? exactly(cover)
    : { cover, sure: join(clauses.map((clause) => clause.sure)) }
}

export function inverted(clause: Clause): Clause {
  if (isExact(clause)) return exactly(noneOf(clause.cover))
  return { cover: noneOf(clause.sure), sure: noneOf(clause.cover) }
}

/** Elasticsearch's bound on the values of one `terms` query (`index.max_terms_count`). */
const MOST_TERMS = 65_536

/** Documents with any of the values in a field. */
export function terms(field: string, values: readonly (string | number)[]): Query {
  if (values.length === 0) return NOTHING
  if (values.length === 1) return { term: { [field]: values[0] } }
  const groups: Query[] = []
  for (let at = 0; at < values.length; at += MOST_TERMS) {
    groups.push({ terms: { [field]: values.slice(at, at + MOST_TERMS) } })
  }
  return anyOf(groups)
}

/** What a `range` calls the operators. */
export const RANGE_WORDS = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const

/** More of them after a star make an automaton that Lucene refuses to build. */
const MOST_MARKS = 6

/** True for a pattern that Elasticsearch can be asked for. */
export function isModest(pattern: string): boolean {
  return pattern.length <= 256 && (pattern.match(/[*?]/g)?.length ?? 0) <= MOST_MARKS
}

/** Documents with a value that fits a pattern of `*` and `?`, after a text taken as it is. */
export function like(field: string, pattern: string, prefix = ''): Query {
  const plain = prefix.replace(/[\\*?]/g, '\\$&')
  return { wildcard: { [field]: { value: plain + pattern.replace(/\\/g, '\\\\') } } }
}
