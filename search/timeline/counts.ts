import type { EntityId, Layer } from '../../model/entity.ts'
import { and, or, type Filter } from '../../model/query.ts'
import type { Cell } from '../../model/aggregate.ts'
import { SEVERITY as LEAST_SEVERE } from '../../model/severity.ts'
import type { TimeRange } from '../../model/time.ts'
import type { CountKey, QueryContext, Store, Table } from '../store/store.ts'
import type { Speech } from '../topology/speaker.ts'
import { DensityBuilder } from './density.ts'
import type { Grid } from './grid.ts'
import type { Voices } from './voices.ts'

/** What is counted, and where. */
export interface Counting {
  readonly filter: Filter
  readonly range: TimeRange
  readonly store: Pick<Store, 'counts'>
  readonly context: QueryContext
}

/** So many records of one voice and severity in the whole view; severities as {@link SEVERITY_CLASS} has them. */
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
  /** By column, where that was asked for. */
  readonly cells: readonly ColumnCount[]
  readonly notes: readonly string[]
}

/** So many records of one voice and severity in the store's bin that begins at `from`. */
export interface ColumnCount {
  readonly speech: Speech
  readonly from: number
  readonly severity: number
  readonly count: number
}

const field = (name: string): CountKey => ({ kind: 'field', field: name })
const LAYER = field('layer')
const TEMPLATE = field('template')
const binOf = ({ widthUs }: Grid): CountKey => ({ kind: 'bin', widthUs })
const NO_HOST: Filter = { kind: 'not', filter: { kind: 'exists', field: 'host' } }
const NO_ENTITY: Filter = { kind: 'not', filter: { kind: 'exists', field: 'entity' } }

const MOST_SEVERE = 24

/** The least severity of each class that a density tells apart. */
const LEAST_OF_CLASS = [
  LEAST_SEVERE.unknown,
  LEAST_SEVERE.warn,
  LEAST_SEVERE.error,
  LEAST_SEVERE.fatal,
] as const

/** Severities by those classes: an answer does not grow with what is calm. */
const SEVERITY_CLASS: CountKey = {
  kind: 'among',
  field: 'severity',
  sets: LEAST_OF_CLASS.map((least, place) => {
    const end = LEAST_OF_CLASS[place + 1] ?? MOST_SEVERE + 1
    return Array.from({ length: end - least }, (_, i) => String(least + i))
  }),
}

const severityOf = (severityClass: Cell): number => LEAST_OF_CLASS[Number(severityClass)]!

type Row = Table['rows'][number]

/** A row without the cells that said whose it is. */
interface SpokenRow {
  readonly speech: Speech
  readonly cells: Row
}

/** Tables of rows by voice, one a list of further keys, and those of the keys alone. */
interface Spoken {
  readonly bySpeech: readonly (readonly SpokenRow[])[]
  readonly alone: readonly (readonly Row[])[]
  readonly notes: readonly string[]
}

/**
 * Counts by voice and further keys, and by other keys alone. A record with a host is its host's whatever it is
 * about; those without one, where there are any, are asked for again by entity and source.
 */
async function countBySpeech(
  { filter, range, store, context }: Counting,
  bySpeech: readonly (readonly CountKey[])[],
  alone: readonly (readonly CountKey[])[] = [],
): Promise<Spoken> {
  const hosts = bySpeech.map((keys) => [field('host'), ...keys])
  const tables = await store.counts({ filter, range, groupings: [...hosts, ...alone] }, context)
  const speeches = new Speeches()
  const hosted = tables
    .slice(0, hosts.length)
    .map(({ rows }) =>
      rows.flatMap(([host, ...cells]) =>
        host === null ? [] : [{ speech: speeches.of(host as string, null, null), cells }],
      ),
    )
  const spoken = {
    bySpeech: hosted,
    alone: tables.slice(hosts.length).map(({ rows }) => rows),
    notes: tables[0]?.notes ?? [],
  }
  if (hosted.every((rows, index) => rows.length === tables[index]!.rows.length)) return spoken
  const others = await countWithoutHost({ filter, range, store, context }, bySpeech, speeches)
  return { ...spoken, bySpeech: hosted.map((rows, index) => [...rows, ...others[index]!]) }
}

