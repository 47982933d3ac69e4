import { LAYERS, type EntityId, type Layer } from '../../model/entity.ts'
import type { Lane, SeverityCounts } from '../../model/timeline.ts'
import { compareCounts } from './density.ts'
import { isStepType } from './subject.ts'

/** Why an entity has a lane, and what it said. */
export interface LaneClaim {
  readonly id: EntityId
  readonly layer: Layer
  readonly counts: SeverityCounts
  /** Asked for by id. */
  readonly isAsked: boolean
  readonly isSubject: boolean
  /** On the path, or the largest user of what is shared, or where that one runs. */
  readonly isOnWay: boolean
  /** Near the subject, or named by the query. */
  readonly isNamed: boolean
}

/**
 * The claims that get a lane, at most so many: asked ones first, then the way, then the worst; of silent ones
 * ports and adapters last.
 */
export function chooseLanes(claims: readonly LaneClaim[], most: number): LaneClaim[] {
  const rank = (claim: LaneClaim): number =>
    claim.isSubject || claim.isAsked ? 0 : claim.isOnWay ? 1 : claim.isNamed ? 2 : 3
  return [...claims]
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        compareCounts(a.counts, b.counts) ||
        Number(isStepType(b.id)) - Number(isStepType(a.id)) ||
        (a.id < b.id ? -1 : 1),
    )
    .slice(0, most)
}

type Ordered = Pick<Lane, 'entity' | 'step' | 'ratio' | 'counts'>

/** As they are drawn: by layer, the subject first, then down the path, then by ratio, then by counts. */
export function compareLanes(subject: EntityId | undefined): (a: Ordered, b: Ordered) => number {
  const rank = ({ entity }: Ordered): number => LAYERS.indexOf(entity.layer!)
  return (a, b) =>
    rank(a) - rank(b) ||
    Number(b.entity.id === subject) - Number(a.entity.id === subject) ||
    (a.step ?? Infinity) - (b.step ?? Infinity) ||
    b.ratio - a.ratio ||
    compareCounts(a.counts, b.counts) ||
    (a.entity.name < b.entity.name ? -1 : 1)
}
