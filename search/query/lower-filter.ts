import type { SyntaxNode } from '@lezer/common'
import { canonicalField } from '../../model/fields.ts'
import type { Filter } from '../../model/query.ts'
import { ALL, and, or } from '../../model/query.ts'
import { lowerComparison, regexFilter } from './lower-comparison.ts'
import { DEEPEST_NESTING, invalid } from './invalid.ts'
import { unquoted, textOf } from './source.ts'
import type { Source } from './source.ts'
import { patternsOf, quotedPatterns } from './words.ts'

/** The filter of a node of the grammar; `depth` guards against text that nests without end. */
export function lowerFilter(node: SyntaxNode, source: Source, depth = 0): Filter {
  if (depth > DEEPEST_NESTING) {
    throw invalid(`the query nests deeper than ${DEEPEST_NESTING}`, node.from)
  }
  const parts = () => operandsOf(node).map((part) => lowerFilter(part, source, depth + 1))
  switch (node.name) {
    case 'Or':
      return or(...parts())
    case 'And':
    case 'Group':
      return and(...parts())
    case 'Not':
      return { kind: 'not', filter: parts()[0]! }
    case 'Comparison':
      return lowerComparison(node, source)
    case 'Regex':
      return regexFilter(node, canonicalField('body'), source)
    case 'Quoted':
      return phraseOf(quotedPatterns(unquoted(node, source)))
    case 'Word': {
      const word = textOf(node, source)
      return word === '*' ? ALL : phraseOf(patternsOf(word))
    }
    default:
      throw new Error(`BUG: ${node.name} is no filter`)
  }
}

/** A phrase; punctuation alone has no word in it and asks for nothing. */
function phraseOf(tokens: Extract<Filter, { kind: 'phrase' }>['tokens']): Filter {
  return tokens.length === 0 ? ALL : { kind: 'phrase', tokens }
}

const SYNTAX = new Set(['Open', 'Close', 'AndWord', 'OrWord', 'NotWord', 'Minus'])

function operandsOf(node: SyntaxNode): SyntaxNode[] {
  const operands: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (!SYNTAX.has(child.name)) operands.push(child)
  }
  return operands
}
