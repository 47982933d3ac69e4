import type { ValueCondition } from '../../../model/match.ts'
import type { TokenPattern } from '../../../model/query.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'
import { requiredLiteral } from '../literal.ts'
import {
  allOf,
  anyOf,
  atMost,
  exactly,
  EVERYTHING,
  isModest,
  like,
  NOTHING,
  terms,
  UNDECIDED,
  type Clause,
  type Query,
} from './clause.ts'
import { indexedToken, indexedTokens, isWellFormed, LONGEST_TOKEN } from './value-index.ts'

const TOKENS = 'tokens'

/** Tokens next to each other. With a wildcard among several they are only looked for one by one. */
export function phraseClause(patterns: readonly TokenPattern[]): Clause {
  const plain = patterns.filter(({ wildcard }) => !wildcard).map(({ text }) => text)
  // Only odd records have such a token.
  if (plain.some((token) => token.length > LONGEST_TOKEN || !isWellFormed(token))) {
    return exactly(NOTHING)
  }
  if (patterns.length === 0) return exactly(EVERYTHING)
  if (plain.length === patterns.length) return exactly(phrase(plain))
  const isAskable = patterns.every(({ text, wildcard }) => !wildcard || isAskableToken(text))
  const each = allOf(patterns.map(tokenQuery))
  return patterns.length === 1 && isAskable ? exactly(each) : atMost(each)
}

function phrase(tokens: readonly string[]): Query {
  return tokens.length === 1
    ? terms(TOKENS, [indexedToken(tokens[0]!)])
    : { match_phrase: { [TOKENS]: { query: indexedTokens(tokens) } } }
}

const isAskableToken = (pattern: string): boolean => isModest(pattern) && isWellFormed(pattern)

function tokenQuery({ text, wildcard }: TokenPattern): Query {
  if (!wildcard) return terms(TOKENS, [indexedToken(text)])
  return isAskableToken(text) ? like(TOKENS, indexedToken(text)) : { exists: { field: TOKENS } }
}

/** A condition on the whole message: the words that it must hold, then the matcher. */
export function bodyClause(condition: ValueCondition): Clause {
  switch (condition.kind) {
    case 'equals':
      return atMost(wholeBody(condition.value))
    case 'in':
      return atMost(anyOf(condition.values.map(wholeBody)))
    case 'wildcard':
      return atMost(allOf(wordsOf(fold(condition.pattern))))
    case 'regex': {
      const literal = requiredLiteral(condition)
      return literal === undefined
        ? UNDECIDED
        : atMost(allOf(wordsOf(`*${literal.text.toLowerCase()}*`)))
    }
    case 'compare':
      return UNDECIDED
  }
}

/** Bodies with just these words, or with none where the value has none. */
function wholeBody(value: string): Query {
  const tokens = tokensOf(fold(value))
  if (tokens.some((token) => token.length > LONGEST_TOKEN || !isWellFormed(token))) return NOTHING
  return tokens.length === 0 ? EVERYTHING : phrase(tokens)
}

/**
 * What the pieces between the stars say of the words: a run with a separator before it begins one, with one behind it
 * ends one. Only beginnings are looked up; what else is known of a word reads all of them, so it is asked where nothing
 * better is known.
 */
function wordsOf(pattern: string): Query[] {
  const begun: Query[] = []
  const within: Query[] = []
  let isLong = false
  for (const { 0: run, index } of pattern.matchAll(/[a-z0-9]{2,}/g)) {
    if (run.length > LONGEST_TOKEN) continue
    const isStart = isEdge(pattern[index - 1])
    const isEnd = isEdge(pattern[index + run.length])
    if (isStart) begun.push(isEnd ? terms(TOKENS, [run]) : like(TOKENS, `${run}*`))
    else within.push(like(TOKENS, isEnd ? `*${run}` : `*${run}*`))
    if (isStart && run.length >= SELECTIVE) isLong = true
    if (begun.length + within.length === MOST_WORDS) break
  }
  return isLong ? begun : [...begun, ...within]
}

/** A beginning of so many characters leaves few words. */
const SELECTIVE = 3
const MOST_WORDS = 8

/** A separator that joins nothing, or the end of the message. */
const isEdge = (character: string | undefined): boolean =>
  character === undefined || /^[ !"#$%&'()+,/:;<=>@[\\\]^_`{|}~-]$/.test(character)
