import { useMemo } from 'react'
import type { EntityId } from '../../../model/entity.ts'
import { useTimeline } from '../../data/questions.ts'
import { printMillis } from '../../data/use-search-view.ts'
import type { Millis } from '../../lib/zoned-time.ts'
import { stateAt, type StateAt } from './state-at.ts'

/** Around the moment: long enough to know what is usual, and whether it was left for longer than a sample. */
const AROUND_MS = 900_000
/** Of a minute each, so that a value is the mean of the minute around the moment. */
const COLUMNS = 30
/** Lanes of one answer. */
const MOST = 200

/**
 * What an entity, what it depends on and `others` measured at a moment; `open` asks for all of its metrics. Undefined
 * until it is answered.
 */
export function useStateAt(
  id: EntityId,
  at: Millis,
  others: readonly EntityId[],
  open = false,
): StateAt | undefined {
  const { data } = useTimeline({
    query: `near:"${id.replace(/["\\]/g, '\\$&')}"`,
    from: printMillis(at - AROUND_MS),
    to: printMillis(at + AROUND_MS),
    columns: COLUMNS,
    events: 0,
    lanes: MOST,
    include: [id, ...others].slice(0, MOST),
    ...(open ? { open: [id] } : {}),
  })
  return useMemo(() => (data === undefined ? undefined : stateAt(data, at)), [data, at])
}
