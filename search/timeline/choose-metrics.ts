import type { EntityId } from '../../model/entity.ts'
import type { MetricLane } from '../../model/timeline.ts'
import type { Candidate, JudgedLane } from './metric-lanes.ts'

/** Metric lanes of an entity that nobody opened. */
const MOST_METRICS = 3

export interface Chosen {
  readonly metrics: readonly MetricLane[]
  /** Names of those that are there and not chosen. */
  readonly more: readonly string[]
}

export interface Choice {
  readonly isOpen: boolean
  /** None is drawn unless it is open. */
  readonly isSilent?: boolean
  /** What the attribute `volume` names on the way down from the subject; empty for any. */
  readonly volumes: ReadonlySet<string>
  /** A metric that is drawn whatever its ratio. */
  readonly always?: string
  /** A story that something else of the lane tells. */
  readonly told?: string
}

/**
 * Which metrics of one entity are drawn: all of an open one; else the worst of each story that is worse
 * than usual, at most three, and the main one where nothing is. What is measured for each volume is
 * told for those on the way down, where there are any.
 */
export function chooseMetrics(candidates: readonly Candidate[], choice: Choice): Chosen {
  const sorted = [...candidates].sort(compare)
  if (choice.isOpen) return { metrics: sorted.map((one) => one.draw()), more: [] }
  if (choice.isSilent === true) {
    return { metrics: [], more: [...new Set(sorted.map(({ lane }) => lane.metric))] }
  }
  const onWay = sorted.filter(({ lane }) => choice.volumes.has(lane.attributes['volume'] ?? ''))
  const relevant = sorted.filter(
    (one) =>
      one.lane.attributes['volume'] === undefined || onWay.length === 0 || onWay.includes(one),
  )
  const stories = tellersOf(relevant.filter(({ entry }) => entry.story !== choice.told))
  const off = stories.filter(isWorse).slice(0, MOST_METRICS)
  const chosen = off.length > 0 ? off : stories.slice(0, 1)
  const always = relevant.find(({ lane }) => lane.metric === choice.always)
  if (always !== undefined && !chosen.includes(always)) {
    chosen.splice(Math.min(chosen.length, MOST_METRICS - 1), 1, always)
  }
  const names = new Set(chosen.map(({ lane }) => lane.metric))
  const more = new Set(candidates.map(({ lane }) => lane.metric).filter((name) => !names.has(name)))
  return { metrics: chosen.map((one) => one.draw()), more: [...more].sort() }
}

/** For long and by so much, or for a moment and by so much. */
const WORSE_FOR_LONG = 1.25
const WORSE_AT_ONCE = 2

/** Whether a metric is worse than usual by more than its ordinary ups and downs, or at its limit. */
export function isOff({ ratio, leftMs, limit, worst }: JudgedLane): boolean {
  if (limit !== null && worst >= limit) return true
  return (ratio ?? 1) >= (leftMs === null ? WORSE_AT_ONCE : WORSE_FOR_LONG)
}

/** The worst ratio of an entity's metrics; 1 where none is known. */
export function worstRatio(lanes: readonly JudgedLane[]): number {
  return lanes.reduce((worst, { ratio }) => Math.max(worst, ratio ?? 1), 1)
}

export function byEntity(candidates: readonly Candidate[]): ReadonlyMap<EntityId, Candidate[]> {
  const groups = new Map<EntityId, Candidate[]>()
  for (const one of candidates) {
    const group = groups.get(one.entity)
    if (group === undefined) groups.set(one.entity, [one])
    else group.push(one)
  }
  return groups
}

/** One of each story: its main metric where that is worse than usual or nothing of the story is. */
function tellersOf(sorted: readonly Candidate[]): Candidate[] {
  const stories = new Map<string, Candidate[]>()
  for (const one of sorted) {
    stories.set(one.entry.story, [...(stories.get(one.entry.story) ?? []), one])
  }
  return [...stories.values()]
    .map((story) => {
      const main = story.find(({ entry }) => entry.isMain)
      return main !== undefined && (isWorse(main) || !isWorse(story[0]!)) ? main : story[0]!
    })
    .sort(compare)
}

const isWorse = ({ lane }: Candidate): boolean => isOff(lane)

/** Left its band for good first, then by ratio, then what a person looks at first. */
function compare(a: Candidate, b: Candidate): number {
  return (
    Number(b.lane.leftMs !== null) - Number(a.lane.leftMs !== null) ||
    (b.lane.ratio ?? 1) - (a.lane.ratio ?? 1) ||
    Number(b.entry.isMain) - Number(a.entry.isMain) ||
    b.lane.worst - a.lane.worst ||
    (a.lane.metric < b.lane.metric ? -1 : a.lane.metric > b.lane.metric ? 1 : 0) ||
    (JSON.stringify(a.lane.attributes) < JSON.stringify(b.lane.attributes) ? -1 : 1)
  )
}
