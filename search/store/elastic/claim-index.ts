import type { Commit, RequestColumns } from '../../../model/batch.ts'
import { dayOf, MICROS_PER_DAY, MICROS_PER_HOUR, type Micros } from '../../../model/time.ts'
import type { RecordStretch } from '../whole-store.ts'
import { writeAll, type Write } from './bulk.ts'
import type { Reading } from './reading.ts'
import { busy, wordsOf, type Reason } from './refusal.ts'
import type { Version } from './state-index.ts'

/** Who has a request in its spool. */
export interface Holder {
  readonly node: string
  /** The data folder that takes records under that name. */
  readonly writer: string
  /** The place behind the request in the spool of that folder. */
  readonly segment: number
  readonly offset: number
  /** The records that it makes of it. */
  readonly records: RecordStretch
}

/** Requests of a commit, by their place in it, with holders of each. */
export type HoldersByRequest = ReadonlyMap<number, readonly Holder[]>

/** How long behind midnight a request is looked for on the day before, and before midnight on the day after. */
const NEAR_MIDNIGHT_US = MICROS_PER_HOUR

const HASH_BYTES = 16
/** Documents of one request. */
const PAGE = 1_000

/** A document of a request: everybody who holds it, in no order. */
interface Source {
  readonly holders: readonly string[]
}

interface Claim {
  readonly holders: readonly Holder[]
  readonly version: Version
}

/** The requests of a commit as its node claims them. */
export class OwnClaims {
  readonly day: string
  readonly node: string
  readonly requests: RequestColumns
  readonly #writer: string
  readonly #commit: Commit
  #byId: Map<string, number[]> | undefined

  constructor(commit: Commit, requests: RequestColumns, writer: string) {
    this.day = commit.day
    this.node = commit.node
    this.requests = requests
    this.#writer = writer
    this.#commit = commit
  }

  idOf(request: number): string {
    const { buffer, byteOffset } = this.requests.hashes
    const hash = Buffer.from(buffer, byteOffset + request * HASH_BYTES, HASH_BYTES)
    return hash.toString('base64url')
  }

  /** All of an id: a node that has forgotten what it took may hold the same request twice. */
  requestsOf(id: string): readonly number[] {
    if (this.#byId === undefined) {
      this.#byId = new Map()
      for (let request = 0; request < this.requests.count; request++) {
        const key = this.idOf(request)
        this.#byId.set(key, [...(this.#byId.get(key) ?? []), request])
      }
    }
    return this.#byId.get(id)!
  }

  holderOf(request: number): Holder {
    const { firstRows, rowCounts, segments, offsets } = this.requests
    const { day, node } = this
    const from = this.#commit.logs!.firstSequence + firstRows[request]!
    return {
      node,
      writer: this.#writer,
      segment: segments[request]!,
      offset: offsets[request]!,
      records: { day, node, from, to: from + rowCounts[request]! },
    }
  }

  /** The days beside that of the commit on which another node may have received the same request, with those requests. */
  besideMidnight(): ReadonlyMap<string, readonly number[]> {
    const { received } = this.#commit.logs!
    const beside = new Map<string, number[]>()
    for (let request = 0; request < this.requests.count; request++) {
      const time = received[this.requests.firstRows[request]!]! as Micros
      const ofDay = time % MICROS_PER_DAY
      const step =
        ofDay < NEAR_MIDNIGHT_US ? -1 : ofDay >= MICROS_PER_DAY - NEAR_MIDNIGHT_US ? 1 : 0
      if (step === 0) continue
      const day = dayOf((time + step * MICROS_PER_DAY) as Micros)
      const requests = beside.get(day)
      if (requests === undefined) beside.set(day, [request])
      else requests.push(request)
    }
    return beside
  }
}

