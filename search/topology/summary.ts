import type { EntitySummary } from '../../model/api.ts'
import {
  defaultLayer,
  entityTypeOf,
  type Entity,
  type EntityId,
  type EntityType,
} from '../../model/entity.ts'
import type { TimeRange } from '../../model/time.ts'
import { keyOf, type Topology } from './topology.ts'

/** An entity of which only the id is known. */
export function bareEntity(id: EntityId): Entity | undefined {
  const type = entityTypeOf(id)
  if (type === undefined) return undefined
  return {
    id,
    type,
    name: keyOf(id),
    layer: defaultLayer(type),
    team: null,
    aliases: [],
    attributes: {},
  }
}

/** Who an entity is, and whose in the range; of one that only relations name, what its id says. */
export function summaryOf(
  id: EntityId,
  topology: Topology,
  range: TimeRange,
  entity: Entity | undefined = topology.entity(id) ?? bareEntity(id),
): EntitySummary {
  return {
    id,
    type: entity?.type ?? (id.slice(0, id.indexOf(':')) as EntityType),
    name: entity?.name ?? keyOf(id),
    layer: entity?.layer ?? null,
    team: topology.teamOf(id, range),
  }
}
