import { and, or, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { resolveEntities } from '../topology/resolve-query.ts'
import { entitiesOf, instantOf, namedBy } from './about.ts'
import { NAMES, placeOf } from './joins.ts'
import { WEAKEST, type Correlating, type Link } from './link.ts'
import { nearestTo } from './nearest.ts'
import { orderOf } from './order.ts'
import {
  nearestReach,
  reachOf,
  reasonOfReach,
  TOPOLOGY_WINDOW_US,
  topologyStrength,
  WARN,
} from './reach.ts'

/** Warnings and errors near the record of what its entities depend on and of what depends on them. */
export async function topologyLinks(
  record: LogRecord,
  { store, topology, context }: Correlating,
): Promise<Link[]> {
  const own = entitiesOf(record, topology)
  if (own.length === 0) return []
  const at = instantOf(record)
  const reached = reachOf(own, topology, at)
  const around = or(...own.map((id): Filter => ({ kind: 'near', name: id })))
  const severe: Filter = {
    kind: 'compare',
    field: 'severity',
    operator: '>=',
    value: String(WARN),
  }
  const filter = and(severe, resolveEntities(around, topology, at).filter)
  const near = await nearestTo(record, filter, TOPOLOGY_WINDOW_US, store, context)
  return near.records.flatMap((other) => {
    const reach = nearestReach(reached, entitiesOf(other, topology))
    if (reach === undefined) return []
    const strength = topologyStrength(reach, record, other, near.othersLike(other))
    if (strength < WEAKEST) return []
    return [
      {
        to: { record: other },
        kind: 'topology' as const,
        reason: reasonOfReach(reach),
        value: reach.id,
        strength,
        order: orderOf(other, record),
      },
    ]
  })
}

/** The entities that the identifiers of the record name, with where they were read. */
export function entityLinks(record: LogRecord, { topology }: Correlating): Link[] {
  return record.keys.flatMap((key) =>
    namedBy(key, record, topology).map((entity): Link => {
      const reason = `the inventory knows ${entity} by ${NAMES[key.kind]} ${key.value}, read in ${placeOf(key, record)}`
      const order = { verdict: 'undecided', probability: 0.5 } as const
      const to = { entity }
      return { to, kind: 'identifier', reason, value: key.value, strength: 0.98, order }
    }),
  )
}
