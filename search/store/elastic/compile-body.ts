import type { ValueCondition } from '../../../model/match.ts'
import type { TokenPattern } from '../../../model/query.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'
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
    case 'compare':
    case 'regex':
      return UNDECIDED
  }
}

/** Bodies with just these words, or with none where the value has none. */
function wholeBody(value: string): Query {
  const tokens = tokensOf(fold(value))
  if (tokens.some((token) => token.length > LONGEST_TOKEN || !isWellFormed(token))) return NOTHING
  return tokens.length === 0 ? EVERYTHING : phrase(tokens)
}

/** What the pieces between the stars say of the words: a run with separators around it is a word. */
function wordsOf(pattern: string): Query[] {
  const queries: Query[] = []
  for (const match of pattern.matchAll(/[a-z0-9]{2,}/g)) {
    const before = pattern[match.index - 1]
    const after = pattern[match.index + match[0].length]
    const isWord = isEdge(before) && isEdge(after)
    if (isWord) queries.push(terms(TOKENS, [match[0]]))
    else if (match[0].length <= LONGEST_TOKEN) queries.push(like(TOKENS, `*${match[0]}*`))
    if (queries.length === MOST_WORDS) break
  }
  return queries
}

const MOST_WORDS = 8

/** A separator that joins nothing, or the end of the message. */
const isEdge = (character: string | undefined): boolean =>
  character === undefined || /^[ !"#$%&'()+,/:;<=>@[\\\]^_`{|}~-]$/.test(character)
