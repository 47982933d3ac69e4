import type { EntityId } from '../../model/entity.ts'
import type { Key, LogRecord } from '../../model/record.ts'
import type { Micros, TimeRange } from '../../model/time.ts'
import type { Topology } from '../topology/topology.ts'

/** The instant of a record as a range. */
export const instantOf = ({ time }: LogRecord): TimeRange => ({
  from: time,
  to: (time + 1) as Micros,
})

/** The known entities that a record is about: what it names itself, its host, its identifiers. */
export function entitiesOf(record: LogRecord, topology: Topology): EntityId[] {
  const at = instantOf(record)
  const ids = [record.entity, record.host].flatMap((name) =>
    name === null ? [] : topology.resolve(name, at),
  )
  for (const key of record.keys) ids.push(...namedBy(key, record, topology))
  return [...new Set(ids)].filter((id) => topology.knows(id))
}

/**
 * The entities that an identifier of a record names. A moref does inside its vCenter only; an address, which
 * moves from one machine to another, does not.
 */
export function namedBy({ kind, value }: Key, record: LogRecord, topology: Topology): EntityId[] {
  if (kind === 'ip') return []
  const at = instantOf(record)
  if (kind !== 'moref') return topology.resolve(value, at)
  const vcenter = vcenterOf(record, topology)
  return vcenter === undefined ? [] : topology.resolveIn(vcenter, value, at)
}

/** The vCenter whose numbers a record speaks of: its own, or that of the host that speaks. */
export function vcenterOf(record: LogRecord, topology: Topology): string | undefined {
  const at = instantOf(record)
  for (const name of [record.host, record.entity]) {
    for (const id of name === null ? [] : topology.resolve(name, at)) {
      const known = topology.entity(id)
      const scope = known?.aliases.find(({ kind }) => kind === 'moref')?.scope
      if (scope !== undefined) return topology.scopeOf(scope, at)
      if (known?.type === 'service') return id
    }
  }
  return undefined
}
