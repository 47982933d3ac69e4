import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SyntaxNode } from '@lezer/common'
import { buildParserFile } from '@lezer/generator'
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { queryHighlighting } from '../../../../search/query/grammar/highlight.ts'
import { parser } from '../../../../search/query/grammar/parser.ts'
import { quoteWith, unquote } from '../../../../search/query/grammar/lexical.ts'

const FOLDER = join(import.meta.dirname, '../../../../search/query/grammar')
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8')

it('has its parser generated from it: npx lezer-generator <grammar> -o parser.ts --typeScript', () => {
  const { parser: tables, terms } = buildParserFile(read('plumbline.grammar'), {
    fileName: 'plumbline.grammar',
    typeScript: true,
  })
  expect(read('parser.ts')).toBe(tables)
  expect(read('parser.terms.ts')).toBe(terms)
})

/** `Name(Child,Child)`. */
function shapeOf(node: SyntaxNode): string {
  const children: string[] = []
  for (let at = node.firstChild; at !== null; at = at.nextSibling) children.push(shapeOf(at))
  return children.length === 0 ? node.name : `${node.name}(${children.join(',')})`
}

describe('the tree an editor sees', () => {
  it.each([
    ['host:esx-01 and apd', 'Query(And(Comparison(FieldName,Operator,Value),AndWord,Word))'],
    ['-"a b" /x/', 'Query(And(Not(Minus,Quoted),Regex))'],
    [
      '| stats count() by bin(1m)',
      'Query(Pipe(Bar,PipeName,FunctionName,Open,Close,Keyword,FunctionName,Open,Number,Close))',
    ],
    [
      '(host:(a or b)',
      'Query(Group(Open,Comparison(FieldName,Operator,List(Open,Value,OrWord,Value,Close)),⚠))',
    ],
    ['host:', 'Query(Comparison(FieldName,Operator,⚠))'],
  ])('%s', (text, tree) => expect(shapeOf(parser.parse(text).topNode)).toBe(tree))

  it('colours every part by its kind', () => {
    const text = 'not host:"x" severity>=warn /a/i | stats count() by bin(1m), layer'
    const marks: string[] = []
    const tree = parser.configure({ props: [queryHighlighting] }).parse(text)
    const names = {
      property: tags.propertyName,
      string: tags.string,
      keyword: tags.keyword,
      regex: tags.regexp,
      function: tags.function(tags.variableName),
      number: tags.number,
      operator: tags.operator,
      literal: tags.literal,
      logic: tags.logicOperator,
    }
    const highlighter = tagHighlighter(
      Object.entries(names).map(([name, tag]) => ({ tag, class: name })),
    )
    highlightTree(tree, highlighter, (from, to, kind) =>
      marks.push(`${kind} ${text.slice(from, to)}`),
    )
    expect(marks).toEqual([
      'logic not',
      'property host',
      'operator :',
      'string "x"',
      'property severity',
      'operator >=',
      'literal warn',
      'regex /a/i',
      'operator |',
      'keyword stats',
      'function count',
      'keyword by',
      'function bin',
      'number 1m',
      'property layer',
    ])
  })
})

it('quotes and unquotes any text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\\', '"', '`', ' ') })
  fc.assert(
    fc.property(text, fc.constantFrom('"' as const, '`' as const), (inside, delimiter) => {
      expect(unquote(quoteWith(delimiter, inside))).toBe(inside)
    }),
  )
})
