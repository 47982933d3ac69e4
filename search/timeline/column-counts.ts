import type { Speech } from '../topology/speaker.ts'
import { columnOf, type Grid } from './grid.ts'
import {
  binOf,
  countBySpeech,
  countWithoutHost,
  isVoice,
  SEVERITY_CLASS,
  severityOf,
  Speeches,
  voiceWithoutHost,
  type Counting,
  type SpokenCounts,
} from './speech-counts.ts'

/** Takes so many records of one severity in the column that begins at `from`. */
export type TakeColumn = (column: number, severity: number, count: number, from: number) => void

/** Every record of the view, by voice, column and severity. */
export async function countCells(
  counting: Counting,
  grid: Grid,
): Promise<{ readonly cells: readonly SpokenCounts[]; readonly notes: readonly string[] }> {
  const { bySpeech, notes } = await countBySpeech(counting, [[binOf(grid), SEVERITY_CLASS]])
  return { cells: bySpeech[0]!, notes }
}

/** Hands out counts by column and severity; those of what is no voice are counted elsewhere. */
export function handOut(
  { speeches, places, keys, counts }: SpokenCounts,
  grid: Grid,
  takerOf: (speech: Speech) => TakeColumn,
): void {
  const takers = speeches.map((speech) => (isVoice(speech) ? takerOf(speech) : undefined))
  handTo(takers, { places, keys, counts }, grid)
}

/** Voices that are counted together, and what takes their counts. */
export interface VoiceClass {
  readonly speeches: readonly Speech[]
  readonly take: TakeColumn
}

/**
 * Hands out every record of the view, by class of voices, column and severity: in one look, however many voices
 * there are. Answers what is missing.
 */
export async function countClasses(
  counting: Counting,
  classes: readonly VoiceClass[],
  grid: Grid,
): Promise<readonly string[]> {
  const { filter, range, store, context } = counting
  const sets = classes.map(({ speeches }) =>
    speeches.flatMap(({ host }) => (host === null ? [] : [host])),
  )
  const keys = [binOf(grid), SEVERITY_CLASS]
  const withoutHost = new Map<string, TakeColumn>()
  for (const { speeches, take } of classes) {
    for (const { host, entity, source } of speeches) {
      if (host === null) withoutHost.set(voiceWithoutHost(entity, source), take)
    }
  }
  const [[hosted], [others]] = await Promise.all([
    store.counts(
      { filter, range, groupings: [[{ kind: 'among', field: 'host', sets }, ...keys]] },
      context,
    ),
    withoutHost.size === 0 ? [undefined] : countWithoutHost(counting, [keys], new Speeches()),
  ])
  const {
    keys: [among, ...rest],
    counts,
    notes,
  } = hosted!
  // Who spoke first only now has no class yet.
  const takers = among!.cells.map((place) =>
    place === null ? undefined : classes[place as number]!.take,
  )
  handTo(takers, { places: among!.places, keys: rest, counts }, grid)
  if (others === undefined) return notes
  const takersOfOthers = others.speeches.map(({ entity, source }) =>
    withoutHost.get(voiceWithoutHost(entity, source)),
  )
  handTo(takersOfOthers, others, grid)
  return [...notes, ...others.notes]
}

/** Each group's count to the taker at its place, if there is one. */
function handTo(
  takers: readonly (TakeColumn | undefined)[],
  { places, keys: [bins, severities], counts }: Pick<SpokenCounts, 'places' | 'keys' | 'counts'>,
  grid: Grid,
): void {
  const starts = bins!.cells.map(Number)
  const columns = starts.map((from) => columnOf(from, grid))
  const known = severities!.cells.map(severityOf)
  for (let group = 0; group < counts.length; group++) {
    const bin = bins!.places[group]!
    const severity = known[severities!.places[group]!]!
    takers[places[group]!]?.(columns[bin]!, severity, counts[group]!, starts[bin]!)
  }
}
