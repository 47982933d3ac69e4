import { LAYERS, type EntityId, type Layer } from '../../model/entity.ts'
import { and } from '../../model/query.ts'
import type { Speech } from '../topology/speaker.ts'
import {
  countCells,
  countCellsByClass,
  countColumns,
  saidBy,
  type ColumnCount,
  type Counting,
  type Spoken,
} from './counts.ts'
import { DensityBuilder } from './density.ts'
import { columnOf, type Grid } from './grid.ts'
import type { Voices } from './voices.ts'

/** The view's records by column; every record is in its layer and in the total. */
export interface Densities {
  /** Of the lanes asked for; absent for one without a record. */
  readonly lanes: ReadonlyMap<EntityId, DensityBuilder>
  readonly layers: ReadonlyMap<Layer, DensityBuilder>
  readonly total: DensityBuilder
}

/** Voices times columns up to which all voices are counted by column at once. */
const MOST_CELLS = 200_000

/**
 * Counts by column. Where few speak, one question tells it for all of them. Where many do, the lanes are
 * counted for themselves and the others by layer alone, so that the answer does not grow with them.
 */
export async function countDensities(
  counting: Counting,
  grid: Grid,
  speakers: ReadonlyMap<EntityId, Spoken>,
  lanes: readonly EntityId[],
  voices: Voices,
): Promise<Densities> {
  const all = new Set([...speakers.values()].flatMap(({ speeches }) => [...speeches]))
  const densities = {
    lanes: new Map(lanes.map((id) => [id, new DensityBuilder()])),
    layers: new Map(LAYERS.map((layer) => [layer, new DensityBuilder()])),
    total: new DensityBuilder(),
  }
  const { range } = counting
  const addToLane = (cell: ColumnCount): EntityId => {
    const { speech, from, severity, count } = cell
    const end = Math.min(from + grid.widthUs, range.to)
    const id = voices.laneAt(speech, Math.max(from, range.from), end)
    densities.lanes.get(id)?.add(columnOf(from, grid), severity, count)
    return id
  }
  const addToLayer = (
    layer: Layer,
    { from, severity, count }: Omit<ColumnCount, 'speech'>,
  ): void => {
    densities.layers.get(layer)!.add(columnOf(from, grid), severity, count)
    densities.total.add(columnOf(from, grid), severity, count)
  }
  if (all.size * grid.columns <= MOST_CELLS) {
    for (const cell of await countCells(counting, grid)) {
      addToLayer(voices.layerOf(addToLane(cell), cell.speech), cell)
    }
    return densities
  }
  const shown = lanes.flatMap((id) => [...(speakers.get(id)?.speeches ?? [])])
  const [cells, ...ofLayers] = await Promise.all([
    countCellsByClass({ ...counting, filter: and(counting.filter, saidBy(shown)) }, grid),
    ...[...voicesByLayer(all, voices)].map(async ([layer, speeches]) => ({
      layer,
      columns: await countColumns(
        { ...counting, filter: and(counting.filter, saidBy(speeches)) },
        grid,
      ),
    })),
  ])
  for (const cell of cells) addToLane(cell)
  for (const { layer, columns } of ofLayers) {
    for (const column of columns) addToLayer(layer, column)
  }
  return densities
}

function voicesByLayer(all: Iterable<Speech>, voices: Voices): Map<Layer, Speech[]> {
  const layers = new Map<Layer, Speech[]>()
  for (const speech of all) {
    const layer = voices.layerOf(voices.lanesOf(speech)[0]!, speech)
    const list = layers.get(layer) ?? []
    if (list.length === 0) layers.set(layer, list)
    list.push(speech)
  }
  return layers
}
