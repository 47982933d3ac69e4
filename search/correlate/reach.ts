import type { EntityId, Relation } from '../../model/entity.ts'
import type { LogRecord } from '../../model/record.ts'
import { MAX_TIME, MICROS_PER_MINUTE, MIN_TIME, type TimeRange } from '../../model/time.ts'
import type { Topology } from '../topology/topology.ts'
import { expectedByChance, notByChance } from './chance.ts'
import { orderOf } from './order.ts'

/** How far on either side warnings of what entities depend on are looked for. */
export const TOPOLOGY_WINDOW_US = 10 * MICROS_PER_MINUTE
/** What a dependency is worth where cause and effect are one step apart, and what each further step leaves. */
const BASE = 0.6
const PER_STEP = 0.8
/** Only what is worse than information is linked by dependency alone (OpenTelemetry). */
export const WARN = 13

/** How an entity is reached from others. */
export interface Reach {
  readonly id: EntityId
  readonly steps: readonly Relation[]
  /** It is depended on (`cause`), depends on them (`effect`), or is one of them. */
  readonly side: 'cause' | 'effect' | 'same'
}

/** What entities reach, and the stretch of time `[from, to)` in which it is so. */
export interface Reached {
  readonly ways: ReadonlyMap<EntityId, Reach>
  readonly from: number
  readonly to: number
}

/** What the entities depend on, step by step, what depends on them directly, and themselves, at a time. */
export function reachOf(own: readonly EntityId[], topology: Topology, at: TimeRange): Reached {
  let [from, to]: [number, number] = [MIN_TIME, MAX_TIME]
  const isValid = ({ validFrom, validTo }: Relation): boolean => {
    for (const edge of [validFrom, validTo]) {
      if (edge <= at.from) from = Math.max(from, edge)
      else to = Math.min(to, edge)
    }
    return validFrom < at.to && validTo > at.from
  }
  const ways = new Map<EntityId, Reach>(own.map((id) => [id, { id, steps: [], side: 'same' }]))
  for (const start of own) {
    for (const relation of topology.dependentsOf(start)) {
      if (!isValid(relation) || ways.has(relation.from)) continue
      ways.set(relation.from, { id: relation.from, steps: [relation], side: 'effect' })
    }
  }
  // Breadth first, so that the shortest way is the one told.
  const causes: Reach[] = own.map((id) => ({ id, steps: [], side: 'cause' }))
  for (const way of causes) {
    for (const relation of topology.dependenciesOf(way.id)) {
      // Teams own, they do not cause.
      if (!isValid(relation) || relation.to.startsWith('team:')) continue
      const known = ways.get(relation.to)
      if (known !== undefined && known.side !== 'effect') continue
      const next: Reach = { id: relation.to, steps: [...way.steps, relation], side: 'cause' }
      ways.set(relation.to, next)
      causes.push(next)
    }
  }
  return { ways, from, to }
}

/** The shortest way to one of the entities. */
export function nearestReach({ ways }: Reached, entities: readonly EntityId[]): Reach | undefined {
  let nearest: Reach | undefined
  for (const id of entities) {
    const way = ways.get(id)
    if (way !== undefined && (nearest === undefined || way.steps.length < nearest.steps.length)) {
      nearest = way
    }
  }
  return nearest
}

/**
 * How much it says that `other` is reached from what `record` is about: less with each step, less the likelier
 * chance explains the nearness, and less the less likely the cause came before its effect.
 */
export function topologyStrength(
  { side, steps }: Reach,
  record: LogRecord,
  other: LogRecord,
  othersLike: number,
): number {
  const gapUs = other.time - record.time
  const chance = expectedByChance(othersLike, gapUs, 2 * TOPOLOGY_WINDOW_US)
  const further = Math.max(0, steps.length - 1)
  return BASE * PER_STEP ** further * notByChance(chance) * orderFactor(side, other, record)
}

function orderFactor(side: Reach['side'], other: LogRecord, record: LogRecord): number {
  if (side === 'same') return 1
  const [cause, effect] = side === 'cause' ? [other, record] : [record, other]
  return orderOf(cause, effect).probability
}

/** One sentence about the linked record, seen from the one asked about. */
export function reasonOfReach({ id, steps, side }: Reach): string {
  if (side === 'same') return `both are about ${id}`
  const chain = steps
    .map(({ from, type, to, provenance }) => `${from} ${type} ${to} (${provenance})`)
    .join(', ')
  return side === 'cause'
    ? `it is about ${id}: ${chain}`
    : `it is about ${id}, which depends on it: ${chain}`
}
