import type { SyntaxNode } from '@lezer/common'
import { canonicalField, FIELDS } from '../../model/fields.ts'
import { AGGREGATE_FUNCTIONS } from '../../model/query.ts'
import { SEVERITY_BANDS } from '../../model/severity.ts'
import { CLOSED_VALUES } from './field-names.ts'
import { parser } from './grammar/parser.ts'
import { PIPES } from './lower-pipe.ts'

export interface Completion {
  readonly label: string
  readonly kind: 'field' | 'value' | 'pipe' | 'function' | 'keyword'
  /** A sentence or a sample. */
  readonly about?: string
}

/** What can stand at a place: `from` is where the replaced text begins. */
export interface Completions {
  readonly from: number
  /** Already narrowed to what begins with the text before the cursor. */
  readonly options: readonly Completion[]
  /** The field whose values fit here: ask a store's facets for the frequent ones. */
  readonly valuesOf?: string
}

const FIELD_OPTIONS: readonly Completion[] = [
  ...FIELDS.map(({ name, about }): Completion => ({ label: name, kind: 'field', about })),
  { label: 'near', kind: 'field', about: 'An entity and all it depends on' },
  { label: 'team', kind: 'field', about: 'What a team owns' },
]

const PIPE_OPTIONS = PIPES.map(({ name, usage }): Completion => ({
  label: name,
  kind: 'pipe',
  about: usage,
}))

const functionOptions = (names: readonly string[]): Completion[] =>
  names.map((name) => ({ label: `${name}(`, kind: 'function' }))

const STATS_OPTIONS = functionOptions(AGGREGATE_FUNCTIONS)
const BIN_OPTIONS = functionOptions(['bin'])
const BY: Completion = { label: 'by', kind: 'keyword' }
const ORDERS: readonly Completion[] = ['asc', 'desc'].map((label) => ({ label, kind: 'keyword' }))

/** Values of fields that have few and known ones. */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  severity: SEVERITY_BANDS.map((band) => band.name),
  ...CLOSED_VALUES,
}

/** What fits at `offset` of a query text, also of one that is not finished. */
export function complete(text: string, offset: number): Completions {
  const before = text.slice(0, offset)
  const top = parser.parse(before).topNode
  const pipe = top.lastChild
  if (pipe?.name === 'Pipe') return pipeCompletions(before, pipe)
  const leaf = lastLeaf(top)
  if (leaf.name === 'Operator' || isTyped(leaf, before, ['Value', 'Quoted'])) {
    const field = leaf.parent?.getChild('FieldName') ?? leaf.parent?.parent?.getChild('FieldName')
    if (field) return valueCompletions(before, leaf, before.slice(field.from, field.to))
  }
  return matching(
    before,
    isTyped(leaf, before, ['Word', 'FieldName']) ? leaf.from : offset,
    FIELD_OPTIONS,
  )
}

/** The last node that holds text: where the tree ends in an error, what stands before it. */
function lastLeaf(top: SyntaxNode): SyntaxNode {
  let node = top
  for (;;) {
    let last = node.lastChild
    while (last?.type.isError) last = last.prevSibling
    if (last === null || last === undefined) return node
    node = last
  }
}

const isTyped = (leaf: SyntaxNode, before: string, names: readonly string[]): boolean =>
  leaf.to === before.length && names.includes(leaf.name)

function matching(before: string, from: number, options: readonly Completion[]): Completions {
  const typed = before.slice(from).toLowerCase()
  return { from, options: options.filter((one) => one.label.toLowerCase().startsWith(typed)) }
}

function valueCompletions(before: string, leaf: SyntaxNode, field: string): Completions {
  const name = canonicalField(field)
  const known = (KNOWN_VALUES[name] ?? []).map((label): Completion => ({ label, kind: 'value' }))
  const from = leaf.name === 'Operator' ? before.length : leaf.from
  return { ...matching(before, from, known), valuesOf: name }
}

function pipeCompletions(before: string, pipe: SyntaxNode): Completions {
  const leaf = lastLeaf(pipe)
  const typed = isTyped(leaf, before, ['PipeName', 'ColumnName', 'FunctionName', 'Keyword'])
  const from = typed ? leaf.from : before.length
  const name = pipe.getChild('PipeName')
  if (name === null || (typed && leaf.name === 'PipeName'))
    return matching(before, from, PIPE_OPTIONS)
  return matching(
    before,
    from,
    argumentOptions(before.slice(name.from, name.to).toLowerCase(), pipe),
  )
}

function argumentOptions(name: string, pipe: SyntaxNode): readonly Completion[] {
  const opened = pipe.getChildren('Open').length > pipe.getChildren('Close').length
  if (opened) return FIELD_OPTIONS
  if (name === 'sort') return [...FIELD_OPTIONS, ...ORDERS]
  if (name === 'rate') return [BY, ...FIELD_OPTIONS]
  if (name !== 'stats') return FIELD_OPTIONS
  return pipe.getChild('Keyword') === null
    ? [...STATS_OPTIONS, BY]
    : [...FIELD_OPTIONS, ...BIN_OPTIONS]
}
