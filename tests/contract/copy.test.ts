import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { recordOf, rowOf } from '../../model/batch-record.ts'
import { ALL } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { MAX_TIME, MICROS_PER_HOUR, MIN_TIME, type Micros } from '../../model/time.ts'
import { differences } from '../../search/copy/check.ts'
import { copyStore } from '../../search/copy/copy.ts'
import type { Difference } from '../../search/copy/difference.ts'
import { compileRegex } from '../../search/query/regex.ts'
import { EmbeddedStore } from '../../search/store/embedded/embedded-store.ts'
import type { SourceState } from '../../search/store/store.ts'
import type { WholeStore } from '../../search/store/whole-store.ts'
import { CommitMaker } from '../support/commits.ts'
import { record } from '../support/record.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { DAYS, ENTITY, fill } from '../support/filled-store.ts'

const open: EmbeddedStore[] = []

async function openAt(folder: string): Promise<EmbeddedStore> {
  const store = await EmbeddedStore.open({ folder, compileRegex })
  open.push(store)
  onTestFinished(() => close(store))
  return store
}

async function close(store: EmbeddedStore): Promise<void> {
  if (!open.includes(store)) return
  open.splice(open.indexOf(store), 1)
  await store.close()
}

const newFolder = (): string => join(temporaryFolder(), 'store')

const copy = (source: WholeStore, target: WholeStore): Promise<void> =>
  copyStore({ source, target, name: '/srv/old', onProgress: () => undefined })

async function differing(source: WholeStore, target: WholeStore): Promise<Difference[]> {
  const found: Difference[] = []
  for await (const one of differences(source, target, () => undefined)) found.push(one)
  return found
}

async function everyRecord(store: WholeStore): Promise<LogRecord[]> {
  const range = { from: MIN_TIME, to: MAX_TIME }
  const request = { filter: ALL, range, order: 'oldest', limit: 10_000, withRaw: true } as const
  return (await store.search(request, {})).records
}

const byName = (sources: readonly SourceState[]) =>
  sources
    .map(({ source, counts, watermark, lastReceived }) => ({
      ...{ source, counts, watermark, lastReceived },
    }))
    .sort((a, b) => (a.source < b.source ? -1 : 1))

/** The same store, in which the write of a number fails, before it is carried out or after. */
function failing(store: WholeStore, at: number, moment: 'before' | 'after') {
  const counted = { writes: 0 }
  const failingStore = new Proxy(store, {
    get: (_target, name) => {
      const member: unknown = Reflect.get(store, name, store)
      if (typeof member !== 'function') return member
      const call = member.bind(store) as (...args: unknown[]) => Promise<unknown>
      if (!/^(commit|put)/.test(String(name))) return call
      return async (...args: unknown[]) => {
        const isLast = counted.writes++ === at
        if (isLast && moment === 'before') throw new Error('killed')
        await call(...args)
        if (isLast) throw new Error('killed')
      }
    },
  })
  return { store: failingStore, counted }
}

/** The same store, of which one method is answered by `answer`; it gets the method, too. */
function proxyOf<Name extends 'commit' | 'recordsOf' | 'aggregate'>(
  store: WholeStore,
  name: Name,
  answer: (
    method: WholeStore[Name],
    ...args: Parameters<WholeStore[Name]>
  ) => ReturnType<WholeStore[Name]>,
): WholeStore {
  return new Proxy(store, {
    get: (_target, asked) => {
      const member: unknown = Reflect.get(store, asked, store)
      if (typeof member !== 'function') return member
      const method = member.bind(store) as WholeStore[Name]
      if (asked !== name) return method
      return (...args: Parameters<WholeStore[Name]>) => answer(method, ...args)
    },
  })
}

