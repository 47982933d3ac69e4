import type { Query } from '../../../../search/store/elastic/clause.ts'
import { compareText, wildcardMatcher } from '../../../../model/match.ts'

/** A document as it is sent. */
export type Fields = Readonly<Record<string, unknown>>

type Value = string | number | boolean

/**
 * What Elasticsearch answers for the few kinds of queries that the compiler writes, on one document: as its manual says of
 * `keyword`, numbers, and a text of words between blanks. Anything else throws.
 */
export function evaluate(query: Query, document: Fields): boolean {
  const [[kind, body], ...more] = Object.entries(query) as [[string, Fields], ...unknown[]]
  if (more.length > 0) throw new Error(`two kinds in ${JSON.stringify(query)}`)
  switch (kind) {
    case 'match_all':
      return true
    case 'match_none':
      return false
    case 'bool':
      return evaluateBool(body, document)
    case 'exists':
      return valuesOf(document, String(body['field'])).length > 0
  }
  const [field, argument] = Object.entries(body)[0]! as [string, never]
  const values = valuesOf(document, field)
  switch (kind) {
    case 'term':
      return values.includes(argument)
    case 'terms':
      return values.some((value) => (argument as Value[]).includes(value))
    case 'prefix':
      return values.some((value) => String(value).startsWith(argument))
    case 'wildcard':
      return values.some((value) => fitsWildcard(String(value), argument['value']))
    case 'match_phrase':
      return ` ${values.join(' ')} `.includes(` ${String(argument['query'])} `)
    case 'range':
      return values.some((value) => isWithin(value, argument))
  }
  throw new Error(`unexpected ${JSON.stringify(query)}`)
}

function evaluateBool(body: Fields, document: Fields): boolean {
  const { filter = [], must_not = [], should = [], ...rest } = body as Record<string, Query[]>
  const others = Object.keys(rest).filter((name) => name !== 'minimum_should_match')
  if (others.length > 0) throw new Error(`unexpected ${others.join()} in bool`)
  return (
    filter.every((query) => evaluate(query, document)) &&
    !must_not.some((query) => evaluate(query, document)) &&
    (should.length === 0 || should.some((query) => evaluate(query, document)))
  )
}

function valuesOf(document: Fields, path: string): Value[] {
  const value = document[path]
  if (value === undefined || value === null) return []
  if (path === 'tokens') return (value as string).split(/\s+/).filter((token) => token !== '')
  return (Array.isArray(value) ? value : [value]) as Value[]
}

/** A pattern in which a backslash takes the meaning from what follows. */
function fitsWildcard(value: string, pattern: string): boolean {
  const STAND_INS: Readonly<Record<string, string>> = {
    '*': '\ue000',
    '?': '\ue001',
    '\\': '\ue002',
  }
  const plain = (text: string): string => text.replace(/[*?\\]/g, (one) => STAND_INS[one]!)
  return wildcardMatcher(pattern.replace(/\\(.)/g, (_, one: string) => plain(one)))(
    // Only what the pattern means literally is replaced in it, so all of the value is.
    plain(value),
  )
}

function isWithin(value: Value, bounds: Readonly<Record<string, Value>>): boolean {
  return Object.entries(bounds).every(([name, bound]) => {
    const order =
      typeof value === 'number' && typeof bound === 'number'
        ? value - bound
        : compareText(String(value), String(bound))
    if (name === 'gt') return order > 0
    if (name === 'gte') return order >= 0
    if (name === 'lt') return order < 0
    if (name === 'lte') return order <= 0
    throw new Error(`unexpected bound ${name}`)
  })
}
