import type { EntityId } from '../../../model/entity.ts'
import type { Lane, MetricLane, TimelineAnswer } from '../../../model/timeline.ts'
import { quantity, times, unitOf } from '../../lib/quantity.ts'
import { shortKey } from '../../lib/strong-key.ts'
import type { Millis } from '../../lib/zoned-time.ts'
import {
  chipValue,
  foldedText,
  metricState,
  type ChipLevel,
  type ChipValue,
} from '../path-strip/chip.ts'
import type { TreeChip } from './entity-tree.ts'

/** What entities measured at one moment: their lanes, and the moment's column in them. */
export interface StateAt {
  readonly lanes: ReadonlyMap<EntityId, Lane>
  readonly column: number
}

/** The state at a moment inside a view. */
export function stateAt(answer: TimelineAnswer, at: Millis): StateAt {
  const { from, columnMs, columns } = answer
  const column = Math.floor((at - Date.parse(from)) / columnMs)
  return {
    lanes: new Map(answer.lanes.map((lane) => [lane.entity.id, lane])),
    column: Math.min(columns - 1, Math.max(0, column)),
  }
}

const NOTHING: ChipValue = { level: 'unknown', text: '' }

/** What a chip of the strip says of then: an entity its worst metric, several how many of them are worse than usual. */
export function treeValue(chip: TreeChip, state: StateAt | undefined): ChipValue {
  if (state === undefined) return NOTHING
  const valueOf = (id: EntityId): ChipValue => {
    const lane = state.lanes.get(id)
    // Errors and warnings are of a view, and this is a moment.
    return lane === undefined || lane.metrics.length === 0 ? NOTHING : chipValue(lane, state.column)
  }
  if (chip.kind === 'one') {
    const value = valueOf(chip.entity.id)
    return value.level === 'unknown' ? NOTHING : value
  }
  const known = chip.entities
    .map(({ id }) => valueOf(id))
    .filter(({ level }) => level !== 'unknown')
  const worse = known.filter(({ level }) => level !== 'usual')
  if (worse.length > 0) {
    const level: ChipLevel = worse.some((each) => each.level !== 'unusual') ? 'over' : 'unusual'
    return { level, text: `${worse.length} worse than usual` }
  }
  // As usual are all of them, or it is not said.
  return known.length > 0 && known.length === chip.total ? foldedText(['usual']) : NOTHING
}

/** A metric of one entity at A and at B. */
export interface Measured {
  readonly key: string
  readonly label: string
  /** What of several it is of: a device, a direction; empty for the whole. */
  readonly of: string
  readonly a: string
  readonly b: string
  readonly level: ChipLevel
  /** `× 17` against A, `full`, `as usual`; empty where one side is not known. */
  readonly change: string
}

const NONE = '–'

/** The metrics of an entity at two moments, in the order of B. */
export function measuredAt(id: EntityId, a: StateAt, b: StateAt): readonly Measured[] {
  const [before, after] = [a.lanes.get(id)?.metrics ?? [], b.lanes.get(id)?.metrics ?? []]
  const known = new Map(before.map((metric) => [keyOf(metric), metric]))
  const seen = new Set(after.map(keyOf))
  const pairs = [
    ...after.map((metric) => [known.get(keyOf(metric)), metric] as const),
    ...before
      .filter((metric) => !seen.has(keyOf(metric)))
      .map((metric) => [metric, undefined] as const),
  ]
  return pairs.map(([atA, atB]) => {
    const metric = atB ?? atA
    const [was, is] = [
      atA === undefined ? undefined : metricState(atA, a.column),
      atB === undefined ? undefined : metricState(atB, b.column),
    ]
    const said = (value: number | undefined): string =>
      value === undefined ? NONE : quantity(value, unitOf(metric))
    return {
      key: keyOf(metric),
      label: metric.label,
      of: Object.values(metric.attributes).map(shortKey).join(', '),
      a: said(was?.value),
      b: said(is?.value),
      level: is?.level ?? 'unknown',
      change: changeText(was?.value, is),
    }
  })
}

const keyOf = ({ metric, attributes, share }: MetricLane): string =>
  `${metric} ${JSON.stringify(attributes)} ${share === null ? '' : 'share'}`

/** Less than this is no change worth a figure. */
const LEAST_RATIO = 1.05

function changeText(
  was: number | undefined,
  is: { readonly value: number; readonly level: ChipLevel } | undefined,
): string {
  if (is === undefined || was === undefined) return ''
  if (is.level === 'full') return 'full'
  if (is.level === 'usual') return 'as usual'
  const ratio = was > 0 ? is.value / was : 0
  return ratio >= LEAST_RATIO ? times(ratio) : ''
}

/** Who used most of a shared entity at a moment, as it says `Writes by VM`; undefined where nobody is known. */
export function largestAt(
  id: EntityId,
  { lanes, column }: StateAt,
):
  | { readonly id: EntityId; readonly name: string; readonly what: string; readonly part: number }
  | undefined {
  for (const { share, label, column: columns } of lanes.get(id)?.metrics ?? []) {
    if (share === null) continue
    const at = columns.findLastIndex((each) => each <= column)
    const part = share.part[at]
    if (part !== undefined) {
      const { id: largest, name } = share.largest
      return { id: largest, name, what: label, part }
    }
  }
  return undefined
}
