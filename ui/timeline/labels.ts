import { cutText, withoutKind } from '../../model/cut-text.ts'
import { severityClass } from '../lib/severity-class.ts'
import type { Cluster } from './clusters.ts'

export interface PlacedLabel {
  readonly cluster: Cluster
  readonly text: string
  /** Left edge of the text, CSS pixels. */
  readonly x: number
  readonly width: number
}

/** What the reader looks at now; ids of records. */
export interface Attention {
  readonly selected: string | null
  readonly linked: ReadonlySet<string>
}

const [FULL, SHORT] = [40, 18]
/** A shorter beginning of a title says nothing. */
const LEAST = 8
const GAP_PX = 2

/**
 * Labels of a lane's clusters: nothing lies over a glyph, another label or the plot's edge. In the order of the worth of
 * the cluster a title takes its whole text if that is free, else its short form, else it is left out.
 */
export function placeLabels(
  clusters: readonly Cluster[],
  plotWidth: number,
  attention: Attention,
  widthOf: (text: string) => number,
): PlacedLabel[] {
  const firsts = firstOfPattern(clusters)
  const titles = new Set(clusters.map(titleOf))
  const order = clusters
    .map((cluster, i) => ({ cluster, i, worth: worthOf(cluster, attention, firsts.has(cluster)) }))
    .sort((a, b) => b.worth - a.worth || a.i - b.i)
  const placed: PlacedLabel[] = []
  for (const { cluster, i } of order) {
    const x = cluster.right + GAP_PX
    const end = Math.min(clusters[i + 1]?.left ?? Infinity, plotWidth) - 2
    const text =
      x < 0 ? undefined : formsOf(titleOf(cluster), titles).find((form) => x + widthOf(form) <= end)
    if (text !== undefined) placed.push({ cluster, text, x, width: widthOf(text) })
  }
  return placed.sort((a, b) => a.x - b.x)
}

/** A cluster of several patterns speaks with the worst of its records. */
const titleOf = (cluster: Cluster): string => cluster.worst.title

/**
 * The forms of a title, longest first, each whole words that a reader may stop at; none ends with an ellipsis. The first is
 * longer than usual where less would read as another title of the lane.
 */
export function formsOf(title: string, ofLane: ReadonlySet<string> = new Set()): string[] {
  const text = title.replace(/…$/, '').trim()
  const longest = cutText(text, FULL)
  const isOfTwo = [...ofLane].some((other) => other !== title && other.startsWith(longest))
  const forms = isOfTwo && text === title ? [text] : []
  for (let form = longest; form.length > SHORT; form = cutText(text, form.length - 1)) {
    forms.push(form)
  }
  const [named, short] = [withoutKind(text), cutText(text, SHORT)]
  if (named.length <= SHORT) forms.push(named)
  else if (short.length >= LEAST || short === text) forms.push(short)
  return [...new Set(forms.filter((form) => form !== ''))]
}

function firstOfPattern(clusters: readonly Cluster[]): Set<Cluster> {
  const seen = new Set<string>()
  return new Set(
    clusters.filter(({ worst }) => {
      const pattern = worst.template ?? worst.title
      return !seen.has(pattern) && seen.add(pattern)
    }),
  )
}

/** Rare: so few of its pattern in the view. */
const RARE = 3

function worthOf({ events, worst }: Cluster, attention: Attention, isFirst: boolean): number {
  const kind = severityClass(worst.severity)
  if (events.some(({ id }) => id === attention.selected)) return 7
  if (events.some(({ id }) => attention.linked.has(id))) return 6
  if (kind === 'fatal') return 5
  if (kind === 'error') return 4
  if (events.some(({ ofPattern }) => ofPattern <= RARE)) return 3
  if (kind === 'warning') return isFirst ? 2.5 : 2
  return isFirst ? 1 : 0
}
