import type { Tree } from '@lezer/common'
import { AppError, quote } from '../../model/errors.ts'

/** Longest query text, in UTF-16 units. */
export const LONGEST_QUERY = 16_384

/** Deepest nesting of brackets and `not`. */
export const DEEPEST_NESTING = 100

/** An `invalid_query` at an offset of the query text. */
export function invalid(message: string, offset: number, hint?: string): AppError {
  return new AppError('invalid_query', message, {
    offset,
    ...(hint === undefined ? {} : { hint }),
  })
}

/** Explains where the grammar could not go on; `tree` is the tolerant parse of the same text. */
export function syntaxError(text: string, tree: Tree, cause: SyntaxError): AppError {
  const at = Math.min(Number(/\d+$/.exec(cause.message)?.[0] ?? text.length), text.length)
  const rest = text.slice(at).trimStart()
  const before = text.slice(0, at).trimEnd()
  const word = /\S+$/.exec(before)?.[0] ?? ''
  if (/\|$/.test(before)) {
    if (/^\|/.test(text.slice(at))) {
      return invalid('no pipe after `|`', at, 'to find one or the other, write `or`')
    }
    return invalid(
      'no pipe after `|`',
      at,
      'write a pipe such as `stats count() by host`, or quote the `|`',
    )
  }
  const first = /^(?:and|or)(?![^\s(])/i.exec(rest)?.[0]
  if (first !== undefined) {
    return invalid(`nothing before \`${first}\``, at, `to search the word, quote it: "${first}"`)
  }
  if (/^(?:and|or|not)$/i.test(word)) {
    return invalid(`nothing after \`${word}\``, at, `to search the word, quote it: "${word}"`)
  }
  if (/[:=<>]$/.test(before)) {
    return invalid(
      `no value after ${quote(word)}`,
      at,
      'write a value, or quote it all to search the text',
    )
  }
  const open = openBracket(tree)
  if (open !== undefined) {
    return invalid('the bracket `(` is not closed', open, 'close it with `)`, or quote the text')
  }
  return invalid(
    `cannot read ${rest === '' ? 'the end' : quote(rest, 20)}`,
    at,
    'quote the text to search it',
  )
}

/** Where the first group begins that has no closing bracket. */
function openBracket(tree: Tree): number | undefined {
  const opened: number[] = []
  tree.iterate({
    enter: (node) => {
      if (node.name === 'Open') opened.push(node.from)
      else if (node.name === 'Close') opened.pop()
    },
  })
  return opened[0]
}
