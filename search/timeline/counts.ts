import type { EntityId, Layer } from '../../model/entity.ts'
import { and, or, type Filter } from '../../model/query.ts'
import { SEVERITY as LEAST_SEVERE } from '../../model/severity.ts'
import { cellOf } from '../../model/counted-key.ts'
import type { Counts } from '../store/store.ts'
import type { Speech } from '../topology/speaker.ts'
import { DensityBuilder } from './density.ts'
import type { Grid } from './grid.ts'
import {
  binOf,
  countBySpeech,
  field,
  isVoice,
  NO_HOST,
  SEVERITY_CLASS,
  severityOf,
  type Counting,
  type SpokenCounts,
} from './speech-counts.ts'
import type { Voices } from './voices.ts'

const LAYER = field('layer')
const TEMPLATE = field('template')
const NO_ENTITY: Filter = { kind: 'not', filter: { kind: 'exists', field: 'entity' } }

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
  readonly cells: readonly SpokenCounts[]
  readonly notes: readonly string[]
}

/** Every record of the view, by voice and by pattern; of few voices, on a grid, by column at once. */
export async function countView(counting: Counting, grid?: Grid): Promise<Counted> {
  const byColumn = grid === undefined ? [] : [[binOf(grid), SEVERITY_CLASS]]
  const { bySpeech, alone, notes } = await countBySpeech(
    counting,
    [[LAYER, SEVERITY_CLASS], ...byColumn],
    [[TEMPLATE]],
  )
  const speeches = bySpeech[0]!.flatMap(
    ({ speeches: voices, places, keys: [layers, severities], counts }) =>
      Array.from(counts, (count, group) => ({
        speech: voices[places[group]!]!,
        layer: cellOf(layers!, group) as Layer | null,
        severity: severityOf(cellOf(severities!, group)),
        count,
      })).filter(({ speech }) => isVoice(speech)),
  )
  return {
    speeches,
    patterns: patternsOf(alone[0]!),
    cells: bySpeech[1] ?? [],
    notes,
  }
}

function patternsOf({ keys, counts }: Counts): Map<string, number> {
  const patterns = new Map<string, number>()
  for (const [group, count] of counts.entries()) {
    const template = cellOf(keys[0]!, group)
    if (typeof template !== 'string') continue
    patterns.set(template, (patterns.get(template) ?? 0) + count)
  }
  return patterns
}

/** Warnings and worse. */
export const IS_SEVERE: Filter = {
  kind: 'compare',
  field: 'severity',
  operator: '>=',
  value: String(LEAST_SEVERE.warn),
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
