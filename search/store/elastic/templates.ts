import { CHOICE_FIELDS, TEXT_FIELDS } from './value-index.ts'

/** The kinds of indices of a store. All but `state` are one index a partition day. */
export const DAILY_KINDS = ['logs', 'metrics', 'keys', 'letters'] as const
export type DailyKind = (typeof DAILY_KINDS)[number]

/**
 * How documents are written; raised by a change that an older program would misread. What a token or a key is
 * (`model/tokens.ts`, `model/keys.ts`) is a part of it: terms of another rule would be taken for those of ours.
 */
export const FORMAT = 4

/** Those of before the first release are not read: 1 and 2 hold whole records as text, 3 has no columns for choices. */
export const OLDEST_FORMAT = 4

type Mapping = Readonly<Record<string, unknown>>

/** Looked for, never listed. */
const INDEXED: Mapping = { type: 'keyword', doc_values: false, norms: false }
/** Listed, grouped and sorted by, never looked for. */
const COLUMN: Mapping = { type: 'keyword', index: false }
const BOTH: Mapping = { type: 'keyword' }
const LONG: Mapping = { type: 'long' }
const INTEGER: Mapping = { type: 'integer' }
/** Only given back. */
const KEPT: Mapping = { type: 'keyword', index: false, doc_values: false }

/**
 * Without a source: a record is given back from columns, and what Elasticsearch keeps of the document to copy it to other
 * nodes goes with the first merge after they have it.
 */
const logs: Mapping = {
  _source: { enabled: false },
  properties: {
    row: { type: 'binary', doc_values: true },
    ...Object.fromEntries(['stream', 'shape', 'pattern', 'speaker'].map((name) => [name, COLUMN])),
    day: INTEGER,
    node: BOTH,
    sequence: LONG,
    time: LONG,
    ns: { type: 'short' },
    received: LONG,
    severity: { type: 'short' },
    uncertaintyUs: { type: 'long', doc_values: false },
    tokens: { type: 'text', analyzer: 'whitespace', norms: false, index_options: 'positions' },
    attribute: INDEXED,
    key: INDEXED,
    odd: { type: 'boolean', doc_values: false },
    // A few bits a record, and groups by them are as few as they are.
    ...Object.fromEntries(CHOICE_FIELDS.map((name) => [name, BOTH])),
    ...Object.fromEntries(TEXT_FIELDS.map((name) => [name, INDEXED])),
  },
}

const metrics: Mapping = {
  _source: { enabled: false },
  properties: {
    series: BOTH,
    entity: BOTH,
    metric: BOTH,
    time: LONG,
    ns: { type: 'short' },
    value: { type: 'double', index: false },
  },
}

const keys: Mapping = {
  properties: { node: BOTH, number: LONG, keys: { type: 'binary' } },
}

const letters: Mapping = {
  properties: { id: BOTH, letter: KEPT },
}

const state: Mapping = {
  _meta: { format: FORMAT },
  properties: {
    kind: BOTH,
    name: BOTH,
    node: BOTH,
    number: LONG,
    value: KEPT,
  },
}

const MAPPINGS: Readonly<Record<DailyKind | 'state', Mapping>> = {
  logs,
  metrics,
  keys,
  letters,
  state,
}

/** Points by series on disk. Records come nearly in order of time, and to sort them costs a quarter of their indexing. */
const SORTED: Readonly<Partial<Record<DailyKind | 'state', Mapping>>> = {
  metrics: { 'index.sort.field': ['series', 'time'], 'index.sort.order': ['asc', 'asc'] },
}

/**
 * The composable template of a kind. Its priority lets an operator lay one of their own over it (other shard
 * counts, tiers, a lifecycle) with the same mapping.
 */
export function indexTemplate(prefix: string, kind: DailyKind | 'state'): object {
  return {
    index_patterns: [kind === 'state' ? `${prefix}-state` : `${prefix}-${kind}-*`],
    priority: 200,
    template: {
      settings: {
        'index.number_of_shards': 1,
        'index.auto_expand_replicas': '0-1',
        'index.codec': 'best_compression',
        // Commits refresh what they have written; nothing else makes rows that have to be seen.
        'index.refresh_interval': '30s',
        ...SORTED[kind],
      },
      mappings: { dynamic: false, ...MAPPINGS[kind] },
      ...(kind === 'state' ? {} : { aliases: { [`${prefix}-${kind}`]: {} } }),
    },
    _meta: { about: 'Plumbline' },
  }
}