describe.each([[['n1']], [['a-1', 'n1', 'z-9']]])('a copy of what %j took', (nodes) => {
  test('holds every record, point and number of the source, and answers alike', async () => {
    const source = await openAt(newFolder())
    await fill(source, nodes)
    const folder = newFolder()
    let target = await openAt(folder)
    await copy(source, target)
    expect(await everyRecord(target)).toEqual(await everyRecord(source))
    expect(await differing(source, target)).toEqual([])
    await close(target)
    target = await openAt(folder)
    expect(await everyRecord(target)).toEqual(await everyRecord(source))
    expect(await differing(source, target)).toEqual([])
    for (const one of await everyRecord(source)) expect(await target.record(one.id)).toEqual(one)
    const [before, after] = [await source.recovery('n1'), await target.recovery('n1')]
    expect(after.retryKeys).toEqual(before.retryKeys)
    expect(after.fileRanges).toEqual(before.fileRanges)
    expect(after.position!.nextSequence).toBeGreaterThanOrEqual(before.position!.nextSequence)
    expect((await source.stats()).points).toBe(60 * nodes.length)
    expect((await target.stats()).points).toBe(40)
  })

  test('started again writes nothing more', async () => {
    const source = await openAt(newFolder())
    await fill(source, nodes)
    const target = await openAt(newFolder())
    await copy(source, target)
    const before = await target.recovery('n1')
    await copy(source, target)
    expect((await target.recovery('n1')).position).toEqual(before.position)
    expect(await differing(source, target)).toEqual([])
  })

  test.each(['before', 'after'] as const)(
    'broken off %s any of its writes goes on and writes nothing twice',
    async (moment) => {
      const source = await openAt(newFolder())
      await fill(source, nodes)
      const whole = await openAt(newFolder())
      const { store, counted } = failing(whole, Infinity, moment)
      await copy(source, store)
      expect(counted.writes).toBeGreaterThan(10)
      const stats = await whole.stats()
      const contents = await whole.contents()
      for (let at = 0; at < counted.writes; at++) {
        const folder = newFolder()
        let target = await openAt(folder)
        await expect(copy(source, failing(target, at, moment).store)).rejects.toThrow('killed')
        await close(target)
        target = await openAt(folder)
        await copy(source, target)
        const { records, points } = await target.stats()
        expect({ at, records, points }).toEqual({
          at,
          records: stats.records,
          points: stats.points,
        })
        expect(await target.contents()).toEqual(contents)
        expect(byName(await target.sources())).toEqual(byName(await source.sources()))
        expect(await target.deadLetters(9)).toEqual(await source.deadLetters(9))
        await close(target)
      }
    },
  )

  test('what is taken into it afterwards has a number of its own', async () => {
    const source = await openAt(newFolder())
    await fill(source, nodes)
    const target = await openAt(newFolder())
    await copy(source, target)
    const copied = await everyRecord(target)
    const { position } = await target.recovery('n1')
    const maker = new CommitMaker('n1', position!.nextSequence, 0)
    const commit = maker.commit([record({ received: DAYS[1]!, time: DAYS[1]! })])
    await target.commit(commit)
    const own = recordOf(rowOf(commit.logs!, 0))
    expect(copied.map(({ id }) => id)).not.toContain(own.id)
    expect(await target.record(own.id)).toEqual(own)
    expect(await everyRecord(target)).toHaveLength(copied.length + 1)
    await expect(copy(source, target)).rejects.toThrow(/has taken records of its own since \/srv/)
  })
})

test('while records are written the next are read, and writes stay one after the other', async () => {
  const source = await openAt(newFolder())
  const maker = new CommitMaker('n1')
  const rows = Array.from({ length: 30_000 }, (_, n) =>
    record({ received: (DAYS[0]! + n) as Micros, body: `link ${n} down` }),
  )
  for (let at = 0; at < rows.length; at += 15_000) {
    await source.commit(maker.commit(rows.slice(at, at + 15_000)))
  }
  const target = await openAt(newFolder())
  const seen: string[] = []
  const reads = new EventEmitter()
  const reading: WholeStore = proxyOf(source, 'recordsOf', async (read, stretch, limit) => {
    seen.push('read')
    reads.emit('read')
    return read(stretch, limit)
  })
  const writing = proxyOf(target, 'commit', async (commit, one) => {
    if (one.logs === null) return commit(one)
    seen.push('begin')
    if (!seen.includes('end')) await once(reads, 'read', { signal: AbortSignal.timeout(10_000) })
    await commit(one)
    seen.push('end')
  })
  await copy(reading, writing)
  const writes = seen.filter((one) => one !== 'read')
  expect(writes).toEqual(['begin', 'end', 'begin', 'end'])
  expect((await target.contents()).records).toEqual((await source.contents()).records)
}, 60_000)

