import type { Call, Connection } from '../../../search/store/elastic/connection.ts'
import { busy } from '../../../search/store/elastic/refusal.ts'

interface Stored {
  readonly source: unknown
  readonly version: number
}

interface Index {
  readonly documents: Map<string, Stored>
  /** As searches see them: those of the last refresh. */
  visible: Map<string, Stored>
}

/** A call that has been made and is not carried out yet. */
interface Pending {
  readonly process: object
  readonly run: () => unknown
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What becomes of a call. */
export type Fate = 'answered' | 'answer lost' | 'not carried out'

type Body = Readonly<Record<string, unknown>>

/**
 * The calls that a commit makes, on indices in memory, one after the other in an order that the test decides: between any
 * two of them another process may run, or this one die.
 */
export class MemoryCluster {
  readonly #indices = new Map<string, Index>()
  readonly #pending: Pending[] = []
  readonly #dead = new WeakSet<object>()
  #version = 0

  /** A way to the cluster; what it asks waits for {@link MemoryCluster.next}. */
  connect(process: object): Connection {
    const ask = <T>(call: Call, accept: readonly number[] = []): Promise<T | undefined> =>
      new Promise((resolve, reject) => {
        if (this.#dead.has(process)) return
        const run = (): unknown => {
          const { status, body } = this.#carryOut(call)
          if (status < 300) return body
          if (accept.includes(status)) return undefined
          throw new Error(`${call.method} ${call.path}: ${status}`)
        }
        this.#pending.push({ process, run, resolve: resolve as Pending['resolve'], reject })
      })
    return { call: ask, tryCall: ask } as unknown as Connection
  }

  /** How many calls wait, once every process has come as far as it can. */
  async waiting(): Promise<number> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.#pending.length
  }

  /** Carries out one of the calls that wait. */
  next(choice: number, fate: Fate = 'answered'): void {
    const [call] = this.#pending.splice(choice % this.#pending.length, 1)
    const { run, resolve, reject } = call!
    if (fate === 'not carried out') return reject(busy('the wire is cut'))
    try {
      const answer = run()
      if (fate === 'answered') resolve(answer)
      else reject(busy('the wire is cut'))
    } catch (error) {
      reject(error)
    }
  }

  /** A process is gone. What it has asked for is carried out later, by a cluster that is slow, or never. */
  kill(process: object, isSlow: boolean): void {
    this.#dead.add(process)
    for (const call of this.#pending.splice(0)) {
      if (call.process !== process) this.#pending.push(call)
      else if (isSlow) this.#pending.push({ ...call, resolve: () => {}, reject: () => {} })
    }
  }

  /** The documents of all indices whose name has a part. */
  sources<T>(part: string): T[] {
    return [...this.#indices]
      .filter(([name]) => name.includes(part))
      .flatMap(([, { documents }]) => [...documents.values()].map(({ source }) => source as T))
  }

  #carryOut({ method, path, query = {}, body, lines }: Call): { status: number; body?: unknown } {
    const [, name = '', kind, id = ''] = path.split('/')
    if (path === '/_bulk') return this.#bulk(String(lines), query['refresh'] === true)
    const index = this.#indices.get(name)
    switch (kind) {
      case undefined:
        if (method === 'PUT') this.#indexOf(name)
        return { status: method === 'PUT' || index !== undefined ? 200 : 404, body: {} }
      case '_refresh':
        index!.visible = new Map(index!.documents)
        return { status: 200, body: { _shards: { successful: 1, failed: 0 } } }
      case '_mget': {
        const { ids } = body as { ids: string[] }
        return { status: 200, body: { docs: ids.map((one) => foundAs(index!.documents.get(one))) } }
      }
      case '_search':
        return { status: 200, body: search(index!, body as Body) }
      case '_doc': {
        const key = decodeURIComponent(id)
        if (method === 'PUT') return this.#put(index!, key, query, body)
        const found = index!.documents.get(key)
        return { status: found === undefined ? 404 : 200, body: foundAs(found) }
      }
      default:
        throw new Error(`the memory cluster does not know ${method} ${path}`)
    }
  }

  #put(index: Index, id: string, query: NonNullable<Call['query']>, source: unknown) {
    const before = index.documents.get(id)
    const isOther = 'if_seq_no' in query && before?.version !== query['if_seq_no']
    if (isOther || (query['op_type'] === 'create' && before !== undefined)) return { status: 409 }
    const version = this.#write(index, id, source)
    if (query['refresh'] === true) index.visible = new Map(index.documents)
    return { status: 200, body: { _seq_no: version, _primary_term: 1 } }
  }

  #bulk(lines: string, refresh: boolean) {
    const rest = lines.trimEnd().split('\n').reverse()
    const items: object[] = []
    while (rest.length > 0) {
      const head = JSON.parse(rest.pop()!) as Record<string, { _index: string; _id: string }>
      const [operation, { _index, _id }] = Object.entries(head)[0]!
      const index = this.#indexOf(_index)
      let status = 200
      if (operation === 'delete') status = index.documents.delete(_id) ? 200 : 404
      else {
        const source: unknown = JSON.parse(rest.pop()!)
        if (operation === 'create' && index.documents.has(_id)) status = 409
        else this.#write(index, _id, source)
      }
      if (refresh) index.visible = new Map(index.documents)
      items.push({ [operation]: { status } })
    }
    return { status: 200, body: { items } }
  }

  #write(index: Index, id: string, source: unknown): number {
    index.documents.set(id, { source, version: ++this.#version })
    return this.#version
  }

  #indexOf(name: string): Index {
    let index = this.#indices.get(name)
    if (index === undefined) {
      this.#indices.set(name, (index = { documents: new Map(), visible: new Map() }))
    }
    return index
  }
}

const foundAs = (found: Stored | undefined): object =>
  found === undefined
    ? { found: false }
    : { found: true, _source: found.source, _seq_no: found.version, _primary_term: 1 }

/** The documents of an index that have all terms of a filter, by name. */
function search({ visible }: Index, { query }: Body): object {
  const { filter } = (query as { bool: { filter: { term: Record<string, unknown> }[] } }).bool
  const terms = filter.flatMap(({ term }) => Object.entries(term))
  const hits = [...visible.values()]
    .map(({ source }) => source as Record<string, unknown>)
    .filter((source) => terms.every(([field, value]) => source[field] === value))
    .sort((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1))
    .map((source) => ({ _source: source, sort: [source['name']] }))
  return { timed_out: false, _shards: { total: 1, failed: 0 }, hits: { hits } }
}
