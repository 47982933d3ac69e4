import type { EntityId } from '../../model/entity.ts'
import { compareRecords } from '../../model/record-order.ts'
import type { LogRecord } from '../../model/record.ts'
import type { Topology } from '../topology/topology.ts'
import { tellingAmong, tellingOfLine, type Everything } from './addresses.ts'
import { happeningOf } from './chance.ts'
import { Frequencies, templateOf } from './frequencies.ts'
import { identitiesOf, joinOf, operationId, reasonOf, strengthOf, type Identity } from './joins.ts'
import { WEAKEST, type LinkKind } from './link.ts'
import { orderOf, type Order } from './order.ts'
import { Places } from './places.ts'
import { reasonOfReach, TOPOLOGY_WINDOW_US, topologyStrength, WARN } from './reach.ts'

/** A record on the lane of an entity. */
export interface OnLane {
  readonly record: LogRecord
  readonly entity: EntityId
}

/** Why two records of one view belong together. */
export interface LinkBetween {
  /** What the other depends on; where no dependency says so, the earlier one. */
  readonly from: OnLane
  readonly to: OnLane
  readonly kind: LinkKind
  /** One sentence for people: what joins them and where that was read. */
  readonly reason: string
  /** What joins them: an identifier's value, or the entity between them. */
  readonly value: string
  /** From 0 to 1. */
  readonly strength: number
  /** Of `from` against `to`. */
  readonly order: Order
}

/** Links between the same two lanes; more of them say nothing new. */
const MOST_OF_TWO_LANES = 3
/** Kinds of event last met that the next record is compared with. */
const MOST_RECENT = 64

/** The kind of event that a record is, on its lane: repeats of it are one end of a link. */
interface Kind {
  readonly number: number
  readonly lane: EntityId
  readonly template: string | null
}

/** A record with what it is looked at by. */
interface Event extends OnLane {
  readonly kind: Kind
}

/**
 * The strongest links between the records of one view, at most `limit`, strongest first: the joins of
 * {@link related}, with its windows and strengths, among these records alone. Of two kinds of event on two lanes
 * the nearest pair is linked, once; repeats of one kind on one lane are not linked. Records that stand on no lane
 * (`laneOf` answers null) are left out. The order of `records` does not matter; nearness in time alone is no
 * link. How common an event is, is counted among these records.
 */
export function linksAmong(
  records: readonly LogRecord[],
  laneOf: (record: LogRecord) => EntityId | null,
  topology: Topology,
  limit: number,
): LinkBetween[] {
  const events = eventsOf(records, laneOf)
  if (events.length === 0) return []
  const candidates = new Candidates(events.length)
  findIdentifiers(events, topology, candidates)
  findDependencies(events, topology, candidates)
  return strongest(candidates.sorted(), limit).map(linkOf)
}

/** A link before it is known whether it is among the strongest. */
interface Candidate {
  readonly from: Event
  readonly to: Event
  readonly kind: LinkKind
  readonly value: string
  readonly strength: number
  readonly reason: () => string
}

/** The best link of each two kinds of event. */
class Candidates {
  readonly #kinds: number
  readonly #best = new Map<number, Candidate>()

  /** `kinds`: more than any number of a kind. */
  constructor(kinds: number) {
    this.#kinds = kinds
  }

  /** Whether a link of this strength could be the best of its kinds. */
  mayTake(from: Event, to: Event, strength: number): boolean {
    const known = this.#best.get(this.#pairOf(from, to))
    return strength >= WEAKEST && (known === undefined || strength >= known.strength)
  }

  add(candidate: Candidate): void {
    const pair = this.#pairOf(candidate.from, candidate.to)
    const known = this.#best.get(pair)
    if (known === undefined || compareCandidates(candidate, known) < 0) {
      this.#best.set(pair, candidate)
    }
  }

  sorted(): Candidate[] {
    return [...this.#best.values()].sort(compareCandidates)
  }

  #pairOf({ kind: { number: a } }: Event, { kind: { number: b } }: Event): number {
    return Math.min(a, b) * this.#kinds + Math.max(a, b)
  }
}

function linkOf({ from, to, kind, value, strength, reason }: Candidate): LinkBetween {
  return {
    from: { record: from.record, entity: from.entity },
    to: { record: to.record, entity: to.entity },
    kind,
    reason: reason(),
    value,
    strength,
    order: orderOf(from.record, to.record),
  }
}

function eventsOf(
  records: readonly LogRecord[],
  laneOf: (record: LogRecord) => EntityId | null,
): Event[] {
  const kinds = new Map<string, Kind>()
  return [...records].sort(compareRecords).flatMap((record): Event[] => {
    const entity = laneOf(record)
    if (entity === null) return []
    const template = templateOf(record)
    const key = `${entity}\0${template}`
    const kind = kinds.get(key) ?? { number: kinds.size, lane: entity, template }
    kinds.set(key, kind)
    return [{ record, entity, kind }]
  })
}

/** Stronger first, then nearer, then by id: the same for every order of the records. */
function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    b.strength - a.strength ||
    gapOf(a) - gapOf(b) ||
    compareRecords(a.from.record, b.from.record) ||
    compareRecords(a.to.record, b.to.record) ||
    (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)
  )
}

const gapOf = ({ from, to }: Candidate): number => Math.abs(from.record.time - to.record.time)

function strongest(links: readonly Candidate[], limit: number): Candidate[] {
  const ofLanes = new Map<string, number>()
  const chosen: Candidate[] = []
  for (const link of links) {
    if (chosen.length >= limit) break
    const lanes = [link.from.entity, link.to.entity].sort().join('\0')
    const count = ofLanes.get(lanes) ?? 0
    if (count >= MOST_OF_TWO_LANES) continue
    ofLanes.set(lanes, count + 1)
    chosen.push(link)
  }
  return chosen
}

