import type { RelatedAnswer } from '../../model/api.ts'
import type { EntityId } from '../../model/entity.ts'
import type { ViewLink, ViewLinkEnd } from '../../model/timeline.ts'
import { groupLinks, type LinkGroup } from '../lib/link-groups.ts'
import type { LaneOf } from './lane-of.ts'

/** A link from cause to effect as far as that is known. */
export interface DrawnLink {
  readonly cause: ViewLinkEnd
  readonly effect: ViewLinkEnd
  readonly kind: ViewLink['kind']
  readonly strength: number
  /** Which came first is decided. */
  readonly isOrdered: boolean
  readonly isOfSelection: boolean
  readonly reason: string
  readonly value: string
}

/** Most links that are drawn, the strongest. */
const MOST = 40
/** How sure an order must be for an arrow. */
const SURE = 0.9

/** The selected record and where it is. */
export interface SelectedRecord {
  readonly id: string
  readonly entity: EntityId
  readonly atMs: number
}

/**
 * The links to draw, weakest first so that the strong lie on top: the view's, and one for each pattern and lane that the
 * selected record has beside them. No pair of records twice; the selection's are never cut.
 */
export function linkSet(
  links: readonly ViewLink[],
  selected: SelectedRecord | null,
  related: readonly LinkGroup[],
  laneOf: LaneOf,
  originMs: number,
): DrawnLink[] {
  const drawn = new Map<string, DrawnLink>()
  const add = (link: ViewLink): void => {
    const one = directed(link, selected?.id)
    const name = [one.cause.record, one.effect.record].sort().join(' ')
    const there = drawn.get(name)
    if (there === undefined || there.strength < one.strength) drawn.set(name, one)
  }
  links.forEach(add)
  if (selected !== null) ofSelection(selected, related, laneOf, originMs).forEach(add)
  const all = [...drawn.values()].sort((a, b) => b.strength - a.strength)
  const own = all.filter((link) => link.isOfSelection)
  const rest = all.filter((link) => !link.isOfSelection).slice(0, Math.max(0, MOST - own.length))
  return [...rest.reverse(), ...own.reverse()]
}

function ofSelection(
  selected: SelectedRecord,
  related: readonly LinkGroup[],
  laneOf: LaneOf,
  originMs: number,
): ViewLink[] {
  return related.flatMap(({ first: { record, kind, reason, value, strength, order } }) => {
    const entity = laneOf(record)
    if (entity === null || record.id === selected.id) return []
    return {
      from: { record: record.id, entity, atMs: Date.parse(record.time) - originMs },
      to: { record: selected.id, entity: selected.entity, atMs: selected.atMs },
      kind,
      reason,
      value,
      strength,
      order,
    }
  })
}

function directed(link: ViewLink, selected: string | undefined): DrawnLink {
  const isTurned = link.order.verdict === 'after'
  const [cause, effect] = isTurned ? [link.to, link.from] : [link.from, link.to]
  return {
    cause,
    effect,
    kind: link.kind,
    strength: link.strength,
    isOrdered: link.order.verdict !== 'undecided' && link.order.probability >= SURE,
    isOfSelection: cause.record === selected || effect.record === selected,
    reason: link.reason,
    value: link.value,
  }
}

/** What a record belongs with, as it is drawn: by lane and pattern, without what is as good as chance. */
export function relatedGroups(
  related: RelatedAnswer | undefined,
  laneOf: LaneOf,
): readonly LinkGroup[] {
  return groupLinks(
    related?.links ?? [],
    (record) => laneOf(record) ?? record.host ?? record.source,
  ).strong
}

/** Records at the other ends of the selection's links, also those for which another of their pattern is drawn. */
export function linkedRecords(
  links: readonly DrawnLink[],
  related: readonly LinkGroup[],
): Set<string> {
  const own = links.filter((link) => link.isOfSelection)
  return new Set([
    ...own.flatMap(({ cause, effect }) => [cause.record, effect.record]),
    ...related.flatMap((group) => group.links.map(({ record }) => record.id)),
  ])
}
