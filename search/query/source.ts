import type { SyntaxNode } from '@lezer/common'
import { delimitedLength, peekInto, unquote } from './grammar/lexical.ts'
import type { Micros } from '../../model/time.ts'
import { invalid } from './invalid.ts'

/** A query text being read, with the time that `now` means in it. */
export interface Source {
  readonly text: string
  readonly now: Micros | undefined
}

/** The text of a node. */
export const textOf = (node: SyntaxNode, source: Source): string =>
  source.text.slice(node.from, node.to)

/** The text between the quotes (or backticks) of a node, escapes undone. */
export function unquoted(node: SyntaxNode, source: Source): string {
  const text = textOf(node, source)
  if (delimitedLength(peekInto(text), text.charCodeAt(0)) !== text.length) {
    throw invalid(`the quote ${text[0]} is not closed`, node.from, `close it with ${text[0]}`)
  }
  return unquote(text)
}

/** A field or column name, with or without backticks. */
export function nameOf(node: SyntaxNode, source: Source): string {
  const text = textOf(node, source)
  if (!text.startsWith('`')) return text
  const name = unquoted(node, source)
  if (name === '')
    throw invalid('the name is empty', node.from, 'write a name between the backticks')
  return name
}