/**
 * Meets events in order of time and pairs each with the last of every other kind. Two kinds are nearest to each
 * other where one is met and the other was the last of its kind, so no nearer pair is left out, but for those
 * further back than {@link MOST_RECENT} kinds.
 */
class Sweep {
  readonly #recent: Event[] = []

  /** The event's partners, the latest first. */
  meet(event: Event, windowUs: number): Event[] {
    const recent = this.#recent
    const partners: Event[] = []
    for (let i = recent.length - 1; i >= 0 && partners.length < MOST_RECENT; i--) {
      const other = recent[i]!
      if (event.record.time - other.record.time > windowUs) break
      if (other.kind !== event.kind) partners.push(other)
    }
    const last = recent.findIndex(({ kind }) => kind === event.kind)
    if (last >= 0) recent.splice(last, 1)
    recent.push(event)
    return partners
  }
}

interface Carrier {
  readonly event: Event
  readonly identity: Identity
}

function findIdentifiers(
  events: readonly Event[],
  topology: Topology,
  candidates: Candidates,
): void {
  const carriers = new Map<string, Carrier[]>()
  const add = (id: string, carrier: Carrier): void => {
    const known = carriers.get(id)
    if (known === undefined) carriers.set(id, [carrier])
    else known.push(carrier)
  }
  const parts: Carrier[] = []
  for (const event of events) {
    for (const identity of identitiesOf(event.record, topology)) {
      add(identity.id, { event, identity })
      if (identity.wholes.length > 0) parts.push({ event, identity })
    }
  }
  // Parts of an operation stand beside the whole, where somebody speaks of the whole.
  const wholes = new Set(carriers.keys())
  for (const part of parts) {
    for (const whole of part.identity.wholes) {
      const id = operationId(whole)
      if (wholes.has(id)) add(id, part)
    }
  }
  const templates = new Map<string | null, number>()
  for (const { kind } of events)
    templates.set(kind.template, 1 + (templates.get(kind.template) ?? 0))
  const historyUs = events.at(-1)!.record.time - events[0]!.record.time
  const everything = { templates, historyUs }
  for (const ofOne of carriers.values())
    if (ofOne.length > 1) joinAmong(ofOne, everything, candidates)
}

/** Joins those who carry the same, of all events. */
function joinAmong(carriers: Carrier[], everything: Everything, candidates: Candidates): void {
  carriers.sort((a, b) => compareRecords(a.event.record, b.event.record))
  const [{ identity }] = carriers as [Carrier]
  const frequencies = new Frequencies(2 * identity.windowUs)
  for (const { event } of carriers) {
    frequencies.add(event.kind.template, happeningOf(event.record.time), 1)
  }
  const records = carriers.map(({ event }) => event.record)
  const told = identity.isOfUnknown === true ? tellingAmong(records, everything) : undefined
  const seen = new Map(
    carriers.map(({ event, identity: own }) => {
      const { record } = event
      const tells = told === undefined ? 1 : tellingOfLine(record, told)
      return [event, { own, tells, likes: frequencies.othersLike(record) }]
    }),
  )
  const sweep = new Sweep()
  for (const { event, identity: own } of carriers) {
    const { likes, tells } = seen.get(event)!
    for (const earlier of sweep.meet(event, own.windowUs)) {
      const other = seen.get(earlier)!
      const joined = joinOf(other.own, own)
      if (joined === undefined) continue
      const gapUs = event.record.time - earlier.record.time
      const telling = [other.tells, tells] as const
      const surroundings = { othersLike: Math.max(likes, other.likes), gapUs, telling }
      const strength = joined.factor * strengthOf(own, surroundings)
      if (!candidates.mayTake(earlier, event, strength)) continue
      const reason = (): string => reasonOf(joined, earlier.record)
      const { value } = joined
      candidates.add({ from: earlier, to: event, kind: 'identifier', reason, value, strength })
    }
  }
}

function findDependencies(
  events: readonly Event[],
  topology: Topology,
  candidates: Candidates,
): void {
  const places = new Places(topology)
  const frequencies = new Frequencies(2 * TOPOLOGY_WINDOW_US)
  for (const { record, kind } of events) {
    frequencies.add(kind.template, happeningOf(record.time), 1)
  }
  const sweep = new Sweep()
  for (const event of events) {
    if (places.of(event.record).own.length === 0) continue
    for (const other of sweep.meet(event, TOPOLOGY_WINDOW_US)) {
      if (Math.min(event.record.severity, other.record.severity) < WARN) continue
      // The lane says already that both are about the same.
      if (event.entity === other.entity) continue
      const candidate = dependencyBetween(event, other, places, frequencies)
      if (candidate !== undefined) candidates.add(candidate)
    }
  }
}

/** The link by which one of two depends on what the other is about, drawn from that one. */
function dependencyBetween(
  event: Event,
  other: Event,
  places: Places,
  frequencies: Frequencies,
): Candidate | undefined {
  const way = places.wayBetween(event.record, other.record)
  if (way === undefined) return undefined
  const { reach, isSeenFromFirst } = way
  const [near, far] = isSeenFromFirst ? [event, other] : [other, event]
  const others = Math.max(...[event, other].map(({ record }) => frequencies.othersLike(record)))
  const strength = topologyStrength(reach, near.record, far.record, others)
  if (strength < WEAKEST) return undefined
  const isFarFirst =
    reach.side === 'same' ? compareRecords(far.record, near.record) < 0 : reach.side === 'cause'
  const [from, to] = isFarFirst ? [far, near] : [near, far]
  const reason = (): string => reasonOfReach(reach)
  return { from, to, kind: 'topology', reason, value: reach.id, strength }
}
