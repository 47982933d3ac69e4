import type { ApiAlias, ApiEntity, ApiRelation, HistoryEntry } from '../../model/api.ts'
import type { Alias, Entity, EntityId, Relation } from '../../model/entity.ts'
import { formatTime, MAX_TIME, MIN_TIME, type Micros, type TimeRange } from '../../model/time.ts'
import { summaryOf } from '../topology/summary.ts'
import { overlaps, type Topology } from '../topology/topology.ts'

/** An entity with the names it has in the range. */
export function entityOf(entity: Entity, topology: Topology, range: TimeRange): ApiEntity {
  return {
    ...summaryOf(entity.id, topology, range, entity),
    aliases: entity.aliases.filter((a) => overlaps(a.from, a.to, range)).map(aliasOf),
    attributes: entity.attributes,
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
