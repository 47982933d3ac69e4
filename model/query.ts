/**
 * The query tree: what a text query becomes, what every store answers. Plain frozen data; no text, no
 * store, no clock. `search/query` parses text to it and prints it back.
 */

/** One token of a phrase. With `wildcard`, `text` may hold `*` (any run) and `?` (one character). */
export interface TokenPattern {
  /** Folded (see tokens.ts). */
  readonly text: string
  readonly wildcard: boolean
}

/**
 * A condition on one record. What each means is fixed by `model/match.ts`, the reference that every
 * store is fuzzed against:
 * - `phrase`: the tokens stand next to each other, in this order, in `body`.
 * - `equals`: the field's value, as text and folded, is the value; a number also matches by value.
 * - `wildcard`: the whole folded value matches the pattern of `*` and `?`.
 * - `in`: `equals` for any of the values; the empty list matches nothing.
 * - `compare`: numeric where both sides are numbers, else by folded text; false when missing.
 * - `regex`: RE2 syntax, found anywhere in the value; `ignoreCase` for the flag `i`.
 * - `exists`: the record has the field with a value that is not null.
 * - `and []` is true, `or []` is false; a missing field is false, so `not` of it is true.
 */
export type Filter =
  | { readonly kind: 'all' }
  | { readonly kind: 'and'; readonly filters: readonly Filter[] }
  | { readonly kind: 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'phrase'; readonly tokens: readonly TokenPattern[] }
  | { readonly kind: 'equals'; readonly field: string; readonly value: string }
  | { readonly kind: 'wildcard'; readonly field: string; readonly pattern: string }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly string[] }
  | {
      readonly kind: 'compare'
      readonly field: string
      readonly operator: '<' | '<=' | '>' | '>='
      readonly value: string
    }
  | {
      readonly kind: 'regex'
      readonly field: string
      readonly source: string
      readonly ignoreCase: boolean
    }
  | { readonly kind: 'exists'; readonly field: string }
  /** The entity under any of its names as of the time; resolved to the kinds above before a store sees it. */
  | { readonly kind: 'entity'; readonly name: string }
  /** The dependency neighbourhood of an entity as of the time; resolved like `entity`. */
  | { readonly kind: 'near'; readonly name: string }

export const AGGREGATE_FUNCTIONS = [
  'count',
  'distinct',
  'min',
  'max',
  'sum',
  'avg',
  'p50',
  'p90',
  'p95',
  'p99',
  'first',
  'last',
] as const
export type AggregateFunction = (typeof AGGREGATE_FUNCTIONS)[number]

/** `count()`, `p95(duration) as slow`. `field` is absent for `count()` only. */
export interface Aggregate {
  readonly function: AggregateFunction
  readonly field?: string
  /** Column name: the `as` name, else the printed call. */
  readonly as: string
}

/** A grouping key: a field's value, or event time cut into bins of `widthUs` aligned to the epoch. */
export type GroupKey =
  | { readonly kind: 'field'; readonly field: string }
  | { readonly kind: 'bin'; readonly widthUs: number }

/**
 * What counts are grouped by: also which of several sets of values a field's value is in, as its place in `sets`,
 * null for none of them (`setIndex` of aggregate.ts).
 */
export type CountKey =
  | GroupKey
  | {
      readonly kind: 'among'
      readonly field: string
      readonly sets: readonly (readonly string[])[]
    }

/** One stage after `|`. */
export type Pipe =
  | {
      readonly kind: 'stats'
      readonly aggregates: readonly Aggregate[]
      readonly by: readonly GroupKey[]
    }
  | { readonly kind: 'top'; readonly limit: number; readonly field: string }
  /** Records per second in bins of `widthUs` (default chosen by the range), split by a field. */
  | { readonly kind: 'rate'; readonly widthUs?: number; readonly by?: string }
  | {
      readonly kind: 'sort'
      readonly by: readonly { readonly column: string; readonly descending: boolean }[]
    }
  | { readonly kind: 'limit'; readonly count: number }
  | { readonly kind: 'fields'; readonly fields: readonly string[] }
  | { readonly kind: 'patterns' }
  /** Keeps the first record (in the search's order) of each value combination. */
  | { readonly kind: 'dedup'; readonly fields: readonly string[] }

export interface Query {
  readonly filter: Filter
  readonly pipes: readonly Pipe[]
}

export const ALL: Filter = { kind: 'all' }

/** The conjunction, flattened, without trivial parts. */
export function and(...filters: readonly Filter[]): Filter {
  const parts = filters.flatMap((f) => (f.kind === 'and' ? f.filters : f.kind === 'all' ? [] : [f]))
  return parts.length === 0 ? ALL : parts.length === 1 ? parts[0]! : { kind: 'and', filters: parts }
}

/** The disjunction, flattened; of one part the part, of none the filter that matches nothing. */
export function or(...filters: readonly Filter[]): Filter {
  const parts = filters.flatMap((f) => (f.kind === 'or' ? f.filters : [f]))
  return parts.length === 1 ? parts[0]! : { kind: 'or', filters: parts }
}
