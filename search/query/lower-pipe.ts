import type { SyntaxNode } from '@lezer/common'
import { quote } from '../../model/errors.ts'
import { canonicalField } from '../../model/fields.ts'
import type { Aggregate, AggregateFunction, GroupKey, Pipe } from '../../model/query.ts'
import { AGGREGATE_FUNCTIONS } from '../../model/query.ts'
import { parseDuration } from '../../model/time.ts'
import { invalid } from './invalid.ts'
import { nameOf, textOf } from './source.ts'
import type { Source } from './source.ts'
import { nearestWord } from './suggest.ts'

/** One pipe: its name in the language, how it is read, and a line of help. */
export interface PipeSyntax {
  readonly name: Pipe['kind']
  readonly usage: string
  readonly read: (args: Arguments) => Pipe
}

/** Every pipe of the language, in the order completion offers them. */
export const PIPES: readonly PipeSyntax[] = [
  {
    name: 'stats',
    usage: 'stats count(), p95(latency) as slow by layer, bin(1m)',
    read: readStats,
  },
  { name: 'top', usage: 'top 10 host', read: readTop },
  { name: 'rate', usage: 'rate 1m by host', read: readRate },
  { name: 'sort', usage: 'sort count() desc', read: readSort },
  {
    name: 'limit',
    usage: 'limit 100',
    read: (args) => ({ kind: 'limit', count: args.count('limit') }),
  },
  {
    name: 'fields',
    usage: 'fields time, host, body',
    read: (args) => ({ kind: 'fields', fields: args.fields() }),
  },
  { name: 'patterns', usage: 'patterns', read: () => ({ kind: 'patterns' }) },
  {
    name: 'dedup',
    usage: 'dedup host, template',
    read: (args) => ({ kind: 'dedup', fields: args.fields() }),
  },
]

const LARGEST_COUNT = 1_000_000
const DEFAULT_TOP = 10

/** A pipe with where it stands and where it names which column. */
export interface PlacedPipe {
  readonly pipe: Pipe
  readonly from: number
  readonly columns: ReadonlyMap<string, number>
}

/** The pipe of a `Pipe` node. */
export function lowerPipe(node: SyntaxNode, source: Source): PlacedPipe {
  const [nameNode, ...rest] = childrenOf(node).slice(1)
  const name = textOf(nameNode!, source)
  const syntax = PIPES.find((pipe) => pipe.name === name.toLowerCase())
  if (syntax === undefined) throw unknownPipe(name, nameNode!.from)
  const args = new Arguments(rest, node.to, syntax.usage, source)
  const pipe = syntax.read(args)
  args.end()
  return { pipe, from: nameNode!.from, columns: args.columns }
}

/** What other languages call ours, in words of ours. */
const FROM_ELSEWHERE: Readonly<Record<string, string>> = {
  where: 'conditions stand before the first `|`',
  filter: 'conditions stand before the first `|`',
  search: 'conditions stand before the first `|`',
  head: 'write `limit 10`',
  take: 'write `limit 10`',
  count: 'write `stats count()`',
  summarize: 'write `stats count() by host`',
  timechart: 'write `rate 1m by host` or `stats count() by bin(1m)`',
  order: 'write `sort count() desc`',
  table: 'write `fields time, host, body`',
  project: 'write `fields time, host, body`',
  uniq: 'write `dedup host`',
  distinct: 'write `dedup host` or `stats distinct(host)`',
}

function unknownPipe(name: string, from: number) {
  const said = FROM_ELSEWHERE[name.toLowerCase()]
  if (said !== undefined) return invalid(`unknown pipe \`${name}\``, from, said)
  return unknownWord(
    'pipe',
    name,
    from,
    PIPES.map((pipe) => pipe.name),
  )
}

function unknownWord(what: string, word: string, from: number, known: readonly string[]) {
  const meant = nearestWord(word, known)
  const ask = meant === undefined ? '' : `: did you mean \`${meant}\`?`
  return invalid(`unknown ${what} \`${word}\`${ask}`, from, `there are ${known.join(', ')}`)
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child)
  return children
}

/** Reads the tokens after a pipe's name from left to right. */
class Arguments {
  private readonly nodes: readonly SyntaxNode[]
  private readonly endsAt: number
  private readonly usage: string
  private readonly source: Source
  private at = 0
  /** Where each column was named first. */
  readonly columns = new Map<string, number>()

  constructor(nodes: readonly SyntaxNode[], endsAt: number, usage: string, source: Source) {
    this.nodes = nodes
    this.endsAt = endsAt
    this.usage = usage
    this.source = source
  }

  has(kind: string): boolean {
    return this.nodes[this.at]?.name === kind
  }

  /** Takes the next token when it is of this kind. */
  take(kind: string): SyntaxNode | undefined {
    return this.has(kind) ? this.nodes[this.at++] : undefined
  }

