import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { Commit, RequestColumns } from '../../../../model/batch.ts'
import type { AppError } from '../../../../model/errors.ts'
import type { LogRecord } from '../../../../model/record.ts'
import { micros, MICROS_PER_DAY, MICROS_PER_MINUTE } from '../../../../model/time.ts'
import { Committer } from '../../../../search/store/elastic/commit.ts'
import { Indices } from '../../../../search/store/elastic/indices.ts'
import { statesOfNodes } from '../../../../search/store/elastic/node-log.ts'
import type { Reading } from '../../../../search/store/elastic/reading.ts'
import { StateIndex } from '../../../../search/store/elastic/state-index.ts'
import { CommitMaker, counted } from '../../../support/commits.ts'
import { MemoryCluster, type Fate } from '../../../support/elasticsearch/memory-cluster.ts'
import { record } from '../../../support/record.ts'

// Pauses keep those that contend from going in step; here the order of their calls is by chance anyway.
vi.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }))

const MIDNIGHT = micros(1_795_000_000_000_000 - (1_795_000_000_000_000 % MICROS_PER_DAY))

/** What a node finds in its spool: requests, each of so many lines, by their number among all that there are. */
type Spool = readonly number[]

const linesOf = (request: number): number => (request % 3) + 1
const bodyOf = (request: number, line: number): string => `line ${line} of request ${request}`

/** A worker with a spool: what it does is a function of the spool and of what the log of its name holds. */
class Worker {
  readonly node: string
  readonly spool: Spool
  readonly #cluster: MemoryCluster
  readonly #received: number
  /** Of each life another one. */
  #process: object = {}
  isDone = false
  /** Why it gave up, where it did. */
  failure: unknown

  constructor(cluster: MemoryCluster, node: string, spool: Spool, received: number) {
    this.#cluster = cluster
    this.node = node
    this.spool = spool
    this.#received = received
  }

  /** Begins, or begins again, where the log of its name ends. `cuts`: how many requests go into each commit. */
  start(cuts: readonly number[]): void {
    this.failure = undefined
    this.isDone = false
    const process = (this.#process = {})
    void this.#run(process, cuts).then(
      () => (this.isDone ||= process === this.#process),
      (error: unknown) => {
        if (process === this.#process) this.failure = error
      },
    )
  }

  kill(isSlow: boolean): void {
    this.#cluster.kill(this.#process, isSlow)
    this.#process = {}
  }

  async #run(process: object, cuts: readonly number[]): Promise<void> {
    const connection = this.#cluster.connect(process)
    const indices = new Indices(connection, 't')
    await connection.tryCall({ method: 'PUT', path: `/${indices.state}` })
    const state = new StateIndex(connection, indices)
    await state.refresh()
    const known = (await statesOfNodes(state)).get(this.node)?.state?.position
    const committer = new Committer({ connection, indices } as Reading, state, `w-${this.node}`)
    let done = known?.offset ?? 0
    const maker = new CommitMaker(this.node, known?.nextSequence ?? 0, done)
    for (let cut = 0; done < this.spool.length; cut++) {
      const to = Math.min(this.spool.length, done + cuts[cut % cuts.length]!)
      await this.#commit(committer, this.#commitOf(maker, done, to))
      done = to
    }
  }

  #commitOf(maker: CommitMaker, from: number, to: number): Commit {
    const requests = this.spool.slice(from, to)
    const firstRows = requests.map((_, n) =>
      requests.slice(0, n).reduce((sum, one) => sum + linesOf(one), 0),
    )
    const made = maker.commit(requests.flatMap((request) => this.#records(request)))
    return {
      ...made,
      position: { ...made.position, offset: to },
      requests: {
        count: requests.length,
        hashes: Uint8Array.from(requests.flatMap((one) => new Array<number>(16).fill(one))),
        segments: Float64Array.from(requests, () => 1),
        offsets: Float64Array.from(requests, (_, n) => from + n + 1),
        firstRows: Uint32Array.from(firstRows),
        rowCounts: Uint32Array.from(requests, linesOf),
      } satisfies RequestColumns,
    }
  }

  #records(request: number): LogRecord[] {
    return Array.from({ length: linesOf(request) }, (_, line) => {
      const body = bodyOf(request, line)
      const received = micros(this.#received)
      return record({ body, received, time: received, raw: new TextEncoder().encode(body) })
    })
  }

  /** As ingest does: again until it works. */
  async #commit(committer: Committer, commit: Commit): Promise<void> {
    for (;;) {
      try {
        return await committer.commit(commit)
      } catch (error) {
        if ((error as { code?: string }).code !== 'storage_unavailable') throw error
      }
    }
  }
}

/** What the cluster holds in the end, as numbers that must be 1. */
function copies(cluster: MemoryCluster): Map<string, number> {
  const found = new Map<string, number>()
  for (const { tokens } of cluster.sources<{ tokens: string }>('-logs-')) {
    found.set(tokens, (found.get(tokens) ?? 0) + 1)
  }
  return found
}

const expectedOf = (requests: Iterable<number>): Map<string, number> =>
  new Map(
    [...new Set(requests)].flatMap((request) =>
      Array.from({ length: linesOf(request) }, (_, line) => [bodyOf(request, line), 1] as const),
    ),
  )

/** One thing that happens. */
type Event =
  | { readonly kind: 'call'; readonly choice: number; readonly fate: Fate }
  | { readonly kind: 'kill'; readonly worker: number; readonly isSlow: boolean }
  | { readonly kind: 'start'; readonly worker: number; readonly cuts: readonly number[] }

const arbitraryCuts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 })
const arbitrarySpool = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1 })
const arbitraryEvent: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      choice: fc.nat(20),
      fate: fc.oneof(
        { weight: 20, arbitrary: fc.constant<Fate>('answered') },
        { weight: 1, arbitrary: fc.constantFrom<Fate>('answer lost', 'not carried out') },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      worker: fc.nat(2),
      isSlow: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      worker: fc.nat(2),
      cuts: arbitraryCuts,
    }),
  },
)

