import { AppError } from '../../../model/errors.ts'
import { parser } from '../../../search/query/grammar/parser.ts'
import { firstPipeAt } from '../../../search/query/parse.ts'
import { readQuery } from '../../data/read-query.ts'

/** A part of the query text, UTF-16 offsets. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A way out: what the button says and the query that it makes. */
export interface Fix {
  readonly label: string
  readonly text: string
}

/** What is wrong with a query text, for people. */
export interface Trouble {
  /** One sentence; what stands between backticks is a part of a query. */
  readonly sentence: string
  /** What else can be done; empty where the fixes say it. */
  readonly hint: string
  readonly span: Span
  readonly fixes: readonly Fix[]
}

/** Why a query was refused, by the server or by the grammar here. */
interface Refusal {
  readonly message: string
  readonly offset?: number | undefined
  readonly hint?: string | undefined
}

/** The trouble of a text that was refused. */
export function troubleOf(text: string, { message, offset = 0, hint = '' }: Refusal): Trouble {
  const span = spanAt(text, offset)
  const fixes = fixesOf(text, span, message, hint).filter(
    (fix) => fix.text !== text && !(readQuery(fix.text) instanceof AppError),
  )
  return { sentence: sentenceOf(message), hint: fixes.length > 0 ? '' : hint, span, fixes }
}

/** The trouble of a text, undefined when it is a query. */
export function findTrouble(text: string): Trouble | undefined {
  const query = readQuery(text)
  return query instanceof AppError ? troubleOf(text, query) : undefined
}

function sentenceOf(message: string): string {
  const told = message.replace(/: did you mean/, '. Did you mean')
  return `${told.charAt(0).toUpperCase()}${told.slice(1)}${/[.?]$/.test(told) ? '' : '.'}`
}

/** What stands at an offset: the word there, or before the end of the text the last one. */
function spanAt(text: string, offset: number): Span {
  const blank = /^\s*/.exec(text.slice(offset))![0].length
  const from = offset + blank
  if (from >= text.length) {
    const last = /\S+\s*$/.exec(text)?.index ?? 0
    return { from: last, to: text.trimEnd().length }
  }
  const rest = text.slice(from)
  const length = /^["`]/.test(rest)
    ? rest.length
    : (/^[\p{L}\p{N}_@.-]+/u.exec(rest)?.[0].length ?? 1)
  return { from, to: from + length }
}

function fixesOf(text: string, span: Span, message: string, hint: string): Fix[] {
  const replaced = ({ from, to }: Span, by: string): string =>
    text.slice(0, from) + by + text.slice(to)
  const meant = /did you mean `([^`]+)`/.exec(message)?.[1]
  if (meant !== undefined) {
    const word = text.slice(span.from, span.to)
    return [
      { label: `Use ${meant}`, text: replaced(span, meant) },
      { label: `Search the word ${word}`, text: replaced(comparisonAt(text, span), word) },
    ]
  }
  const word = /to search the word, quote it: "([^"]+)"/.exec(hint)?.[1]
  if (word !== undefined) {
    return [{ label: `Search the word ${word}`, text: replaced(span, `"${word}"`) }]
  }
  const end = firstPipeAt(text) ?? text.length
  if (message.startsWith('the bracket')) {
    return [{ label: 'Close the bracket', text: replaced({ from: end, to: end }, ')') }]
  }
  const quote = /quote (["`]) is not closed/.exec(message)?.[1]
  return quote === undefined ? [] : [{ label: 'Close the quote', text: `${text}${quote}` }]
}

/** The comparison around a span, else the span. */
function comparisonAt(text: string, span: Span): Span {
  let node = parser.parse(text).resolveInner(span.from, 1)
  while (node.name !== 'Comparison' && node.parent !== null) node = node.parent
  return node.name === 'Comparison' ? node : span
}