  takeKeyword(...words: readonly string[]): string | undefined {
    const node = this.nodes[this.at]
    const text = node?.name === 'Keyword' ? textOf(node, this.source).toLowerCase() : undefined
    if (text === undefined || !words.includes(text)) return undefined
    this.at++
    return text
  }

  require(kind: string, what: string): SyntaxNode {
    return this.take(kind) ?? this.fail(what)
  }

  /** The next function's name, its brackets not yet read. */
  takeFunction(): { readonly name: string; readonly from: number } | undefined {
    const node = this.take('FunctionName')
    return node && { name: textOf(node, this.source).toLowerCase(), from: node.from }
  }

  fail(what: string): never {
    const node = this.nodes[this.at]
    const found = node === undefined ? 'the end' : quote(textOf(node, this.source), 20)
    throw invalid(
      `expected ${what}, found ${found}`,
      node?.from ?? this.endsAt,
      `for example: ${this.usage}`,
    )
  }

  end(): void {
    if (this.at < this.nodes.length) this.fail('the end of the pipe')
  }

  /** A field, under its canonical name. */
  field(): string {
    return this.placed(() => canonicalField(this.name()))
  }

  /** A column: a name, or the call that made it (`sort count() desc`). */
  column(): string {
    return this.placed(() => this.name())
  }

  private placed(read: () => string): string {
    const from = this.nodes[this.at]?.from ?? this.endsAt
    const name = read()
    if (!this.columns.has(name)) this.columns.set(name, from)
    return name
  }

  private name(): string {
    const call = this.takeFunction()
    if (call === undefined) return nameOf(this.require('ColumnName', 'a field'), this.source)
    this.require('Open', '`(`')
    const inner = this.take('Close') === undefined ? this.field() : undefined
    if (inner !== undefined) this.require('Close', '`)`')
    return `${call.name}(${inner ?? ''})`
  }

  /** One or more fields with commas between. */
  fields(): string[] {
    return this.listOf(() => this.field())
  }

  listOf<T>(read: () => T): T[] {
    const list = [read()]
    while (this.take('Comma') !== undefined) list.push(read())
    return list
  }

  count(what: string): number {
    const node = this.require('Number', `a number for \`${what}\``)
    const text = textOf(node, this.source)
    const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
    if (count >= 1 && count <= LARGEST_COUNT) return count
    throw invalid(
      `cannot take ${quote(text)} of them`,
      node.from,
      `write a number from 1 to ${LARGEST_COUNT}`,
    )
  }

  width(node: SyntaxNode): number {
    const text = textOf(node, this.source)
    const width = parseDuration(text)
    if (width !== undefined && width >= 1 && Number.isSafeInteger(width)) return width
    throw invalid(`cannot read the duration ${quote(text)}`, node.from, 'write it as 30s, 5m or 1h')
  }
}

function readStats(args: Arguments): Pipe {
  const aggregates = args.listOf(() => readAggregate(args))
  const by = args.takeKeyword('by') === undefined ? [] : args.listOf(() => readKey(args))
  return { kind: 'stats', aggregates, by }
}

function readAggregate(args: Arguments): Aggregate {
  const call = args.takeFunction() ?? args.fail('a function such as `count()`')
  const name = AGGREGATE_FUNCTIONS.find((known) => known === call.name)
  if (name === undefined) throw unknownWord('function', call.name, call.from, AGGREGATE_FUNCTIONS)
  args.require('Open', '`(`')
  const field = name === 'count' ? undefined : args.field()
  args.require('Close', name === 'count' ? '`)`: `count()` takes no field' : '`)`')
  const as = args.takeKeyword('as') === undefined ? callText(name, field) : args.column()
  return field === undefined ? { function: name, as } : { function: name, field, as }
}

/** The column of an aggregate that has no `as`. */
export const callText = (name: AggregateFunction, field: string | undefined): string =>
  `${name}(${field ?? ''})`

function readKey(args: Arguments): GroupKey {
  const call = args.takeFunction()
  if (call === undefined) return { kind: 'field', field: args.field() }
  if (call.name !== 'bin') throw unknownWord('function', call.name, call.from, ['bin'])
  args.require('Open', '`(`')
  const widthUs = args.width(args.require('Number', 'a duration such as 1m'))
  args.require('Close', '`)`')
  return { kind: 'bin', widthUs }
}

function readTop(args: Arguments): Pipe {
  const limit = args.has('Number') ? args.count('top') : DEFAULT_TOP
  args.takeKeyword('by')
  return { kind: 'top', limit, field: args.field() }
}

function readRate(args: Arguments): Pipe {
  const node = args.take('Number')
  const by = args.takeKeyword('by') === undefined ? undefined : args.field()
  return {
    kind: 'rate',
    ...(node === undefined ? {} : { widthUs: args.width(node) }),
    ...(by === undefined ? {} : { by }),
  }
}

function readSort(args: Arguments): Pipe {
  args.takeKeyword('by')
  const by = args.listOf(() => ({
    column: args.column(),
    descending: args.takeKeyword('asc', 'desc') === 'desc',
  }))
  return { kind: 'sort', by }
}
