import type { EntityId, Layer } from '../../model/entity.ts'
import { LAYERS } from '../../model/entity.ts'
import { ALL, and, type Aggregate, type Filter, type GroupKey } from '../../model/query.ts'
import { MICROS_PER_MS, type TimeRange } from '../../model/time.ts'
import type { QueryContext, Store, Table } from '../store/store.ts'
import type { Speech } from '../topology/speaker.ts'
import { DensityBuilder } from './density.ts'
import { columnOf, type Grid } from './grid.ts'
import type { Voices } from './voices.ts'

/** So many records of one voice, severity and column. */
interface Cell {
  readonly speech: Speech
  readonly from: number
  readonly severity: number
  readonly count: number
}

/** So many records of one voice and pattern in the whole view. */
export interface PatternCell {
  readonly speech: Speech
  readonly layer: Layer | null
  readonly template: string | null
  readonly severity: number
  readonly count: number
}

/** What the view counts, each record once in both. */
export interface Counted {
  readonly cells: readonly Cell[]
  readonly patterns: readonly PatternCell[]
  readonly notes: readonly string[]
}

const COUNT: Aggregate = { function: 'count', as: 'count' }
const field = (name: string): GroupKey => ({ kind: 'field', field: name })
const SEVERITY_KEY = field('severity')
const NO_HOST: Filter = { kind: 'not', filter: { kind: 'exists', field: 'host' } }
const NO_ROWS: Table = { columns: [], rows: [], notes: [] }

/**
 * Asks the store for every count of the view: by column, and by pattern. A record with a host is its host's
 * whatever it is about; those without one, where there are any, are asked for again by entity and source.
 */
export async function countView(
  { filter, range }: { readonly filter: Filter; readonly range: TimeRange },
  grid: Grid,
  store: Pick<Store, 'aggregate'>,
  context: QueryContext,
): Promise<Counted> {
  const bin: GroupKey = { kind: 'bin', widthUs: grid.widthUs }
  const ask = (who: Filter, names: readonly string[]): Promise<Table[]> => {
    const asked = { filter: and(filter, who), range, aggregates: [COUNT] }
    const speaker = names.map(field)
    return Promise.all([
      store.aggregate({ ...asked, by: [...speaker, bin, SEVERITY_KEY] }, context),
      store.aggregate(
        { ...asked, by: [...speaker, field('layer'), field('template'), SEVERITY_KEY] },
        context,
      ),
    ])
  }
  const [cells, patterns] = (await ask(ALL, ['host'])) as [Table, Table]
  const isHosted = (row: Row): boolean => row[0] !== null
  const [otherCells, otherPatterns] = cells.rows.every(isHosted)
    ? [NO_ROWS, NO_ROWS]
    : ((await ask(NO_HOST, ['entity', 'source'])) as [Table, Table])
  const speeches = new Speeches()
  const hosted = (row: Row): Speech => speeches.of(row[0] as string, null, null)
  const others = (row: Row): Speech =>
    speeches.of(null, row[0] as string | null, row[1] as string | null)
  return {
    cells: [
      ...cells.rows.filter(isHosted).map((row) => cellOf(row.slice(1), hosted(row))),
      ...otherCells.rows.map((row) => cellOf(row.slice(2), others(row))),
    ],
    patterns: [
      ...patterns.rows.filter(isHosted).map((row) => patternOf(row.slice(1), hosted(row))),
      ...otherPatterns.rows.map((row) => patternOf(row.slice(2), others(row))),
    ],
    notes: [cells, patterns, otherCells, otherPatterns].flatMap(({ notes }) => notes),
  }
}

type Row = Table['rows'][number]

function cellOf([from, severity, count]: Row, speech: Speech): Cell {
  return { speech, from: Number(from), severity: Number(severity), count: Number(count) }
}

function patternOf([layer, template, severity, count]: Row, speech: Speech): PatternCell {
  return {
    speech,
    layer: layer as Layer | null,
    template: template as string | null,
    severity: Number(severity),
    count: Number(count),
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

/** What one lane's entity said. */
export interface Spoken {
  readonly layer: Layer
  readonly counted: DensityBuilder
  /** Voices that were bound to it. */
  readonly speeches: Set<Speech>
}

/** The view's records by lane, by layer and in all; every record is in one lane and in its layer. */
export interface Bound {
  readonly lanes: ReadonlyMap<EntityId, Spoken>
  readonly layers: ReadonlyMap<Layer, DensityBuilder>
  readonly total: DensityBuilder
}

/** Binds every count to the lane of who spoke, as of the column's time. */
export function bindCounts(
  { cells, patterns }: Counted,
  voices: Voices,
  grid: Grid,
  range: TimeRange,
): Bound {
  for (const { speech, layer, count } of patterns) {
    if (layer !== null) voices.learn(speech, layer, count)
  }
  const lanes = new Map<EntityId, Spoken>()
  const layers = new Map(LAYERS.map((layer) => [layer, new DensityBuilder()]))
  const total = new DensityBuilder()
  for (const { speech, from, severity, count } of cells) {
    const [start, end] = [Math.max(from, range.from), Math.min(from + grid.widthUs, range.to)]
    const id = voices.laneAt(speech, start, end)
    let lane = lanes.get(id)
    if (lane === undefined) {
      const layer = voices.layerOf(id, speech)
      lanes.set(id, (lane = { layer, counted: new DensityBuilder(), speeches: new Set() }))
    }
    lane.speeches.add(speech)
    const column = columnOf(from, grid)
    for (const counted of [lane.counted, layers.get(lane.layer)!, total]) {
      counted.add(column, severity, count)
    }
  }
  return { lanes, layers, total }
}

/** Width of a column, milliseconds. */
export const columnMs = (grid: Grid): number => grid.widthUs / MICROS_PER_MS
