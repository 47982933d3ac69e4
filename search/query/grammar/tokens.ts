import { ContextTracker, ExternalTokenizer } from '@lezer/lr'
import type { Stack } from '@lezer/lr'
import {
  beginsName,
  chunkLength,
  delimitedLength,
  endsChunk,
  fieldNameLength,
  isBlank,
  isConnective,
  nameLength,
  operatorAt,
  rangeLength,
  regexLength,
  skipBlanks,
  slice,
} from './lexical.ts'
import type { Peek } from './lexical.ts'
import {
  AndWord,
  Bar,
  Close,
  ColumnName,
  Comma,
  FieldName,
  FunctionName,
  Keyword,
  Minus,
  NotWord,
  Number as NumberTerm,
  Open,
  Operator,
  OrWord,
  Other,
  PipeName,
  Quoted,
  Range,
  Regex,
  Value,
  Word,
} from './parser.terms.ts'

interface Token {
  readonly term: number
  readonly length: number
}

/** How many brackets are open: a `)` is a bracket only then, else a character of a word. */
export const openBrackets = new ContextTracker<number>({
  start: 0,
  shift: (open, term) => (term === Open ? open + 1 : term === Close ? open - 1 : open),
  hash: (open) => open,
})

/**
 * Cuts a query text into tokens by the place the parser is in. Every character but a blank is part of some
 * token, so what an admin pastes is at worst a word.
 */
export const queryTokens = new ExternalTokenizer(
  (input, stack) => {
    const peek: Peek = (offset) => input.peek(offset)
    if (peek(0) < 0 || isBlank(peek(0))) return
    const { term, length } = readToken(peek, stack)
    input.acceptToken(term, length)
  },
  { contextual: true },
)

function readToken(peek: Peek, stack: Stack): Token {
  if (stack.canShift(Operator)) return operatorToken(peek)
  if (stack.canShift(Range)) return valueToken(peek)
  if (stack.canShift(Comma) && stack.canShift(Value)) return listToken(peek)
  if (stack.canShift(PipeName)) return pipeNameToken(peek)
  if (stack.canShift(Other)) return pipeToken(peek)
  return filterToken(peek, (stack.context as number) > 0)
}

const one = (term: number): Token => ({ term, length: 1 })

function operatorToken(peek: Peek): Token {
  return { term: Operator, length: operatorAt(peek, 0)?.length ?? 1 }
}

/** A quoted text; without its second quote it takes the rest, and the parser says so. */
function quotedToken(peek: Peek, term: number): Token {
  const length = delimitedLength(peek, peek(0))
  if (length > 0) return { term, length }
  let rest = 1
  while (peek(rest) >= 0) rest++
  return { term, length: rest }
}

function filterToken(peek: Peek, closing: boolean): Token {
  switch (String.fromCharCode(peek(0))) {
    case '|':
      return one(Bar)
    case '(':
      return one(Open)
    case ')':
      if (closing) return one(Close)
      break
    case '"':
      return quotedToken(peek, Quoted)
    case '-':
    case '!':
      if (beginsOperand(peek(1))) return one(Minus)
  }
  const regex = regexLength(peek, 0, true)
  if (regex > 0) return { term: Regex, length: regex }
  const field = fieldNameLength(peek)
  if (field > 0) return { term: FieldName, length: field }
  return wordToken(peek, closing)
}

/** `-word`, `-"phrase"`, `-(…)` exclude; `-1`, `--all` and `- x` are text. */
const beginsOperand = (c: number): boolean =>
  beginsName(c) || c === 34 || c === 40 || c === 96 || c === 47

function wordToken(peek: Peek, closing: boolean): Token {
  const length = chunkLength(peek, closing)
  const word = length <= 3 ? slice(peek, length).toLowerCase() : ''
  if (!isConnective(word)) return { term: Word, length }
  return { term: word === 'and' ? AndWord : word === 'or' ? OrWord : NotWord, length }
}

function valueToken(peek: Peek): Token {
  if (peek(0) === 34) return quotedToken(peek, Quoted)
  if (peek(0) === 40) return one(Open)
  if (peek(0) === 124) return one(Bar)
  const regex = regexLength(peek, 0, false)
  if (regex > 0) return { term: Regex, length: regex }
  const range = rangeLength(peek, 0)
  if (range > 0) return { term: Range, length: range }
  return { term: Value, length: chunkLength(peek, true) }
}

function listToken(peek: Peek): Token {
  if (peek(0) === 34) return quotedToken(peek, Quoted)
  if (peek(0) === 44) return one(Comma)
  if (peek(0) === 41) return one(Close)
  if (peek(0) === 124) return one(Bar)
  const length = chunkLength(peek, true, 0, true)
  return { term: slice(peek, length).toLowerCase() === 'or' ? OrWord : Value, length }
}

function pipeNameToken(peek: Peek): Token {
  const length = nameLength(peek)
  return length > 0 ? { term: PipeName, length } : one(Other)
}

const PUNCTUATION: Readonly<Record<string, number>> = {
  '|': Bar,
  '(': Open,
  ')': Close,
  ',': Comma,
}

function pipeToken(peek: Peek): Token {
  const char = String.fromCharCode(peek(0))
  const punctuation = PUNCTUATION[char]
  if (punctuation !== undefined) return one(punctuation)
  if (char === '"') return quotedToken(peek, Quoted)
  if (char === '`') return quotedToken(peek, ColumnName)
  if (/[0-9]/.test(char)) return { term: NumberTerm, length: numberLength(peek) }
  const length = nameLength(peek)
  return length > 0 ? { term: nameTerm(peek, length), length } : one(Other)
}

function numberLength(peek: Peek): number {
  let n = 1
  while (!endsChunk(peek(n)) && /[\w.]/.test(String.fromCharCode(peek(n)))) n++
  return n
}

function nameTerm(peek: Peek, length: number): number {
  if (/^(?:by|as|asc|desc)$/i.test(slice(peek, length))) return Keyword
  return peek(skipBlanks(peek, length)) === 40 ? FunctionName : ColumnName
}
