import type { EntityId, Relation } from '../../model/entity.ts'
import { and, or, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { MICROS_PER_MINUTE, type Micros, type TimeRange } from '../../model/time.ts'
import { resolveEntities } from '../topology/resolve-query.ts'
import type { Topology } from '../topology/topology.ts'
import { expectedByChance, notByChance } from './chance.ts'
import { NAMES, placeOf } from './identifier-links.ts'
import { WEAKEST, type Correlating, type Link } from './link.ts'
import { nearestTo } from './nearest.ts'
import { orderOf } from './order.ts'

const WINDOW_US = 10 * MICROS_PER_MINUTE
/** What a dependency is worth where cause and effect are one step apart, and what each further step leaves. */
const BASE = 0.6
const PER_STEP = 0.8
/** Only what is worse than information is linked by dependency alone (OpenTelemetry). */
const WARN = 13

/** How an entity is reached from those of the record. */
interface Reach {
  readonly id: EntityId
  readonly steps: readonly Relation[]
  /** It is depended on (`cause`), depends on them (`effect`), or is one of them. */
  readonly side: 'cause' | 'effect' | 'same'
}

/** Warnings and errors near the record of what its entities depend on and of what depends on them. */
export async function topologyLinks(
  record: LogRecord,
  { store, topology, context }: Correlating,
): Promise<Link[]> {
  const at = instantOf(record)
  const own = entitiesOf(record, topology, at)
  if (own.length === 0) return []
  const reached = reachOf(own, topology, at)
  const around = or(...own.map((id): Filter => ({ kind: 'near', name: id })))
  const severe: Filter = {
    kind: 'compare',
    field: 'severity',
    operator: '>=',
    value: String(WARN),
  }
  const filter = and(resolveEntities(around, topology, at).filter, severe)
  const near = await nearestTo(record, filter, WINDOW_US, store, context)
  return near.records.flatMap((other) => {
    const reach = entitiesOf(other, topology, instantOf(other))
      .flatMap((id) => reached.get(id) ?? [])
      .reduce<Reach | undefined>(nearer, undefined)
    if (reach === undefined) return []
    const chance = expectedByChance(near.othersLike(other), other.time - record.time, 2 * WINDOW_US)
    const steps = Math.max(0, reach.steps.length - 1)
    const strength =
      BASE * PER_STEP ** steps * notByChance(chance) * orderFactor(reach.side, other, record)
    if (strength < WEAKEST) return []
    return [
      {
        to: { record: other },
        kind: 'topology' as const,
        reason: reasonOf(reach),
        value: reach.id,
        strength,
        order: orderOf(other, record),
      },
    ]
  })
}

/** The entities that the identifiers of the record name, with where they were read. */
export function entityLinks(record: LogRecord, { topology }: Correlating): Link[] {
  const at = instantOf(record)
  return record.keys.flatMap((key) => {
    if (key.kind === 'ip') return []
    return topology.resolve(key.value, at).map((entity): Link => {
      const reason = `the inventory knows ${entity} by ${NAMES[key.kind]} ${key.value}, read in ${placeOf(key)}`
      const order = { verdict: 'undecided', probability: 0.5 } as const
      const to = { entity }
      return { to, kind: 'identifier', reason, value: key.value, strength: 0.98, order }
    })
  })
}

const instantOf = ({ time }: LogRecord): TimeRange => ({ from: time, to: (time + 1) as Micros })

/** The known entities that a record is about: what it names itself, its host, its identifiers. */
function entitiesOf(record: LogRecord, topology: Topology, at: TimeRange): EntityId[] {
  const names = [
    record.entity,
    record.host,
    ...record.keys.filter(({ kind }) => kind !== 'ip').map(({ value }) => value),
  ]
  const ids = names.flatMap((name) => (name === null ? [] : topology.resolve(name, at)))
  return [...new Set(ids)].filter((id) => topology.knows(id))
}

/** What the entities depend on, step by step, what depends on them directly, and themselves. */
function reachOf(
  own: readonly EntityId[],
  topology: Topology,
  at: TimeRange,
): ReadonlyMap<EntityId, Reach> {
  const reached = new Map<EntityId, Reach>(
    own.map((id) => [id, { id, steps: [], side: 'same' as const }]),
  )
  for (const start of own) {
    const isValid = ({ validFrom, validTo }: Relation): boolean =>
      validFrom < at.to && validTo > at.from
    for (const relation of topology.relationsOf(start)) {
      if (relation.to !== start || !isValid(relation) || reached.has(relation.from)) continue
      reached.set(relation.from, { id: relation.from, steps: [relation], side: 'effect' })
    }
  }
  // Breadth first, so that the shortest way is the one told.
  const ways: Reach[] = own.map((id) => ({ id, steps: [], side: 'cause' as const }))
  for (const way of ways) {
    for (const relation of topology.path(way.id, at).relations) {
      if (relation.from !== way.id || relation.to.startsWith('team:')) continue
      const known = reached.get(relation.to)
      if (known !== undefined && known.side !== 'effect') continue
      const next: Reach = { id: relation.to, steps: [...way.steps, relation], side: 'cause' }
      reached.set(relation.to, next)
      ways.push(next)
    }
  }
  return reached
}

function nearer(best: Reach | undefined, next: Reach): Reach {
  return best === undefined || next.steps.length < best.steps.length ? next : best
}

/** How likely the order is that the dependency asks for: a cause before its effect. */
function orderFactor(side: Reach['side'], other: LogRecord, record: LogRecord): number {
  if (side === 'same') return 1
  const [cause, effect] = side === 'cause' ? [other, record] : [record, other]
  return orderOf(cause, effect).probability
}

function reasonOf({ id, steps, side }: Reach): string {
  if (side === 'same') return `both are about ${id}`
  const chain = steps
    .map(({ from, type, to, provenance }) => `${from} ${type} ${to} (${provenance})`)
    .join(', ')
  return side === 'cause'
    ? `it is about ${id}: ${chain}`
    : `it is about ${id}, which depends on it: ${chain}`
}
