import { useMemo } from 'react'
import type { EntitySummary } from '../../model/api.ts'
import type { EntityId } from '../../model/entity.ts'
import type { TimelineAnswer } from '../../model/timeline.ts'

/** Names of the entities that a view knows. */
export function useEntityNames(answer: TimelineAnswer | undefined): ReadonlyMap<EntityId, string> {
  return useMemo(() => {
    const known: readonly EntitySummary[] =
      answer === undefined ? [] : [...answer.lanes.map(({ entity }) => entity), ...answer.path]
    return new Map(known.map(({ id, name }) => [id, name]))
  }, [answer])
}
