import type { Counts } from '../store/store.ts'
import type { Speech } from '../topology/speaker.ts'
import type { Grid } from './grid.ts'
import {
  binOf,
  columnCounts,
  countBySpeech,
  countWithoutHost,
  SEVERITY_CLASS,
  severityOf,
  Speeches,
  voiceWithoutHost,
  type ColumnCount,
  type Counting,
} from './speech-counts.ts'

/** Every record of the view, by voice, column and severity. */
export async function countCells(
  counting: Counting,
  grid: Grid,
): Promise<{ readonly cells: readonly ColumnCount[]; readonly notes: readonly string[] }> {
  const { bySpeech, notes } = await countBySpeech(counting, [[binOf(grid), SEVERITY_CLASS]])
  return { cells: bySpeech[0]!.flatMap(columnCounts), notes }
}

/** So many records of one class of voices and severity in the store's bin that begins at `from`; the class by its place. */
export type ClassCount = Omit<ColumnCount, 'speech'> & { readonly place: number }

/**
 * Every record of the view, by class of voices, column and severity: in one look, however many voices there are.
 */
export async function countClasses(
  counting: Counting,
  classes: readonly (readonly Speech[])[],
  grid: Grid,
): Promise<{ readonly cells: readonly ClassCount[]; readonly notes: readonly string[] }> {
  const { filter, range, store, context } = counting
  const sets = classes.map((speeches) =>
    speeches.flatMap(({ host }) => (host === null ? [] : [host])),
  )
  const keys = [binOf(grid), SEVERITY_CLASS]
  const withoutHost = new Map<string, number>()
  for (const [place, speeches] of classes.entries()) {
    for (const { host, entity, source } of speeches) {
      if (host === null) withoutHost.set(voiceWithoutHost(entity, source), place)
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
  if (others === undefined) return { cells: found, notes: hosted!.notes }
  const placesOfOthers = others.speeches.map(
    ({ entity, source }) => withoutHost.get(voiceWithoutHost(entity, source)) ?? null,
  )
  return {
    cells: [...found, ...classCounts(placesOfOthers, others.keys, others.counts)],
    notes: [...hosted!.notes, ...others.notes],
  }
}

/** Whoever spoke first only now has no class yet. */
function classCounts(
  places: readonly (number | null)[],
  [bins, severities]: Counts['keys'],
  counts: Float64Array,
): ClassCount[] {
  return places.flatMap((place, group) =>
    place === null
      ? []
      : [
          {
            place,
            from: Number(bins![group]),
            severity: severityOf(severities![group]!),
            count: counts[group]!,
          },
        ],
  )
}
