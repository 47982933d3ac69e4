import type { EntityId } from '../../model/entity.ts'
import type { LogRecord } from '../../model/record.ts'
import type { Topology } from '../topology/topology.ts'
import { entitiesOf, instantOf } from './about.ts'
import { nearestReach, reachOf, type Reach, type Reached } from './reach.ts'

/** What a record is about and what that reaches as of its time. */
interface Place {
  readonly number: number
  readonly own: readonly EntityId[]
  readonly reached: Reached
}

/** How one of two records is reached from the other. */
export interface Way {
  readonly reach: Reach
  /** The reach is that of the first of two records asked about. */
  readonly isSeenFromFirst: boolean
}

/** Places of records: those about the same at times between which no relation changed are one. */
export class Places {
  readonly #topology: Topology
  readonly #byRecord = new Map<LogRecord, Place>()
  readonly #byEntities = new Map<string, Place[]>()
  readonly #ways = new Map<string, Way | undefined>()
  #count = 0

  constructor(topology: Topology) {
    this.#topology = topology
  }

  of(record: LogRecord): Place {
    let place = this.#byRecord.get(record)
    if (place === undefined) {
      place = this.#find(record)
      this.#byRecord.set(record, place)
    }
    return place
  }

  /** How one of two is reached from the other. */
  wayBetween(a: LogRecord, b: LogRecord): Way | undefined {
    const [first, second] = [this.of(a), this.of(b)]
    const key = `${first.number} ${second.number}`
    if (!this.#ways.has(key)) this.#ways.set(key, wayBetween(first, second))
    return this.#ways.get(key)
  }

  #find(record: LogRecord): Place {
    const own = entitiesOf(record, this.#topology)
    const key = own.join('\0')
    const known = this.#byEntities.get(key) ?? []
    const found = known.find(({ reached: { from, to } }) => from <= record.time && record.time < to)
    if (found !== undefined) return found
    const reached = reachOf(own, this.#topology, instantOf(record))
    const place = { number: this.#count++, own, reached }
    this.#byEntities.set(key, [...known, place])
    return place
  }
}

/** Both see each other; the one that depends knows the whole way. */
function wayBetween(first: Place, second: Place): Way | undefined {
  const there = nearestReach(first.reached, second.own)
  const back = nearestReach(second.reached, first.own)
  if (there !== undefined && (back === undefined || back.side === 'effect')) {
    return { reach: there, isSeenFromFirst: true }
  }
  return back && { reach: back, isSeenFromFirst: false }
}
