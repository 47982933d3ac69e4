import { numberOf, type ValueCondition } from '../../../model/match.ts'
import { KEY_KINDS } from '../../../model/record.ts'
import { fold } from '../../../model/tokens.ts'
import { requiredLiteral, type Literal } from '../literal.ts'
import {
  anyOf,
  atMost,
  exactly,
  isModest,
  like,
  RANGE_WORDS,
  terms,
  type Clause,
  type Query,
} from './clause.ts'
import { attributePrefixes, isIndexable, isWellFormed, keyPrefix } from './value-index.ts'

/** Where the folded texts of a field stand among the terms of an indexed one. */
interface Terms {
  readonly indexed: string
  /** What stands before each of them; null where the indexed field holds nothing else. */
  readonly prefixes: readonly string[] | null
  /** That of them which stands before numbers: they equal by value. */
  readonly ofNumbers?: string
}

/** A condition on a field of which the index has the folded text. */
export function textFieldClause(indexed: string, condition: ValueCondition): Clause {
  return termClause({ indexed, prefixes: null }, condition)
}

/** A condition on the identifiers of a record, of one kind or of any. */
export function keyClause(kind: string | null, condition: ValueCondition): Clause {
  return termClause(termsOfKeys(kind), condition)
}

const termsOfKeys = (kind: string | null): Terms => ({
  indexed: 'key',
  prefixes: (kind === null ? KEY_KINDS : [kind]).map(keyPrefix),
})

/** A condition on an attribute. */
export function attributeClause(name: string, condition: ValueCondition): Clause {
  return termClause(termsOfAttribute(name), condition)
}

function termsOfAttribute(name: string): Terms {
  const { ofTexts, ofNumbers } = attributePrefixes(name)
  return { indexed: 'attribute', prefixes: [ofTexts, ofNumbers], ofNumbers }
}

/** Records with such an identifier. */
export const hasKey = (kind: string): Query => anyTerm(termsOfKeys(kind))

/** Records with such an attribute. */
export const hasAttribute = (name: string): Query => anyTerm(termsOfAttribute(name))

function termClause(place: Terms, condition: ValueCondition): Clause {
  switch (condition.kind) {
    case 'equals':
      return exactly(terms(place.indexed, wantedTerms(place, [condition.value])))
    case 'in':
      return exactly(terms(place.indexed, wantedTerms(place, condition.values)))
    case 'wildcard': {
      const pattern = fold(condition.pattern)
      if (!isModest(pattern) || !isWellFormed(pattern)) return atMost(anyTerm(place))
      return exactly(fitting(place, pattern))
    }
    case 'compare':
      // Numbers among the texts compare as numbers, which the order of terms does not know.
      return numberOf(condition.value) === undefined && isWellFormed(condition.value)
        ? exactly(between(place, condition.operator, fold(condition.value)))
        : atMost(anyTerm(place))
    case 'regex':
      return atMost(withLiteral(place, requiredLiteral(condition)))
  }
}

/** Records with a value that holds what every match of an expression does. */
function withLiteral(place: Terms, literal: Literal | undefined): Query {
  // A star that is meant as one would be taken for a wildcard.
  const pattern = `*${literal?.text.toLowerCase().replaceAll('*', '?') ?? ''}*`
  return literal !== undefined && isModest(pattern) ? fitting(place, pattern) : anyTerm(place)
}

/** A value that cannot be a term is on no record that is not odd. */
function wantedTerms({ prefixes, ofNumbers }: Terms, values: readonly string[]): string[] {
  const wanted = values.flatMap((value) => {
    const texts = (prefixes ?? ['']).map((prefix) => prefix + fold(value))
    const number = ofNumbers === undefined ? undefined : numberOf(value)
    return number === undefined ? texts : [...texts, ofNumbers + fold(String(number))]
  })
  return [...new Set(wanted.filter(isIndexable))]
}

function anyTerm({ indexed, prefixes }: Terms): Query {
  if (prefixes === null) return { exists: { field: indexed } }
  return anyOf(prefixes.map((prefix) => ({ prefix: { [indexed]: prefix } })))
}

const fitting = ({ indexed, prefixes }: Terms, pattern: string): Query =>
  anyOf((prefixes ?? ['']).map((prefix) => like(indexed, pattern, prefix)))

/** Terms stand in the order of UTF-8, as `compareText` has it. */
function between(
  { indexed, prefixes }: Terms,
  operator: '<' | '<=' | '>' | '>=',
  folded: string,
): Query {
  return anyOf(
    (prefixes ?? ['']).map((prefix) => {
      const limit = { [RANGE_WORDS[operator]]: prefix + folded }
      if (prefix === '') return { range: { [indexed]: limit } }
      const other = operator.startsWith('<') ? { gte: prefix } : { lt: behind(prefix) }
      return { range: { [indexed]: { ...limit, ...other } } }
    }),
  )
}

/** The first text behind all that begin with a prefix, which ends in an ASCII character. */
const behind = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
