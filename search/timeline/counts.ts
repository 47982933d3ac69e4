import type { EntityId, Layer } from '../../model/entity.ts'
import { and, or, type CountKey, type Filter } from '../../model/query.ts'
import type { Cell } from '../../model/aggregate.ts'
import { SEVERITY as LEAST_SEVERE } from '../../model/severity.ts'
import type { TimeRange } from '../../model/time.ts'
import type { Counts, QueryContext, Store } from '../store/store.ts'
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

/** Groups by voice: beside the counts and further keys, each group's voice. */
interface SpokenCounts extends Counts {
  readonly speeches: readonly Speech[]
}

/** Counts by voice, one for each list of further keys, and those by keys alone. */
interface Spoken {
  readonly bySpeech: readonly (readonly SpokenCounts[])[]
  readonly alone: readonly Counts[]
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
  const counted = await store.counts({ filter, range, groupings: [...hosts, ...alone] }, context)
  const speeches = new Speeches()
  const hosted = counted
    .slice(0, hosts.length)
    .map((counts) => [
      spokenBy(counts, 1, ([host]) => speeches.of(host as string | null, null, null)),
    ])
  const spoken = {
    bySpeech: hosted,
    alone: counted.slice(hosts.length),
    notes: counted[0]?.notes ?? [],
  }
  if (!counted.slice(0, hosts.length).some(({ keys }) => keys[0]!.includes(null))) return spoken
  const others = await countWithoutHost({ filter, range, store, context }, bySpeech, speeches)
  return { ...spoken, bySpeech: hosted.map((groups, index) => [...groups, others[index]!]) }
}

async function countWithoutHost(
  { filter, range, store, context }: Counting,
  bySpeech: readonly (readonly CountKey[])[],
  speeches: Speeches,
): Promise<SpokenCounts[]> {
  const groupings = bySpeech.map((keys) => [field('entity'), field('source'), ...keys])
  const counted = await store.counts({ filter: and(filter, NO_HOST), range, groupings }, context)
  return counted.map((counts) =>
    spokenBy(counts, 2, ([entity, source]) =>
      speeches.of(null, entity as string | null, source as string | null),
    ),
  )
}

/** Takes the first keys of each group as who spoke. */
function spokenBy(
  { keys, counts, notes }: Counts,
  told: number,
  speechOf: (cells: readonly Cell[]) => Speech,
): SpokenCounts {
  const speeches = Array.from(counts, (_, group) =>
    speechOf(keys.slice(0, told).map((cells) => cells[group]!)),
  )
  return { keys: keys.slice(told), counts, notes, speeches }
}

/** One object for each voice. */
class Speeches {
  readonly #known = new Map<string, Speech>()

  of(host: string | null, entity: string | null, source: string | null): Speech {
    const name = host ?? voiceWithoutHost(entity, source)
    let speech = this.#known.get(name)
    if (speech === undefined) this.#known.set(name, (speech = { host, entity, source }))
    return speech
  }
}

const voiceWithoutHost = (entity: string | null, source: string | null): string =>
  `${entity ?? ''}\0${source ?? ''}`

/** A group by host that has none is counted by what it has instead. */
const isVoice = ({ host, entity, source }: Speech): boolean =>
  host !== null || entity !== null || source !== null

/** Every record of the view, by voice and by pattern; of few voices, on a grid, by column at once. */
export async function countView(counting: Counting, grid?: Grid): Promise<Counted> {
  const byColumn = grid === undefined ? [] : [[binOf(grid), SEVERITY_CLASS]]
  const { bySpeech, alone, notes } = await countBySpeech(
    counting,
    [[LAYER, SEVERITY_CLASS], ...byColumn],
    [[TEMPLATE]],
  )
  const speeches = bySpeech[0]!.flatMap(
    ({ speeches: voices, keys: [layers, severities], counts }) =>
      voices.flatMap((speech, group): SpeechCount[] =>
        isVoice(speech)
          ? [
              {
                speech,
                layer: layers![group] as Layer | null,
                severity: severityOf(severities![group]!),
                count: counts[group]!,
              },
            ]
          : [],
      ),
  )
  return {
    speeches,
    patterns: patternsOf(alone[0]!),
    cells: (bySpeech[1] ?? []).flatMap(columnCounts),
    notes,
  }
}

const columnCounts = ({ speeches, keys, counts }: SpokenCounts): ColumnCount[] =>
  speeches.flatMap((speech, group) =>
    isVoice(speech)
      ? [
          {
            speech,
            from: Number(keys[0]![group]),
            severity: severityOf(keys[1]![group]!),
            count: counts[group]!,
          },
        ]
      : [],
  )

function patternsOf({ keys, counts }: Counts): Map<string, number> {
  const patterns = new Map<string, number>()
  for (const [group, template] of keys[0]!.entries()) {
    if (typeof template !== 'string') continue
    patterns.set(template, (patterns.get(template) ?? 0) + counts[group]!)
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

/** Every record of the view, by voice, column and severity. */
export async function countCells(counting: Counting, grid: Grid): Promise<readonly ColumnCount[]> {
  const { bySpeech } = await countBySpeech(counting, [[binOf(grid), SEVERITY_CLASS]])
  return bySpeech[0]!.flatMap(columnCounts)
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
      if (host === null) withoutHost.set(voiceWithoutHost(entity, source), voices)
    }
  }
  const [[hosted], [others]] = await Promise.all([
    store.counts(
      { filter, range, groupings: [[{ kind: 'among', field: 'host', sets }, ...keys]] },
      context,
    ),
    withoutHost.size === 0 ? [undefined] : countWithoutHost(counting, [keys], new Speeches()),
  ])
  const places = hosted!.keys[0] as readonly (number | null)[]
  const found = classCounts(places, hosted!.keys.slice(1), hosted!.counts)
  if (others === undefined) return found
  const placesOfOthers = others.speeches.map(
    ({ entity, source }) => withoutHost.get(voiceWithoutHost(entity, source)) ?? null,
  )
  return [...found, ...classCounts(placesOfOthers, others.keys, others.counts)]
}

/** Whoever spoke first only now has no class yet. */
function classCounts(
  places: readonly (number | null)[],
  [bins, severities]: Counts['keys'],
  counts: Float64Array,
): ClassCount[] {
  return places.flatMap((voices, group) =>
    voices === null
      ? []
      : [
          {
            voices,
            from: Number(bins![group]),
            severity: severityOf(severities![group]!),
            count: counts[group]!,
          },
        ],
  )
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
