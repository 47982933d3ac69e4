import { OPERATION_ATTRIBUTE } from '../../model/keys.ts'
import { and, type Filter } from '../../model/query.ts'
import type { Key, KeyKind, LogRecord } from '../../model/record.ts'
import { MICROS_PER_HOUR, MICROS_PER_MINUTE } from '../../model/time.ts'
import { expectedByChance, notByChance } from './chance.ts'
import { WEAKEST, type Correlating, type Link } from './link.ts'
import { nearestTo, type Neighbourhood } from './nearest.ts'
import { orderOf } from './order.ts'

/** What an identifier of a kind is worth as a join. */
interface KindOfJoin {
  /** Of a join that chance cannot explain. */
  readonly base: number
  /** How far on either side it is looked for. */
  readonly windowUs: number
  /** It names one piece of work: how often it occurs does not weaken it. */
  readonly isTask?: boolean
  /** Where the same text means the same thing; everywhere when absent. */
  readonly scope?: (record: LogRecord) => Filter | undefined
}

const WINDOW_US = 15 * MICROS_PER_MINUTE

const ofHost = ({ host }: LogRecord): Filter | undefined =>
  host === null ? undefined : { kind: 'equals', field: 'host', value: host }

const ofSource = ({ source }: LogRecord): Filter => ({
  kind: 'equals',
  field: 'source',
  value: source,
})

const JOINS: Readonly<Record<KeyKind, KindOfJoin>> = {
  op_id: { base: 0.98, windowUs: MICROS_PER_HOUR, isTask: true },
  naa: { base: 0.95, windowUs: WINDOW_US },
  eui: { base: 0.95, windowUs: WINDOW_US },
  t10: { base: 0.95, windowUs: WINDOW_US },
  wwn: { base: 0.95, windowUs: WINDOW_US },
  uuid: { base: 0.95, windowUs: WINDOW_US },
  vmfs_uuid: { base: 0.95, windowUs: WINDOW_US },
  mac: { base: 0.9, windowUs: WINDOW_US },
  // An address may have been another machine's a while ago.
  ip: { base: 0.7, windowUs: 5 * MICROS_PER_MINUTE },
  // Numbers of one vCenter; another one gives the same to something else.
  moref: { base: 0.9, windowUs: WINDOW_US, scope: ofSource },
  // Counted by each host for itself.
  scsi_path: { base: 0.9, windowUs: WINDOW_US, scope: ofHost },
}

/** Identifiers of one record that are followed; a line that lists more is an inventory, not an event. */
const MAX_KEYS = 8

/** Records that carry an identifier of the record, the nearest of each. */
export async function identifierLinks(
  record: LogRecord,
  { store, context }: Correlating,
): Promise<Link[]> {
  const keys = record.keys.slice(0, MAX_KEYS)
  const found = await Promise.all(
    keys.map(async (key) => {
      const { windowUs, scope } = JOINS[key.kind]
      const filters: Filter[] = [{ kind: 'equals', field: `key.${key.kind}`, value: key.value }]
      const within = scope?.(record)
      if (within !== undefined) filters.push(within)
      const near = await nearestTo(record, and(...filters), windowUs, store, context)
      return near.records.flatMap((other) => linkBy(key, record, other, near))
    }),
  )
  return found.flat()
}

function linkBy(key: Key, record: LogRecord, other: LogRecord, near: Neighbourhood): Link[] {
  const { base, windowUs, isTask = false } = JOINS[key.kind]
  const gapUs = other.time - record.time
  const chance = isTask ? 0 : expectedByChance(near.othersLike(other), gapUs, 2 * windowUs)
  const strength = base * notByChance(chance)
  if (strength < WEAKEST) return []
  return [
    {
      to: { record: other },
      kind: 'identifier',
      reason: `both carry ${NAMES[key.kind]} ${key.value}, read in ${placeOf(key)}`,
      value: key.value,
      strength,
      order: orderOf(other, record),
    },
  ]
}

export const NAMES: Readonly<Record<KeyKind, string>> = {
  op_id: 'the operation',
  naa: 'the device',
  eui: 'the device',
  t10: 'the device',
  wwn: 'the port name',
  uuid: 'the UUID',
  vmfs_uuid: 'the VMFS volume',
  mac: 'the MAC address',
  ip: 'the IP address',
  moref: 'the vCenter object',
  scsi_path: 'the path',
}

/** Where an identifier of the kind stands in a record. */
export const placeOf = ({ kind }: Key): string =>
  kind === 'op_id' ? `the attribute ${OPERATION_ATTRIBUTE}` : 'the message'
