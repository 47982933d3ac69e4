import {
  entityTypeOf,
  type EntityId,
  type Relation,
  type RelationType,
} from '../../model/entity.ts'
import type { LaneInterval } from '../../model/timeline.ts'
import { formatTime, MAX_TIME, MIN_TIME, type TimeRange } from '../../model/time.ts'
import type { Topology } from '../topology/topology.ts'
import { msOf, type Grid } from './grid.ts'
import { shortName } from './subject.ts'
import { laneSummary } from './voices.ts'

/** What a person says of a relation that lasts, was before, or came to be. */
interface Words {
  readonly is: string
  readonly was: string
  readonly came: string
}

const WORDS: Readonly<Partial<Record<RelationType, Words>>> = {
  runs_on: { is: 'runs on', was: 'ran on', came: 'moved to' },
  stores_on: { is: 'stored on', was: 'was stored on', came: 'moved to' },
  member_of: { is: 'member of', was: 'was member of', came: 'joined' },
  backed_by: { is: 'backed by', was: 'was backed by', came: 'now backed by' },
  path: { is: 'path by', was: 'had a path by', came: 'new path by' },
  uplink: { is: 'uplink by', was: 'had an uplink by', came: 'new uplink by' },
  uses_image: { is: 'image', was: 'had the image', came: 'new image' },
}

/**
 * What of an entity's own relations began or ended in the view, oldest first; of a session, when it is
 * connected, also where that lasts through the whole view.
 */
export function intervalsOf(
  id: EntityId,
  topology: Topology,
  range: TimeRange,
  grid: Grid,
): LaneInterval[] {
  const relations = topology.causesOf(id, range)
  const isSession = entityTypeOf(id) === 'vdi_session'
  return relations
    .filter((one) => (isSession ? one.type === 'serves' : changes(one, range) && one.type in WORDS))
    .sort((a, b) => a.validFrom - b.validFrom || a.validTo - b.validTo)
    .map((one) => ({
      fromMs: msOf(Math.max(one.validFrom, range.from), grid),
      toMs: msOf(Math.min(one.validTo, range.to), grid),
      begins: begins(one, range),
      ends: ends(one, range),
      since: one.validFrom > MIN_TIME ? formatTime(one.validFrom) : null,
      label: isSession ? 'connected' : labelOf(one, relations, topology, range),
    }))
}

const begins = ({ validFrom }: Relation, range: TimeRange): boolean => validFrom >= range.from
const ends = ({ validTo }: Relation, range: TimeRange): boolean =>
  validTo <= range.to && validTo < MAX_TIME
const changes = (one: Relation, range: TimeRange): boolean => begins(one, range) || ends(one, range)

function labelOf(
  one: Relation,
  all: readonly Relation[],
  topology: Topology,
  range: TimeRange,
): string {
  const words = WORDS[one.type]!
  const to = shortName(laneSummary(one.to, topology, range).name)
  const followed = (first: Relation, next: Relation): boolean =>
    first !== next && first.type === next.type && first.validTo <= next.validFrom
  if (begins(one, range) && all.some((other) => followed(other, one))) return `${words.came} ${to}`
  return `${ends(one, range) ? words.was : words.is} ${to}`
}