async function countWithoutHost(
  { filter, range, store, context }: Counting,
  bySpeech: readonly (readonly CountKey[])[],
  speeches: Speeches,
): Promise<SpokenRow[][]> {
  const groupings = bySpeech.map((keys) => [field('entity'), field('source'), ...keys])
  const tables = await store.counts({ filter: and(filter, NO_HOST), range, groupings }, context)
  return tables.map(({ rows }) =>
    rows.map(([entity, source, ...cells]) => ({
      speech: speeches.of(null, entity as string | null, source as string | null),
      cells,
    })),
  )
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

/** Every record of the view, by voice and by pattern; of few voices, on a grid, by column at once. */
export async function countView(counting: Counting, grid?: Grid): Promise<Counted> {
  const byColumn = grid === undefined ? [] : [[binOf(grid), SEVERITY_CLASS]]
  const { bySpeech, alone, notes } = await countBySpeech(
    counting,
    [[LAYER, SEVERITY_CLASS], ...byColumn],
    [[TEMPLATE]],
  )
  return {
    speeches: bySpeech[0]!.map(({ speech, cells: [layer, severity, count] }) => ({
      speech,
      layer: layer as Layer | null,
      severity: severityOf(severity!),
      count: Number(count),
    })),
    patterns: patternsOf(alone[0]!),
    cells: (bySpeech[1] ?? []).map(columnCount),
    notes,
  }
}

const columnCount = ({ speech, cells: [from, severity, count] }: SpokenRow): ColumnCount => ({
  speech,
  from: Number(from),
  severity: severityOf(severity!),
  count: Number(count),
})

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
export async function countCells(counting: Counting, grid: Grid): Promise<readonly ColumnCount[]> {
  const { bySpeech } = await countBySpeech(counting, [[binOf(grid), SEVERITY_CLASS]])
  return bySpeech[0]!.map(columnCount)
}

/** So many records of one class of voices and severity in the store's bin that begins at `from`. */
export type ClassCount = Omit<ColumnCount, 'speech'> & { readonly voices: number }

/**
 * Every record of the view, by class of voices, column and severity: in one look, however many voices there are.
 * A class is its place in `classes`.
 */
export async function countClasses(
  counting: Counting,
  classes: readonly (readonly Speech[])[],
  grid: Grid,
): Promise<ClassCount[]> {
  const { filter, range, store, context } = counting
  const sets = classes.map((speeches) =>
    speeches.flatMap(({ host }) => (host === null ? [] : [host])),
  )
  const keys = [binOf(grid), SEVERITY_CLASS]
  const withoutHost = new Map<string, number>()
  for (const [voices, speeches] of classes.entries()) {
    for (const { host, entity, source } of speeches) {
      if (host === null) withoutHost.set(`${entity ?? ''}\0${source ?? ''}`, voices)
    }
  }
  const [[hosted], [others]] = await Promise.all([
    store.counts(
      { filter, range, groupings: [[{ kind: 'among', field: 'host', sets }, ...keys]] },
      context,
    ),
    withoutHost.size === 0 ? [[]] : countWithoutHost(counting, [keys], new Speeches()),
  ])
  const counts: ClassCount[] = []
  const add = (voices: number | undefined, [from, severity, count]: Row): void => {
    // Whoever spoke first only now has no class yet.
    if (voices === undefined) return
    const class_ = { voices, from: Number(from), severity: severityOf(severity!) }
    counts.push({ ...class_, count: Number(count) })
  }
  for (const [voices, ...cells] of hosted!.rows) {
    if (voices !== null) add(voices as number, cells)
  }
  for (const { speech, cells } of others) {
    add(withoutHost.get(`${speech.entity ?? ''}\0${speech.source ?? ''}`), cells)
  }
  return counts
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
export interface Speaker {
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
): ReadonlyMap<EntityId, Speaker> {
  for (const { speech, layer, count } of speeches) {
    if (layer !== null) voices.learn(speech, layer, count)
  }
  const speakers = new Map<EntityId, Speaker>()
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
