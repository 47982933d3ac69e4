import type { EntityId } from '../../model/entity.ts'
import type { LogRecord } from '../../model/record.ts'
import type { ViewLink, ViewLinkEnd } from '../../model/timeline.ts'
import { linksAmong, type OnLane } from '../correlate/links-among.ts'
import type { Topology } from '../topology/topology.ts'
import { msOf, type Grid } from './grid.ts'

/** As many as a person can follow with the eye. */
const MOST_LINKS = 40
/** Records that are compared with each other: the most severe of the view. */
const MOST_RECORDS = 2_000

/** The strongest links between the records of a view, each end on the lane where its record stands. */
export function linksOf(
  records: readonly { readonly lane: EntityId; readonly record: LogRecord }[],
  topology: Topology,
  grid: Grid,
): ViewLink[] {
  const worst = [...records]
    .sort((a, b) => b.record.severity - a.record.severity)
    .slice(0, MOST_RECORDS)
  const lanes = new Map(worst.map(({ record, lane }) => [record.id, lane]))
  const among = linksAmong(
    worst.map(({ record }) => record),
    ({ id }) => lanes.get(id) ?? null,
    topology,
    MOST_LINKS,
  )
  return among.map(({ from, to, strength, ...link }) => ({
    ...link,
    from: endOf(from, grid),
    to: endOf(to, grid),
    strength: Math.round(strength * 1_000) / 1_000,
  }))
}

function endOf({ record, entity }: OnLane, grid: Grid): ViewLinkEnd {
  return { record: record.id, entity, atMs: msOf(record.time, grid) }
}
