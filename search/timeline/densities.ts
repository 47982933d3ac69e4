import { LAYERS, type EntityId, type Layer } from '../../model/entity.ts'
import type { Speech } from '../topology/speaker.ts'
import {
  countCells,
  countClasses,
  handOut,
  type TakeColumn,
  type VoiceClass,
} from './column-counts.ts'
import type { Speaker } from './counts.ts'
import { DensityBuilder } from './density.ts'
import type { Grid } from './grid.ts'
import type { Counting, SpokenCounts } from './speech-counts.ts'
import type { Voices } from './voices.ts'

/** The view's records by column; every record is in its layer and in the total. */
export interface Densities {
  /** Of the lanes asked for; absent for one without a record. */
  readonly lanes: ReadonlyMap<EntityId, DensityBuilder>
  readonly layers: ReadonlyMap<Layer, DensityBuilder>
  readonly total: DensityBuilder
  /** What is missing from them. */
  readonly notes: readonly string[]
}

/** Voices times columns up to which all voices are counted by column at once. */
export const MOST_CELLS = 200_000

/**
 * Counts by column. Where few speak, one question tells it for all of them. Where many do, those of the lanes are
 * counted one by one and the others by layer, so that the answer does not grow with them.
 */
export async function countDensities(
  counting: Counting,
  grid: Grid,
  { cells, speakers, voices }: Told,
  lanes: readonly EntityId[],
): Promise<Densities> {
  const all = new Set([...speakers.values()].flatMap(({ speeches }) => [...speeches]))
  const densities = {
    lanes: new Map(lanes.map((id) => [id, new DensityBuilder(grid.columns)])),
    layers: new Map(LAYERS.map((layer) => [layer, new DensityBuilder(grid.columns)])),
    total: new DensityBuilder(grid.columns),
  }
  const { range } = counting
  const takerIn = (layer: Layer, id?: EntityId): TakeColumn => {
    const lane = id === undefined ? undefined : densities.lanes.get(id)
    const into = [
      densities.layers.get(layer)!,
      densities.total,
      ...(lane === undefined ? [] : [lane]),
    ]
    return (column, severity, count) => {
      for (const density of into) density.add(column, severity, count)
    }
  }
  const takerOf = (speech: Speech): TakeColumn => {
    const stays = voices.laneThroughout(speech)
    if (stays !== undefined) return takerIn(voices.layerOf(stays, speech), stays)
    return (column, severity, count, from) => {
      const end = Math.min(from + grid.widthUs, range.to)
      const id = voices.laneAt(speech, Math.max(from, range.from), end)
      takerIn(voices.layerOf(id, speech), id)(column, severity, count, from)
    }
  }
  if (cells !== undefined || all.size * grid.columns <= MOST_CELLS) {
    const counted = cells === undefined ? await countCells(counting, grid) : { cells, notes: [] }
    for (const part of counted.cells) handOut(part, grid, takerOf)
    return { ...densities, notes: counted.notes }
  }
  const shown = new Set(lanes.flatMap((id) => [...(speakers.get(id)?.speeches ?? [])]))
  const rest = voicesByLayer(
    [...all].filter((speech) => !shown.has(speech)),
    voices,
  )
  const classes: VoiceClass[] = [
    ...[...shown].map((speech) => ({ speeches: [speech], take: takerOf(speech) })),
    ...[...rest].map(([layer, speeches]) => ({ speeches, take: takerIn(layer) })),
  ]
  return { ...densities, notes: await countClasses(counting, classes, grid) }
}

/** What is known of the voices when their columns are counted. */
interface Told {
  /** Of all of them, where they have been counted by column already. */
  readonly cells: readonly SpokenCounts[] | undefined
  readonly speakers: ReadonlyMap<EntityId, Speaker>
  readonly voices: Voices
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
