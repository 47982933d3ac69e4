import { entityTypeOf, type EntityId, type EntityType } from '../../model/entity.ts'
import type { TimeRange } from '../../model/time.ts'
import type { Topology } from './topology.ts'

/** What a record says about who wrote it. */
export interface Speech {
  readonly host: string | null
  readonly source: string | null
  readonly entity: EntityId | null
}

/** What has a log of its own; where a name fits several entities, one of these is the speaker. */
const SPEAKERS: ReadonlySet<EntityType> = new Set([
  'vm',
  'hypervisor',
  'array',
  'storage_controller',
  'fc_switch',
  'switch',
  'service',
  'broker',
])

/**
 * Whose line it is, as the inventory knows it in the range: the host that wrote it by any of its names,
 * whatever the line is about; without a host the entity that it names, then its source by name. What the
 * inventory did not know when the record came in is bound here. Undefined where nobody is known by that
 * name, or several are.
 */
export function speakerOf(
  { host, source, entity }: Speech,
  topology: Topology,
  range: TimeRange,
): EntityId | undefined {
  if (host !== null) return oneOf(topology.resolve(host, range), entity)
  if (entity !== null && entityTypeOf(entity) !== undefined) {
    return oneOf(topology.resolve(entity, range), entity) ?? entity
  }
  return source === null ? undefined : oneOf(topology.resolve(source, range), entity)
}

function oneOf(ids: readonly EntityId[], named: EntityId | null): EntityId | undefined {
  if (ids.length < 2) return ids[0]
  if (named !== null && ids.includes(named)) return named
  const speakers = ids.filter((id) => SPEAKERS.has(entityTypeOf(id)!))
  return speakers.length === 1 ? speakers[0] : undefined
}
