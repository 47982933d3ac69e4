import type {
  ApiAlias,
  ApiEntity,
  ApiRelation,
  EntitySummary,
  HistoryEntry,
} from '../../model/api.ts'
import {
  defaultLayer,
  entityTypeOf,
  type Alias,
  type Entity,
  type EntityId,
  type EntityType,
  type Relation,
} from '../../model/entity.ts'
import { formatTime, MAX_TIME, MIN_TIME, type Micros, type TimeRange } from '../../model/time.ts'
import { keyOf, overlaps, type Topology } from '../topology/topology.ts'

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

/** An entity with the names it has in the range. */
export function entityOf(entity: Entity, topology: Topology, range: TimeRange): ApiEntity {
  return {
    ...summaryOf(entity.id, topology, range, entity),
    aliases: entity.aliases.filter((a) => overlaps(a.from, a.to, range)).map(aliasOf),
    attributes: entity.attributes,
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

/** What began and ended for an entity, oldest first; what never did is no entry. */
export function historyOf(id: EntityId, topology: Topology): HistoryEntry[] {
  const entries: { at: Micros; entry: HistoryEntry }[] = []
  const add = (time: Micros, entry: Omit<HistoryEntry, 'time'>) => {
    if (time > MIN_TIME && time < MAX_TIME) {
      entries.push({ at: time, entry: { time: formatTime(time), ...entry } })
    }
  }
  for (const each of topology.relationsOf(id)) {
    const relation = relationOf(each)
    add(each.validFrom, { what: 'relation_began', relation })
    add(each.validTo, { what: 'relation_ended', relation })
  }
  for (const each of topology.entity(id)?.aliases ?? []) {
    const alias = aliasOf(each)
    add(each.from, { what: 'alias_began', alias })
    add(each.to, { what: 'alias_ended', alias })
  }
  return entries.sort((a, b) => a.at - b.at).map(({ entry }) => entry)
}

/** A relation, null where it is open. */
export function relationOf(relation: Relation): ApiRelation {
  const { type, from, to, provenance } = relation
  return {
    type,
    from,
    to,
    validFrom: edge(relation.validFrom),
    validTo: edge(relation.validTo),
    provenance,
  }
}

function aliasOf(alias: Alias): ApiAlias {
  return {
    kind: alias.kind,
    value: alias.value,
    ...(alias.scope === undefined ? {} : { scope: alias.scope }),
    from: edge(alias.from),
    to: edge(alias.to),
  }
}

/** An end of a validity; null where it is open. */
function edge(time: Micros): string | null {
  return time <= MIN_TIME || time >= MAX_TIME ? null : formatTime(time)
}