/** The documents of requests, by their hashes in the index of retry keys of the day they came on. */
export class ClaimIndex {
  readonly #reading: Reading

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** Puts a node into the documents of all its requests; answers who else is in them, where anybody is. */
  async enter(claims: OwnClaims): Promise<HoldersByRequest> {
    const { connection, indices } = this.#reading
    const { day, requests } = claims
    const index = await indices.ofDay('keys', day)
    const existing = new Set<number>()
    const actions = function* (): Generator<Write> {
      for (let request = 0; request < requests.count; request++) {
        const document = sourceOf([claims.holderOf(request)])
        yield { operation: 'create', index, id: claims.idOf(request), document }
      }
    }
    const [refused] = await writeAll(connection, actions(), {
      existing: ({ id }) => {
        for (const request of claims.requestsOf(id)) existing.add(request)
      },
    })
    if (refused !== undefined) throw new Error(`BUG: cannot claim a request: ${refused.reason}`)
    const others = new Map<number, readonly Holder[]>()
    for (let left: readonly number[] = [...existing]; left.length > 0;) {
      const changed: number[] = []
      const found = await this.#read(day, claims, left)
      // Its day has been removed meanwhile.
      if (found.size < left.length) throw busy('a request that was claimed is claimed no more')
      for (const [request, { holders, version }] of found) {
        const rest = holders.filter((one) => !isSame(one, claims.holderOf(request)))
        if (rest.length > 0) others.set(request, rest)
        if (rest.length < holders.length) continue
        const all = [...holders, claims.holderOf(request)]
        if (!(await this.#replace(index, claims.idOf(request), all, version))) changed.push(request)
      }
      left = changed
    }
    return others
  }

  /** Who holds requests that came on another day, where anybody does. */
  async read(
    day: string,
    claims: OwnClaims,
    requests: readonly number[],
  ): Promise<HoldersByRequest> {
    if (!(await this.#reading.indices.has('keys', day))) return new Map()
    const found = await this.#read(day, claims, requests)
    return new Map([...found].map(([request, { holders }]) => [request, holders]))
  }

  /** By id, which sees what no search sees yet. */
  async #read(
    day: string,
    claims: OwnClaims,
    requests: readonly number[],
  ): Promise<Map<number, Claim>> {
    const { connection, indices } = this.#reading
    const found = new Map<number, Claim>()
    for (let at = 0; at < requests.length; at += PAGE) {
      const some = requests.slice(at, at + PAGE)
      const { docs } = await connection.call<{ readonly docs: readonly Found[] }>({
        method: 'POST',
        path: `/${indices.nameOf('keys', day)}/_mget`,
        query: {
          filter_path: 'docs.found,docs.error,docs._source,docs._seq_no,docs._primary_term',
        },
        body: { ids: some.map((request) => claims.idOf(request)) },
      })
      docs.forEach(({ error, _source, _seq_no, _primary_term }, n) => {
        // A shard that does not answer says nothing about who holds a request.
        if (error !== undefined) throw busy(wordsOf(error)!)
        if (_source === undefined) return
        const version = { if_seq_no: _seq_no!, if_primary_term: _primary_term! }
        const holders = _source.holders.map((text) => holderOf(day, text))
        found.set(some[n]!, { holders, version })
      })
    }
    return found
  }

  /** False where somebody else was faster. */
  async #replace(
    index: string,
    id: string,
    holders: readonly Holder[],
    version: Version,
  ): Promise<boolean> {
    const written = await this.#reading.connection.tryCall(
      {
        method: 'PUT',
        path: `/${index}/_doc/${id}`,
        query: { ...version },
        body: sourceOf(holders),
      },
      [409],
    )
    return written !== undefined
  }
}

interface Found {
  readonly error?: Reason
  readonly _source?: Source
  readonly _seq_no?: number
  readonly _primary_term?: number
}

/** Neither part of a holder has a blank. */
const sourceOf = (holders: readonly Holder[]): Source => ({
  holders: holders.map(({ node, writer, segment, offset, records }) =>
    [node, writer, segment, offset, records.from, records.to].join(' '),
  ),
})

function holderOf(day: string, text: string): Holder {
  const [node, writer, ...numbers] = text.split(' ') as [string, string, ...string[]]
  const [segment, offset, from, to] = numbers.map(Number) as [number, number, number, number]
  return { node, writer, segment, offset, records: { day, node, from, to } }
}

const isSame = (a: Holder, b: Holder): boolean =>
  a.node === b.node && a.writer === b.writer && a.segment === b.segment && a.offset === b.offset
