import { numberOf, type ValueCondition } from '../../../model/match.ts'
import { fold } from '../../../model/tokens.ts'
import { atMost, exactly, isModest, like, terms, type Clause, type Query } from './clause.ts'
import {
  attributeBounds,
  attributeTerm,
  isIndexable,
  isWellFormed,
  numberTerm,
  typedKey,
  typedKeyBounds,
} from './value-index.ts'

/** Where the folded texts of a field stand among the terms of an indexed one. */
interface Terms {
  readonly indexed: string
  /** The term of a folded text. */
  readonly term: (folded: string) => string
  /** Further terms that a wanted value equals. */
  readonly also?: (value: string) => readonly string[]
  /** What every term of the field begins with; null where the indexed field holds nothing else. */
  readonly bounds: { readonly first: string; readonly end: string } | null
}

/** A condition on a field of which the index has the folded text. */
export function textFieldClause(indexed: string, condition: ValueCondition): Clause {
  return termClause({ indexed, term: (folded) => folded, bounds: null }, condition)
}

/** A condition on the identifiers of a record, of one kind or of any. */
export function keyClause(kind: string | null, condition: ValueCondition): Clause {
  if (kind === null) return textFieldClause('key', condition)
  const bounds = typedKeyBounds(kind)
  return termClause(
    { indexed: 'typedKey', term: (folded) => typedKey(kind, folded), bounds },
    condition,
  )
}

/** A condition on an attribute; numbers among its values equal by value. */
export function attributeClause(name: string, condition: ValueCondition): Clause {
  return termClause(
    {
      indexed: 'attribute',
      term: (folded) => attributeTerm(name, folded),
      also: (value) => {
        const number = numberOf(value)
        return number === undefined ? [] : [numberTerm(name, number)]
      },
      bounds: attributeBounds(name),
    },
    condition,
  )
}

function termClause(place: Terms, condition: ValueCondition): Clause {
  switch (condition.kind) {
    case 'equals':
      return exactly(terms(place.indexed, wantedTerms(place, [condition.value])))
    case 'in':
      return exactly(terms(place.indexed, wantedTerms(place, condition.values)))
    case 'wildcard': {
      const pattern = fold(condition.pattern)
      if (!isModest(pattern) || !isWellFormed(pattern)) return atMost(anyTerm(place))
      return exactly(like(place.indexed, pattern, place.bounds?.first))
    }
    case 'compare':
      // Numbers among the texts compare as numbers, which the order of terms does not know.
      return numberOf(condition.value) === undefined && isWellFormed(condition.value)
        ? exactly(between(place, condition.operator, fold(condition.value)))
        : atMost(anyTerm(place))
    case 'regex':
      return atMost(anyTerm(place))
  }
}

/** A value that cannot be a term is on no record that is not odd. */
function wantedTerms({ term, also }: Terms, values: readonly string[]): string[] {
  const wanted = values.flatMap((value) => [term(fold(value)), ...(also?.(value) ?? [])])
  return [...new Set(wanted.filter(isIndexable))]
}

function anyTerm({ indexed, bounds }: Terms): Query {
  return bounds === null ? { exists: { field: indexed } } : { prefix: { [indexed]: bounds.first } }
}

/** Terms stand in the order of UTF-8, as `compareText` has it. */
function between({ indexed, term, bounds }: Terms, operator: string, folded: string): Query {
  const limit = term(folded)
  const upward = bounds === null ? {} : { lt: bounds.end }
  const downward = bounds === null ? {} : { gte: bounds.first }
  switch (operator) {
    case '<':
      return { range: { [indexed]: { ...downward, lt: limit } } }
    case '<=':
      return { range: { [indexed]: { ...downward, lte: limit } } }
    case '>':
      return { range: { [indexed]: { gt: limit, ...upward } } }
    default:
      return { range: { [indexed]: { gte: limit, ...upward } } }
  }
}
