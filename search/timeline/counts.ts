import type { EntityId, Layer } from '../../model/entity.ts'
import { ALL, and, or, type Aggregate, type Filter, type GroupKey } from '../../model/query.ts'
import type { Cell } from '../../model/aggregate.ts'
import { SEVERITY as LEAST_SEVERE } from '../../model/severity.ts'
import type { TimeRange } from '../../model/time.ts'
import type { QueryContext, Store, Table } from '../store/store.ts'
import type { Speech } from '../topology/speaker.ts'
import { DensityBuilder } from './density.ts'
import type { Grid } from './grid.ts'
import type { Voices } from './voices.ts'

/** What is counted, and where. */
export interface Counting {
  readonly filter: Filter
  readonly range: TimeRange
  readonly store: Pick<Store, 'aggregate'>
  readonly context: QueryContext
}

/** So many records of one voice and severity in the whole view. */
export interface SpeechCount {
  readonly speech: Speech
  readonly layer: Layer | null
  readonly severity: number
  readonly count: number
}

/** Who said how much, and how often each pattern was said. */
export interface Counted {
  readonly speeches: readonly SpeechCount[]
  readonly patterns: ReadonlyMap<string, number>
  readonly notes: readonly string[]
}

/** So many records of one voice and severity in the store's bin that begins at `from`. */
export interface ColumnCount {
  readonly speech: Speech
  readonly from: number
  readonly severity: number
  readonly count: number
}

const COUNT: Aggregate = { function: 'count', as: 'count' }
const field = (name: string): GroupKey => ({ kind: 'field', field: name })
const LAYER = field('layer')
const TEMPLATE = field('template')
const SEVERITY = field('severity')
const binOf = ({ widthUs }: Grid): GroupKey => ({ kind: 'bin', widthUs })
const NO_HOST: Filter = { kind: 'not', filter: { kind: 'exists', field: 'host' } }
const NO_ENTITY: Filter = { kind: 'not', filter: { kind: 'exists', field: 'entity' } }

type Row = Table['rows'][number]

/** A row without the cells that said whose it is. */
interface SpokenRow {
  readonly speech: Speech
  readonly cells: Row
}

/**
 * Counts by voice and further keys. A record with a host is its host's whatever it is about; those without
 * one, where there are any, are asked for again by entity and source.
 */
async function countBySpeech(
  { filter, range, store, context }: Counting,
  keys: readonly GroupKey[],
): Promise<{ readonly rows: readonly SpokenRow[]; readonly notes: readonly string[] }> {
  const ask = (who: Filter, names: readonly string[]): Promise<Table> =>
    store.aggregate(
      {
        filter: and(filter, who),
        range,
        by: [...names.map(field), ...keys],
        aggregates: [COUNT],
      },
      context,
    )
  const speeches = new Speeches()
  const { rows, notes } = await ask(ALL, ['host'])
  const hosted = rows.flatMap(([host, ...cells]) =>
    host === null ? [] : [{ speech: speeches.of(host as string, null, null), cells }],
  )
  if (hosted.length === rows.length) return { rows: hosted, notes }
  const others = await ask(NO_HOST, ['entity', 'source'])
  return {
    rows: [
      ...hosted,
      ...others.rows.map(([entity, source, ...cells]) => ({
        speech: speeches.of(null, entity as string | null, source as string | null),
        cells,
      })),
    ],
    notes: [...notes, ...others.notes],
  }
}

/** One object for each voice. */
class Speeches {
  readonly #known = new Map<string, Speech>()

  of(host: string | null, entity: string | null, source: string | null): Speech {
    const name = host ?? `${entity ?? ''}\0${source ?? ''}`
    let speech = this.#known.get(name)
    if (speech === undefined) this.#known.set(name, (speech = { host, entity, source }))
    return speech
  }
}

/**
 * Every record of the view, by voice and by pattern. What is near an entity is few voices but takes long to
 * find, so it is counted by both at once; of everybody there may be millions of pairs.
 */
export async function countView(counting: Counting, isNear: boolean): Promise<Counted> {
  if (isNear) {
    const { rows, notes } = await countBySpeech(counting, [LAYER, TEMPLATE, SEVERITY])
    const speeches = rows.map(({ speech, cells: [layer, , severity, count] }) =>
      speechCount(speech, layer!, severity!, count!),
    )
    return {
      speeches,
      patterns: patternsOf(rows.map(({ cells }) => [cells[1]!, cells[3]!])),
      notes,
    }
  }
  const { filter, range, store, context } = counting
  const [{ rows, notes }, templates] = await Promise.all([
    countBySpeech(counting, [LAYER, SEVERITY]),
    store.aggregate({ filter, range, by: [TEMPLATE], aggregates: [COUNT] }, context),
  ])
  return {
    speeches: rows.map(({ speech, cells: [layer, severity, count] }) =>
      speechCount(speech, layer!, severity!, count!),
    ),
    patterns: patternsOf(templates.rows),
    notes: [...notes, ...templates.notes],
  }
}

