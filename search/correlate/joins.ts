import type { EntityId } from '../../model/entity.ts'
import { attributeWith } from '../../model/keys.ts'
import type { Filter } from '../../model/query.ts'
import type { Key, KeyKind, LogRecord } from '../../model/record.ts'
import { MICROS_PER_HOUR, MICROS_PER_MINUTE } from '../../model/time.ts'
import type { Topology } from '../topology/topology.ts'
import { entitiesOf, instantOf, vcenterOf } from './about.ts'
import { expectedByChance, notByChance } from './chance.ts'

/** What an identifier of a kind is worth as a join. */
interface KindOfJoin {
  /** Of a join that chance cannot explain. */
  readonly base: number
  /** How far on either side it is looked for. */
  readonly windowUs: number
  /** It names one piece of work: how often it occurs does not weaken it. */
  readonly isTask?: boolean
  /** It names nobody that the inventory knows: how it is spoken of tells whether it is everybody's. */
  readonly isOfUnknown?: boolean
}

const WINDOW_US = 15 * MICROS_PER_MINUTE
const OF_DEVICE: KindOfJoin = { base: 0.95, windowUs: WINDOW_US }
const OF_TASK: KindOfJoin = { base: 0.98, windowUs: MICROS_PER_HOUR, isTask: true }

const JOINS: Readonly<Record<KeyKind, KindOfJoin>> = {
  op_id: OF_TASK,
  task: OF_TASK,
  chain: OF_TASK,
  naa: OF_DEVICE,
  eui: OF_DEVICE,
  t10: OF_DEVICE,
  wwn: OF_DEVICE,
  uuid: OF_DEVICE,
  vmfs_uuid: OF_DEVICE,
  sid: { base: 0.9, windowUs: WINDOW_US },
  mac: { base: 0.9, windowUs: WINDOW_US },
  moref: { base: 0.9, windowUs: WINDOW_US },
  scsi_path: { base: 0.9, windowUs: WINDOW_US },
  // An address whose holder the inventory knows at that time.
  ip: { base: 0.9, windowUs: WINDOW_US },
}

/** Without an inventory an address may have been another machine's a while ago, or be everybody's. */
const UNKNOWN_ADDRESS: KindOfJoin = { base: 0.6, windowUs: WINDOW_US, isOfUnknown: true }

/** What a part of an operation is worth against the whole. */
const PART_OF_TASK = 0.97

/** Identifiers of one record that are followed; a line that lists more is an inventory, not an event. */
const MAX_KEYS = 8

/** An identifier of a record, within what it means one thing in. */
export interface Identity extends KindOfJoin {
  readonly key: Key
  /** Equal for two records exactly when the identifier means the same in both. */
  readonly id: string
  /** Which records beside those with the value can have it; all when undefined. */
  readonly within: Filter | undefined
  /** For an operation: those that it is a part of, the nearest first. */
  readonly wholes: readonly string[]
}

/** What a record can be joined by. An identifier that means nothing by itself (a loopback address) is none. */
export function identitiesOf(record: LogRecord, topology: Topology): Identity[] {
  return record.keys.slice(0, MAX_KEYS).flatMap((key) => identityOf(key, record, topology) ?? [])
}

function identityOf(key: Key, record: LogRecord, topology: Topology): Identity | undefined {
  const value = key.value.toLowerCase()
  const join = JOINS[key.kind]
  const identity = (domain: string, within?: Filter): Identity => ({
    ...join,
    key,
    id: `${key.kind} ${domain} ${value}`,
    within,
    wholes: [],
  })
  switch (key.kind) {
    case 'op_id':
      return { ...identity(''), wholes: wholesOf(value) }
    // Counted by each host for itself.
    case 'scsi_path':
      return ofHost(record, identity)
    // `task-17` is a vCenter's; a host puts what the task does into the name of its own.
    case 'task':
      return value.startsWith('hatask')
        ? ofHost(record, identity)
        : ofVcenter(record, topology, identity)
    case 'moref':
    case 'chain':
      return ofVcenter(record, topology, identity)
    case 'ip':
      return ofAddress(value, record, topology, identity)
    default:
      return identity('')
  }
}

type Identify = (domain: string, within?: Filter) => Identity

function ofHost({ host }: LogRecord, identity: Identify): Identity {
  if (host === null) return identity('')
  return identity(host.toLowerCase(), { kind: 'equals', field: 'host', value: host })
}

/** Numbers of one vCenter; another one gives the same to something else. */
function ofVcenter(record: LogRecord, topology: Topology, identity: Identify): Identity {
  const vcenter = vcenterOf(record, topology)
  if (vcenter !== undefined) return identity(vcenter)
  const { source } = record
  return identity(`source ${source}`, { kind: 'equals', field: 'source', value: source })
}

