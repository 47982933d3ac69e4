import type { ApiRecord } from '../../model/api.ts'
import type { EntityId } from '../../model/entity.ts'
import type { TimelineAnswer } from '../../model/timeline.ts'
import { shortHost } from '../lib/record-words.ts'

/** Says on whose lane a record stands; null when it has none in the answer and is about nothing. */
export type LaneOf = (record: Pick<ApiRecord, 'id' | 'host' | 'entity'>) => EntityId | null

/**
 * A record stands where the answer has its glyph, else on the lane of the host that spoke, whatever the line is about, else on
 * that of what it is about.
 */
export function laneOfIn(answer: TimelineAnswer | undefined): LaneOf {
  const byEvent = new Map<string, EntityId>()
  const byName = new Map<string, EntityId>()
  for (const { entity, events } of answer?.lanes ?? []) {
    byName.set(entity.name.toLowerCase(), entity.id)
    for (const { id } of events ?? []) byEvent.set(id, entity.id)
  }
  return ({ id, host, entity }) => {
    const names = host === null ? [] : [host, shortHost(host)]
    const speaker = names.map((name) => byName.get(name.toLowerCase())).find((one) => one)
    return byEvent.get(id) ?? speaker ?? entity
  }
}