describe('a copy is refused', () => {
  test('into what is no copy', async () => {
    const source = await openAt(newFolder())
    await fill(source)
    const target = await openAt(newFolder())
    await target.putEntities([ENTITY])
    await expect(copy(source, target)).rejects.toThrow(
      /cannot copy .* it holds data that is no copy/,
    )
    expect(await target.getState('copy')).toBeUndefined()
  })

  test('into a copy of another source', async () => {
    const [source, other] = [await openAt(newFolder()), await openAt(newFolder())]
    await fill(source)
    const maker = new CommitMaker('n1')
    await other.commit(maker.commit([record({ received: DAYS[0]!, body: 'of another machine' })]))
    const target = await openAt(newFolder())
    await copy(other, target)
    await expect(copy(source, target)).rejects.toThrow(/it is a copy of \/srv\/old/)
  })

  test('of nothing', async () => {
    const [source, target] = [await openAt(newFolder()), await openAt(newFolder())]
    await expect(copy(source, target)).rejects.toThrow(/nothing was ever stored there/)
  })
})

test('two records that have changed hosts in the middle of a day are named', async () => {
  const stores = [await openAt(newFolder()), await openAt(newFolder())] as const
  for (const [n, store] of stores.entries()) {
    const maker = new CommitMaker('n1')
    const records = Array.from({ length: 300 }, (_, at) => {
      const isChanged = n === 1 && (at === 150 || at === 151)
      const host = `esx-0${(at % 2) + (isChanged ? (at === 150 ? 1 : -1) : 0)}`
      const time = (DAYS[0]! + at * 60_000_000) as Micros
      // The worst of each host, and its patterns, are the same with the two or without.
      const severity = at % 3 === 0 ? 17 : 9
      return record({ time, received: time, host, source: host, severity })
    })
    await store.commit(maker.commit(records))
  }
  const found = await differing(...stores)
  expect(found.map(({ what }) => what)).toEqual([
    expect.stringMatching(
      /^the counts of \d{4}-\d\d-\d\d by host, severity and pattern\.\["esx-0\d",\d+,"\w+"\]$/,
    ),
  ])
})

test('of a large day no more is read record by record than an hour, and nothing runs out of time', async () => {
  const source = await openAt(newFolder())
  await fill(source)
  const target = await openAt(newFolder())
  await copy(source, target)
  const widths: number[] = []
  const patience: (number | undefined)[] = []
  const asked = proxyOf(target, 'aggregate', async (aggregate, request, context) => {
    widths.push(request.range.to - request.range.from)
    patience.push(context.timeoutMs)
    return aggregate(request, context)
  })
  expect(await differing(source, asked)).toEqual([])
  expect(widths.length).toBeGreaterThan(0)
  expect(Math.max(...widths)).toBeLessThan(2 * MICROS_PER_HOUR)
  expect(Math.min(...patience.map((ms) => ms ?? 0))).toBeGreaterThan(3_600_000)
})

test('what differs is named with both sides', async () => {
  const source = await openAt(newFolder())
  await fill(source)
  const target = await openAt(newFolder())
  await copy(source, target)
  await target.putEntities([{ ...ENTITY, name: 'VDI-B' }])
  await source.putState('view:mine', 'changed')
  const maker = new CommitMaker('n1', 5_000, 900)
  await source.commit(maker.commit([record({ received: DAYS[1]!, time: DAYS[1]!, severity: 17 })]))
  const found = await differing(source, target)
  expect(found).toContainEqual({
    ...{ what: 'entity vm:a.name', source: 'VDI-A', target: 'VDI-B' },
  })
  expect(found).toContainEqual({
    ...{ what: 'document view:mine', source: 'changed', target: '{"query":"apd"}' },
  })
  expect(found.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^records of \d{4}-\d\d-\d\d by ingest node n1$/),
      expect.stringMatching(/^records of .*, layer .*, severity 17$/),
      expect.stringMatching(/^ledger of source/),
      expect.stringMatching(/^the 100 newest records of/),
    ]),
  )
})