/** Addresses that every machine has, or that stand for none or many (RFC 6890, RFC 5771). */
const NOBODYS_ADDRESS =
  /^(?:0\.|127\.|169\.254\.|22[4-9]\.|23\d\.|255\.255\.255\.255$|::1?$|fe80:|ff[0-9a-f]{2}:)/

/**
 * Who had the address at that time. Where two have it, as two sites may with private ones, the record
 * has to stand in the scope of one of them.
 */
function ofAddress(
  address: string,
  record: LogRecord,
  topology: Topology,
  identity: Identify,
): Identity | undefined {
  if (NOBODYS_ADDRESS.test(address)) return undefined
  const at = instantOf(record)
  const holders = topology.holdersOf(address, at)
  if (holders.length === 0) return { ...identity('unknown'), ...UNKNOWN_ADDRESS }
  const ids = new Set(holders.map(({ id }) => id))
  if (ids.size === 1) return identity(holders[0]!.id)
  const around = new Set<EntityId>(
    entitiesOf(record, topology).flatMap((id) => topology.path(id, at).entities),
  )
  const fitting = new Set(
    holders
      .filter(({ scope }) => scope !== null && around.has(topology.scopeOf(scope, at)))
      .map(({ id }) => id),
  )
  return fitting.size === 1 ? identity([...fitting][0]!) : undefined
}

/**
 * The operations that one is a part of: vSphere's services add to the id of an operation, with a hyphen before,
 * when they hand a part of it on. What is left has to look like an id still.
 */
function wholesOf(value: string): string[] {
  const wholes: string[] = []
  for (
    let end = value.lastIndexOf('-');
    end >= SHORTEST_WHOLE;
    end = value.lastIndexOf('-', end - 1)
  ) {
    const whole = value.slice(0, end)
    if (/\d/.test(whole)) wholes.push(whole)
  }
  return wholes.slice(0, MAX_WHOLES)
}

const SHORTEST_WHOLE = 6
const MAX_WHOLES = 4

/** What is left where chance explains that the two are near: they still speak of the same thing. */
const SAME_THING = 0.06

/** How often a join occurs around it. */
export interface Surroundings {
  /** More records of the window that have the identity and look like the other one. */
  readonly othersLike: number
  /** What lies between the two records. */
  readonly gapUs: number
  /** How much the identity tells of each of the two, from 0 to 1: less than 1 of an unknown address alone. */
  readonly telling: readonly [number, number]
}

/** How much it says that an identity stands in both of two records: that both are about what it names. */
export function strengthOf(
  { base, windowUs, isTask = false }: Identity,
  { othersLike, gapUs, telling: [ofOne, ofOther] }: Surroundings,
): number {
  if (isTask) return base
  const chance = expectedByChance(othersLike, gapUs, 2 * windowUs)
  return base * ofOne * ofOther * Math.max(SAME_THING, notByChance(chance))
}

/** What two records are joined by. */
export interface Joined {
  readonly identity: Identity
  /** The other's; the same unless one operation is a part of the other. */
  readonly other: Identity
  /** What stands in both. */
  readonly value: string
  /** What it leaves of the strength. */
  readonly factor: number
}

/** How an identity and one of another record belong together, or undefined. */
export function joinOf(identity: Identity, other: Identity): Joined | undefined {
  if (identity.id === other.id) return { identity, other, value: identity.key.value, factor: 1 }
  if (identity.key.kind !== 'op_id' || other.key.kind !== 'op_id') return undefined
  const whole = [identity, other].find((one) => {
    const part = one === identity ? other : identity
    return part.wholes.includes(one.key.value.toLowerCase())
  })
  return whole && { identity, other, value: whole.key.value, factor: PART_OF_TASK }
}

/** One sentence: what joins a record to another, and where it was read. */
export function reasonOf({ identity, other, value }: Joined, record: LogRecord): string {
  const { key } = identity
  const read = `read in ${placeOf(key, record)}`
  if (identity.id === other.id) return `both carry ${NAMES[key.kind]} ${value}, ${read}`
  const part = key.value === value ? other.key : key
  return `the operation ${part.value} is a part of ${value}, ${read}`
}

export const NAMES: Readonly<Record<KeyKind, string>> = {
  op_id: 'the operation',
  task: 'the task',
  chain: 'the event chain',
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
  sid: 'the account',
}

/** Where an identifier of a record was read. */
export function placeOf(key: Key, record: LogRecord): string {
  const attribute = attributeWith(key, record)
  return attribute === undefined ? 'the message' : `the attribute ${attribute}`
}

/** The identity of an operation: its id means the same everywhere. */
export const operationId = (value: string): string => `op_id  ${value}`