function speechCount(speech: Speech, layer: Cell, severity: Cell, count: Cell): SpeechCount {
  const said = layer as Layer | null
  return { speech, layer: said, severity: Number(severity), count: Number(count) }
}

/** Of `[template, count]`. */
function patternsOf(rows: readonly (readonly Cell[])[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [template, count] of rows) {
    if (typeof template !== 'string') continue
    counts.set(template, (counts.get(template) ?? 0) + Number(count))
  }
  return counts
}

/** Warnings and worse. */
export const IS_SEVERE: Filter = {
  kind: 'compare',
  field: 'severity',
  operator: '>=',
  value: String(LEAST_SEVERE.warn),
}

/** Every record of the view, by voice, column and severity. */
export async function countCells(counting: Counting, grid: Grid): Promise<ColumnCount[]> {
  const { rows } = await countBySpeech(counting, [binOf(grid), SEVERITY])
  return rows.map(({ speech, cells: [from, severity, count] }) => ({
    speech,
    from: Number(from),
    severity: Number(severity),
    count: Number(count),
  }))
}

/**
 * The same with all below warnings as one severity: twice the questions and half the answer, where records
 * are found fast.
 */
export async function countCellsByClass(counting: Counting, grid: Grid): Promise<ColumnCount[]> {
  const isCalm: Filter = { kind: 'not', filter: IS_SEVERE }
  const [severe, calm] = await Promise.all([
    countCells({ ...counting, filter: and(counting.filter, IS_SEVERE) }, grid),
    countBySpeech({ ...counting, filter: and(counting.filter, isCalm) }, [binOf(grid)]),
  ])
  const calmCounts = calm.rows.map(({ speech, cells: [from, count] }) => ({
    speech,
    from: Number(from),
    severity: LEAST_SEVERE.unknown,
    count: Number(count),
  }))
  return [...severe, ...calmCounts]
}

/** Every record of the view, by column and severity alone. */
export async function countColumns(
  { filter, range, store, context }: Counting,
  grid: Grid,
): Promise<Omit<ColumnCount, 'speech'>[]> {
  const by = [binOf(grid), SEVERITY]
  const { rows } = await store.aggregate({ filter, range, by, aggregates: [COUNT] }, context)
  return rows.map(([from, severity, count]) => ({
    from: Number(from),
    severity: Number(severity),
    count: Number(count),
  }))
}

/** The records of some voices, told apart as the counts do. */
export function saidBy(speeches: Iterable<Speech>): Filter {
  const hosts = new Set<string>()
  const sources = new Map<EntityId | null, Set<string>>()
  for (const { host, entity, source } of speeches) {
    if (host !== null) hosts.add(host)
    else sources.set(entity, (sources.get(entity) ?? new Set()).add(source!))
  }
  const others = [...sources].map(([entity, of]) =>
    and(
      NO_HOST,
      entity === null ? NO_ENTITY : { kind: 'equals', field: 'entity', value: entity },
      isIn('source', of),
    ),
  )
  return or(isIn('host', hosts), ...others)
}

const isIn = (name: string, values: Iterable<string>): Filter => ({
  kind: 'in',
  field: name,
  values: [...values],
})

/** What one lane's entity said in the whole view. */
export interface Spoken {
  readonly layer: Layer
  /** By severity; the columns are not known yet. */
  readonly counted: DensityBuilder
  readonly speeches: Set<Speech>
}

/**
 * Who has records, by lane. A name that was handed on in the view counts for both who had it: this decides
 * who may have a lane, not what is in it.
 */
export function speakersOf(
  speeches: readonly SpeechCount[],
  voices: Voices,
): ReadonlyMap<EntityId, Spoken> {
  for (const { speech, layer, count } of speeches) {
    if (layer !== null) voices.learn(speech, layer, count)
  }
  const speakers = new Map<EntityId, Spoken>()
  for (const { speech, severity, count } of speeches) {
    for (const id of voices.lanesOf(speech)) {
      let spoken = speakers.get(id)
      if (spoken === undefined) {
        const layer = voices.layerOf(id, speech)
        spoken = { layer, counted: new DensityBuilder(), speeches: new Set() }
        speakers.set(id, spoken)
      }
      spoken.speeches.add(speech)
      spoken.counted.add(0, severity, count)
    }
  }
  return speakers
}