const MIDNIGHTS = [
  [1, 1, 1],
  [-1, 1, -1],
] as const

async function happen(cluster: MemoryCluster, workers: readonly Worker[], events: Event[]) {
  const isUp = workers.map(() => true)
  for (const worker of workers) worker.start([2])
  for (const event of events) {
    switch (event.kind) {
      case 'call':
        if ((await cluster.waiting()) > 0) cluster.next(event.choice, event.fate)
        break
      case 'kill': {
        const worker = workers[event.worker % workers.length]!
        worker.kill(event.isSlow)
        isUp[workers.indexOf(worker)] = false
        break
      }
      case 'start': {
        const at = event.worker % workers.length
        if (isUp[at]) break
        isUp[at] = true
        workers[at]!.start(event.cuts)
      }
    }
  }
  return isUp
}

/** Lets those that are up come to their end, starting again who has given up. */
async function finish(cluster: MemoryCluster, workers: readonly Worker[]): Promise<void> {
  let chance = 1
  for (let calls = 0; workers.some(({ isDone }) => !isDone); calls++) {
    chance = (chance * 48_271) % 2_147_483_647
    if ((await cluster.waiting()) > 0) cluster.next(chance)
    for (const worker of workers) {
      if (worker.failure === undefined) continue
      // Its earlier life has committed late, or it could not even begin.
      expect(['data_locked', 'storage_unavailable']).toContain((worker.failure as AppError).code)
      worker.kill(false)
      worker.start([3])
    }
    expect(calls).toBeLessThan(20_000)
  }
}

async function expectBalanced(cluster: MemoryCluster, workers: readonly Worker[]): Promise<void> {
  const connection = cluster.connect({})
  const state = new StateIndex(connection, new Indices(connection, 't'))
  const asked = state.refresh().then(() => statesOfNodes(state))
  while ((await cluster.waiting()) > 0) cluster.next(0)
  let stored = 0
  for (const [node, { state: last }] of await asked) {
    const { spool } = workers.find((one) => one.node === node)!
    const rows = spool.reduce((sum, request) => sum + linesOf(request), 0)
    const { counts } = last!.ledger['syslog:esx-01']!
    expect(counts).toEqual({
      ...counted(rows),
      stored: counts.stored,
      deduplicated: rows - counts.stored,
    })
    stored += counts.stored
  }
  expect(stored).toBe(expectedOf(workers.flatMap(({ spool }) => spool)).size)
}

const arbitraryPlant = fc.record({
  spools: fc.array(arbitrarySpool, { minLength: 2, maxLength: 3 }),
  sides: fc.constantFrom(...MIDNIGHTS),
  events: fc.array(arbitraryEvent, { maxLength: 200, size: 'max' }),
})

const workersOf = (
  cluster: MemoryCluster,
  { spools, sides }: { spools: Spool[]; sides: readonly number[] },
): Worker[] =>
  spools.map(
    (spool, n) => new Worker(cluster, `node-${n}`, spool, MIDNIGHT + sides[n]! * MICROS_PER_MINUTE),
  )

test('whatever happens when, each request is stored by one of those that hold it, and the ledgers balance', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryPlant, async ({ events, ...plant }) => {
      const cluster = new MemoryCluster()
      const workers = workersOf(cluster, plant)
      const isUp = await happen(cluster, workers, events)
      // What a slow cluster still has of the dead it has carried out before anybody comes back.
      workers.forEach((worker, n) => {
        if (!isUp[n]) worker.start([1, 4])
      })
      await finish(cluster, workers)
      while ((await cluster.waiting()) > 0) cluster.next(0)
      expect(copies(cluster)).toEqual(expectedOf(plant.spools.flat()))
      await expectBalanced(cluster, workers)
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150) },
  )
})

test('who is dead for good keeps nobody from storing what he held, nor leaves it there a second time', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryPlant, async ({ events, ...plant }) => {
      const cluster = new MemoryCluster()
      const workers = workersOf(cluster, plant)
      const sudden = events.map((one) => (one.kind === 'kill' ? { ...one, isSlow: false } : one))
      const isUp = await happen(cluster, workers, sudden)
      workers[0]!.kill(false)
      const living = workers.slice(1)
      living.forEach((worker, n) => {
        if (!isUp[n + 1]) worker.start([1, 4])
      })
      await finish(cluster, living)
      const found = copies(cluster)
      for (const body of expectedOf(living.flatMap(({ spool }) => spool)).keys()) {
        expect([body, found.get(body)]).toEqual([body, 1])
      }
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150) },
  )
})
