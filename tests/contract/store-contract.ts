import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Cell } from '../../model/aggregate.ts'
import type { Entity, Relation } from '../../model/entity.ts'
import { ALL, type CountKey, type Filter } from '../../model/query.ts'
import type { LogRecord, MetricSeries } from '../../model/record.ts'
import {
  dayOf,
  micros,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  type TimeRange,
} from '../../model/time.ts'
import { templateId } from '../../model/template.ts'
import { tokensOf } from '../../model/tokens.ts'
import { cellOf } from '../../model/counted-key.ts'
import type { Around, AroundRequest, Counts, Store, Table } from '../../search/store/store.ts'
import { CommitMaker, counted } from '../support/commits.ts'
import { answerLines, askStore, queryScripts } from '../support/query-script.ts'
import {
  arbitraryFilter,
  arbitraryGrouping,
  arbitraryRange,
  arbitraryRecords,
  RANDOM_START,
} from '../support/random.ts'
import { record } from '../support/record.ts'
import { ReferenceStore } from '../support/reference-store.ts'

/** How a suite opens the store under test. */
export interface StoreHarness {
  readonly name: string
  /** A store over a place that is empty at first; the same place gives the same data again. */
  open(place: string): Promise<Store>
  newPlace(): Promise<string>
}

const ALL_TIME: TimeRange = {
  from: micros(RANDOM_START - 400 * MICROS_PER_DAY),
  to: micros(RANDOM_START + 400 * MICROS_PER_DAY),
}

/** Random queries per run; CONTRACT_RUNS raises it. */
const RUNS = Number(process.env['CONTRACT_RUNS'] ?? 40)

const keyOn = (name: string): CountKey => ({ kind: 'field', field: name })

/** Fields that a store may count in columns of its own and others; sets of values, some of nobody. */
const GROUPINGS: readonly (readonly CountKey[])[] = [
  ...['host', 'layer', 'severity', 'app', 'template', 'process.pid'].map((name) => [keyOn(name)]),
  [],
  [keyOn('host'), keyOn('layer'), keyOn('severity')],
  [{ kind: 'among', field: 'host', sets: [['ESX-01', 'tor-a'], [], ['storage1', 'nobody']] }],
  [
    { kind: 'among', field: 'host', sets: [['esx-01'], ['esx-02.example.com', 'esx-11']] },
    { kind: 'bin', widthUs: 60 * MICROS_PER_SECOND },
    { kind: 'among', field: 'severity', sets: [['0', '1', '5', '9', '10'], ['13']] },
  ],
  [{ kind: 'bin', widthUs: 1_500_000 }, keyOn('entity')],
  [{ kind: 'bin', widthUs: 600 * MICROS_PER_SECOND }, keyOn('layer'), keyOn('severity')],
  [{ kind: 'among', field: 'process.pid', sets: [['1'], ['2', '17']] }],
]

/** How far and how much of what is around a time is asked for; with so few records of either side many are left out. */
const AROUND: readonly Pick<AroundRequest, 'windowUs' | 'nearest' | 'ofRare' | 'stretchUs'>[] = [
  { windowUs: 15 * 60 * MICROS_PER_SECOND, nearest: 3, ofRare: 5, stretchUs: 2_000_000 },
  { windowUs: 7_200 * MICROS_PER_SECOND, nearest: 1, ofRare: 40, stretchUs: 60_000_000 },
  { windowUs: 10 * MICROS_PER_SECOND, nearest: 100, ofRare: 0, stretchUs: 1_000_000 },
]

/** Each group as text, in an order of their own. */
const groupsOf = ({ keys, counts }: Counts): string[] =>
  Array.from(counts, (count, group) =>
    JSON.stringify([...keys.map((key) => cellOf(key, group)), count]),
  ).sort()

const words = (text: string): Filter => ({
  kind: 'phrase',
  tokens: tokensOf(text).map((token) => ({ text: token, wildcard: false })),
})

const at = (seconds: number, body: string, fields: Partial<LogRecord> = {}): LogRecord => {
  const time = micros(RANDOM_START + seconds * MICROS_PER_SECOND)
  return record({
    time,
    received: RANDOM_START,
    body,
    raw: new TextEncoder().encode(body),
    ...fields,
  })
}

const bodies = (records: readonly LogRecord[]): string[] => records.map(({ body }) => body)

/** What every implementation of {@link Store} must do; the words are those of store.ts. */
export function storeContract(harness: StoreHarness): void {
  describe(`${harness.name} keeps the store contract`, () => {
    const open: Store[] = []
    const openAt = async (place: string): Promise<Store> => {
      const store = await harness.open(place)
      open.push(store)
      return store
    }
    const openNew = async (): Promise<Store> => openAt(await harness.newPlace())
    const close = async (store: Store): Promise<void> => {
      open.splice(open.indexOf(store), 1)
      await store.close()
    }
    const find = async (store: Store, filter: Filter, limit = 100): Promise<LogRecord[]> =>
      (await store.search({ filter, range: ALL_TIME, order: 'newest', limit }, {})).records

    afterEach(async () => {
      for (const store of open.splice(0)) await store.close()
    })

    it('shows what it has committed to every call that starts afterwards', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      for (let i = 0; i < 3; i++) {
        await store.commit(maker.commit([at(i, `line ${i} of many`)]))
        expect(bodies(await find(store, words(`line ${i}`)))).toEqual([`line ${i} of many`])
      }
    })

    it('gives a record back with every field and byte it came with', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const raw = new TextEncoder().encode('<13>Größe \u0000 of naa.600a0980383 is 17\x1f%')
      await store.commit(
        maker.commit([
          at(1, 'Größe \u0000 of naa.600a0980383 is 17\x1f%', {
            raw,
            timeNs: 123,
            attributes: { op: 'read', latency: 12.5, ok: true, none: null },
            eventName: 'esx.problem.x',
          }),
        ]),
      )
      const [expected] = maker.records
      const found = await store.record(expected!.id)
      expect(found).toEqual(expected)
      expect(found!.raw).toEqual(raw)
      expect(await store.record('20261118-n1-zzzz')).toBeUndefined()
      expect(await store.record('nonsense')).toBeUndefined()
    })

    it('orders equal times by arrival and pages exactly, also while records arrive', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      await store.commit(maker.commit(Array.from({ length: 25 }, (_, i) => at(i % 3, `tie ${i}`))))
      const filter = words('tie')
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await store.search(
          { filter, range: ALL_TIME, order: 'newest', limit: 4, ...(cursor && { cursor }) },
          {},
        )
        seen.push(...bodies(page.records))
        cursor = page.next
        await store.commit(maker.commit([at(60, 'tie breaker that arrives meanwhile')]))
      } while (cursor !== undefined)
      const reference = ReferenceStore.of(maker.records.slice(0, 25))
      const whole = await reference.search(
        { filter, range: ALL_TIME, order: 'newest', limit: 100 },
        {},
      )
      expect(seen).toEqual(bodies(whole.records))
      const oldest = await store.search({ filter, range: ALL_TIME, order: 'oldest', limit: 25 }, {})
      expect(bodies(oldest.records)).toEqual(seen.reverse())
    })

    it('gives each record once where many small runs of rows lie mixed in time', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const runs = 120
      for (let run = 0; run < runs; run++) {
        // 67 has no factor in common with 120: the runs come in no order of time.
        const start = ((run * 67) % runs) * 10
        const word = run % 2 === 0 ? 'alpha' : 'beta'
        const lines = Array.from({ length: 8 }, (_, i) => at(start + i, `${word} event of the run`))
        await store.commit(maker.commit(lines))
      }
      const filter = words('alpha')
      for (const order of ['newest', 'oldest'] as const) {
        const request = { filter, range: ALL_TIME, order, limit: 2_000 }
        const ids = (await store.search(request, {})).records.map(({ id }) => id)
        const expected = await ReferenceStore.of(maker.records).search(request, {})
        expect(ids).toEqual(expected.records.map(({ id }) => id))
      }
      const aggregates = [{ function: 'count', as: 'n' }] as const
      const table = await store.aggregate({ filter, range: ALL_TIME, by: [], aggregates }, {})
      expect(table.rows).toEqual([[(runs / 2) * 8]])
    })

    it('takes ranges as half-open', async () => {
      const store = await openNew()
      await store.commit(new CommitMaker().commit([at(0, 'edge 0'), at(1, 'edge 1')]))
      const range = { from: RANDOM_START, to: micros(RANDOM_START + MICROS_PER_SECOND) }
      const page = await store.search({ filter: ALL, range, order: 'newest', limit: 10 }, {})
      expect(bodies(page.records)).toEqual(['edge 0'])
    })

    it('matches nothing for an empty "in" or "or", everything for an empty "and"', async () => {
      const store = await openNew()
      await store.commit(new CommitMaker().commit([at(0, 'one')]))
      expect(await find(store, { kind: 'in', field: 'host', values: [] })).toEqual([])
      expect(await find(store, { kind: 'or', filters: [] })).toEqual([])
      expect(await find(store, { kind: 'and', filters: [] })).toHaveLength(1)
    })

    it('knows where a word ends: at what is no letter or digit, but not at a decimal point', async () => {
      const store = await openNew()
      const lines = [
        'a 17 b',
        'A17',
        '17B',
        '1.17',
        '17.5',
        'v.17',
        '17.x',
        'x-17-y',
        '(17)',
        '017',
      ]
      await store.commit(
        new CommitMaker().commit(lines.map((line, i) => at(i, `unit ${line} end`))),
      )
      const hits = ['a 17 b', 'v.17', '17.x', 'x-17-y', '(17)'].map((line) => `unit ${line} end`)
      expect(bodies(await find(store, words('17'))).reverse()).toEqual(hits)
      const counts = { filter: words('17'), range: ALL_TIME, by: [] }
      const aggregates = [{ function: 'count', as: 'n' }] as const
      expect((await store.aggregate({ ...counts, aggregates }, {})).rows).toEqual([[5]])
    })

    it('finds phrases across slots that hold several words, one, or none', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const fills = [
        'read_only',
        'idle',
        '---',
        'a.b',
        '"',
        'busy',
        'in-use',
        'lost',
        '=',
        'x/y',
        'up',
      ]
      const lines = fills.map((fill) => `path entered ${fill} at once`)
      await store.commit(maker.commit(lines.map((line, i) => at(i, line))))
      const more = fills.map((fill) => `path entered ${fill}${fill} at once`)
      await store.commit(maker.commit(more.map((line, i) => at(i, line))))
      const reference = ReferenceStore.of(maker.records)
      for (const text of [
        ...[
          'entered at once',
          'entered idle at',
          'entered read only at',
          'only at once',
          'read only',
        ],
        ...[
          'idle',
          'path entered',
          'entered a b',
          'b a b at',
          'x y',
          'entered y',
          'in use at once',
        ],
      ]) {
        const request = {
          filter: words(text),
          range: ALL_TIME,
          order: 'oldest',
          limit: 50,
        } as const
        const expected = await reference.search(request, {})
        expect(bodies((await store.search(request, {})).records), text).toEqual(
          bodies(expected.records),
        )
      }
    })

    it('finds an identifier in every way of writing it', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const lines = [
        ...['nic 00:50:56:aa:bb:cc up', 'nic 00-50-56-AA-BB-CC up', 'nic 0050.56aa.bbcc up'],
        ...['nic 00:50:56:aa:bb:cd up', 'port 50:0a:09:81:00:00:00:01 lost', 'at 00:50:56 sharp'],
      ]
      await store.commit(maker.commit(lines.map((line, i) => at(i, line))))
      const key = (...values: string[]): Filter => ({ kind: 'in', field: 'key', values })
      const mac = await find(store, key('00:50:56:aa:bb:cc'))
      expect(bodies(mac).reverse()).toEqual(lines.slice(0, 3))
      const two = await find(store, key('00:50:56:aa:bb:cd', '50:0a:09:81:00:00:00:01'))
      expect(bodies(two).reverse()).toEqual(lines.slice(3, 5))
    })

    it('finds any of many identifiers, however each is written, as it finds each', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const lines = [
        ...['nic 0050.56AA.BBCC up', 'lun NAA.600A098038303834 slow', 'vm domain-c8 moved'],
        ...['from 10.30.0.126 to 10.20.0.14', 'port 50-0a-09-81-00-00-00-01 lost', 'calm'],
        ...['peer fe80::1 gone', 'vm 50C9834B-e467-4169-a178-febcc8b9d9f5 paused', 'c8 of 0050'],
        ...[
          'volume serial 730D187406C14775007B3AB1 slow',
          'lun 60:06:01:60:A1:B2:C3:D4:E5:F6:07:18:29:3A:4B:5C',
        ],
        'lun serial number 80E2E?FABuZB offline',
      ]
      const spoken = lines.map((line, i) => at(i, line))
      const named = at(20, 'a packet', { attributes: { 'source.ip': '10.30.0.126' } })
      await store.commit(maker.commit([...spoken, named]))
      const values = [
        ...['00:50:56:aa:bb:cc', 'naa.600a098038303834', 'domain-c8', '10.30.0.126'],
        ...['50:0a:09:81:00:00:00:01', 'fe80::1', '50c9834b-e467-4169-a178-febcc8b9d9f5'],
        ...['naa.624a9370730d187406c14775007b3ab1', 'naa.60060160a1b2c3d4e5f60718293a4b5c'],
        'naa.600a098038304532453f464142755a42',
      ]
      const each = await Promise.all(
        values.map((value) => find(store, { kind: 'equals', field: 'key', value })),
      )
      const found = await find(store, { kind: 'in', field: 'key', values })
      expect(new Set(bodies(found))).toEqual(new Set(each.flatMap(bodies)))
      expect(found.length).toBeGreaterThanOrEqual(10)
    })

    it('finds the identifier of an operation, which stands beside the body', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const operation = (id: string) => ({ attributes: { 'vsphere.op_id': id } })
      await store.commit(
        maker.commit([
          at(0, 'task begins', operation('4f1d2c-77')),
          at(1, 'task ends', operation('4F1D2C-77')),
          at(2, 'other task', operation('4f1d2c-78')),
          at(3, 'opID=4f1d2c-77 in words only'),
          at(4, 'no operation'),
        ]),
      )
      const key = (...values: string[]): Filter => ({ kind: 'in', field: 'key', values })
      expect(bodies(await find(store, key('4f1d2c-77')))).toEqual(['task ends', 'task begins'])
      expect(bodies(await find(store, key('4f1d2c-78', 'x')))).toEqual(['other task'])
      const like: Filter = { kind: 'wildcard', field: 'key.op_id', pattern: '4f1d*' }
      expect(await find(store, like)).toHaveLength(3)
      expect(await find(store, { kind: 'exists', field: 'key' })).toHaveLength(3)
    })

    it('finds identifiers in attributes whose names promise some, constant and varying', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const named = (attributes: LogRecord['attributes']) => ({ attributes })
      await store.commit(
        maker.commit([
          ...Array.from({ length: 200 }, (_, n) =>
            at(
              n,
              `client ${n}`,
              named({ 'source.ip': `10.0.${n}.7`, 'vsphere.chain_id': 5_000 + n }),
            ),
          ),
          at(201, 'dashes', named({ client_mac: '00-50-56-AA-BB-CC' })),
          at(202, 'another name', named({ 'url.full': '10.0.3.7' })),
          at(203, 'version 6', named({ 'source.ip': '2001:DB8::0:1' })),
          at(204, 'chain in words: 5007', named({ port: 5_007 })),
        ]),
      )
      const key = (kind: string, ...values: string[]): Filter => {
        return { kind: 'in', field: kind, values }
      }
      expect(bodies(await find(store, key('key.ip', '10.0.3.7')))).toEqual(['client 3'])
      expect(bodies(await find(store, key('key', '10.0.4.7', '2001:db8::1')))).toEqual([
        'version 6',
        'client 4',
      ])
      expect(bodies(await find(store, key('key.mac', '00:50:56:aa:bb:cc')))).toEqual(['dashes'])
      const chain: Filter = { kind: 'equals', field: 'key.chain', value: '5007' }
      expect(bodies(await find(store, chain))).toEqual(['client 7'])
      const client: Filter = { kind: 'phrase', tokens: [{ text: 'client', wildcard: false }] }
      const others: Filter = {
        kind: 'and',
        filters: [
          { kind: 'exists', field: 'key' },
          { kind: 'not', filter: client },
        ],
      }
      expect(bodies(await find(store, others))).toEqual(['version 6', 'dashes'])
    })

    it('finds identifiers that a letter beyond ASCII stands next to', async () => {
      const store = await openNew()
      await store.commit(
        new CommitMaker().commit([
          at(1, 'von é10.0.0.1 abgewiesen'),
          at(2, 'étask-12 beendet'),
          at(3, 'von 10.0.0.1 abgewiesen'),
        ]),
      )
      const equals = (field: string, value: string): Filter => ({ kind: 'equals', field, value })
      expect(bodies(await find(store, equals('key.ip', '10.0.0.1')))).toEqual([
        'von 10.0.0.1 abgewiesen',
        'von é10.0.0.1 abgewiesen',
      ])
      for (const field of ['key', 'key.task']) {
        expect(bodies(await find(store, equals(field, 'task-12')))).toEqual(['étask-12 beendet'])
      }
    })

    it('finds attributes whose values are parts of the body as it finds the others', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const naa = (n: number): string => `naa.600A0980383036326a5d4f6e757${10_000 + n}`
      // Enough values to vary, most of them said by the body, some beside it.
      const records = Array.from({ length: 300 }, (_, n) => {
        const said = n % 3 === 0 ? 'a device' : naa(n)
        return at(n, `path vmhba${n % 40}:C0:T1:L${n} of ${said} is down ${n}`, {
          entity: n % 4 === 0 ? null : `volume:${naa(n % 8)}`,
          attributes: {
            'storage.volume.naa': naa(n),
            'storage.path.name': `vmhba${n % 40}:C0:T1:L${n}`,
            'event.count': n,
          },
        })
      })
      await store.commit(maker.commit(records))
      const equals = (field: string, value: string): Filter => ({ kind: 'equals', field, value })
      for (const n of [0, 1, 150, 298]) {
        for (const filter of [
          equals('storage.volume.naa', naa(n)),
          equals('storage.volume.naa', naa(n).toLowerCase()),
          equals('storage.path.name', `vmhba${n % 40}:C0:T1:L${n}`),
          equals('event.count', String(n)),
        ]) {
          expect(bodies(await find(store, filter))).toEqual([records[n]!.body])
        }
      }
      expect(
        await find(store, equals('storage.volume.naa', '600A0980383036326a5d4f6e75710001')),
      ).toEqual([])
      const few: Filter = { kind: 'wildcard', field: 'storage.volume.naa', pattern: '*7100*' }
      expect(await find(store, few)).toHaveLength(100)
      const entity = equals('entity', `volume:${naa(3)}`)
      expect(await find(store, entity)).toHaveLength(38)
      expect(
        await find(store, { kind: 'not', filter: { kind: 'exists', field: 'entity' } }),
      ).toHaveLength(75)
      const table = await store.aggregate(
        {
          filter: ALL,
          range: ALL_TIME,
          by: [{ kind: 'field', field: 'entity' }],
          aggregates: [{ function: 'count', as: 'count' }],
        },
        {},
      )
      expect(table.rows).toContainEqual([null, 75])
      expect(table.rows).toContainEqual([`volume:${naa(3)}`, 38])
    })

    it.each(queryScripts())('answers the script %s', async (_file, script) => {
      const store = await openNew()
      const maker = new CommitMaker()
      for (const one of script.records) await store.commit(maker.commit([one]))
      const answered = await Promise.all(
        script.cases.map(async ({ query }) => ({
          query,
          expected: await answerLines(askStore(store), query),
        })),
      )
      expect(answered).toEqual(script.cases)
    })

    it('stores a commit once however often it comes', async () => {
      const place = await harness.newPlace()
      const store = await openAt(place)
      const maker = new CommitMaker()
      const first = maker.commit([at(0, 'first')])
      const second = maker.commit([at(1, 'second')])
      await store.commit(first)
      await store.commit(second)
      await store.commit(first)
      await close(store)
      const again = await openAt(place)
      await again.commit(second)
      expect(bodies(await find(again, ALL))).toEqual(['second', 'first'])
      const [source] = await again.sources()
      expect(source!.counts).toEqual(counted(2))
      expect((await again.recovery('n1')).position).toMatchObject(second.position)
    })

    it('knows a source as what it was first heard with a layer, however commits are cut', async () => {
      const heard = [
        ['esx-01', null, 'rfc3164'],
        ['esx-01', 'hypervisor', 'esxi-vmkernel'],
        ['esx-01', null, 'rfc3164'],
        ['esx-01', 'hypervisor', 'esxi-hostd'],
        ['esx-01', null, 'logfmt'],
        ['plain', null, 'rfc3164'],
        ['plain', null, 'logfmt'],
      ] as const
      const lines = heard.map(([source, layer, format], n) =>
        at(n, `line ${n}`, { source, host: `${source}.${format}`, layer, format }),
      )
      for (const cuts of [
        [0, 7],
        [0, 1, 7],
        [0, 2, 4, 5, 7],
        [0, 1, 2, 3, 4, 5, 6, 7],
      ]) {
        const place = await harness.newPlace()
        const store = await openAt(place)
        const maker = new CommitMaker()
        for (const [n, from] of cuts.slice(0, -1).entries()) {
          await store.commit(maker.commit(lines.slice(from, cuts[n + 1])))
        }
        const known = async (asked: Store) =>
          new Map((await asked.sources()).map((one) => [one.source, one]))
        const check = async (asked: Store): Promise<void> => {
          const sources = await known(asked)
          expect(sources.get('esx-01')).toMatchObject({
            host: 'esx-01.esxi-vmkernel',
            layer: 'hypervisor',
            format: 'esxi-vmkernel',
          })
          expect(sources.get('plain')).toMatchObject({ layer: null, format: 'rfc3164' })
        }
        await check(store)
        await close(store)
        await check(await openAt(place))
      }
    })

    it('answers the same after it was closed and opened', async () => {
      const place = await harness.newPlace()
      const store = await openAt(place)
      const maker = new CommitMaker()
      await store.commit(
        maker.commit(
          Array.from({ length: 300 }, (_, i) =>
            at(i, `task ${i} of worker${i % 7} took ${i * 3}ms`),
          ),
        ),
      )
      const before = await find(store, words('worker3'), 1000)
      await close(store)
      const again = await openAt(place)
      expect(await find(again, words('worker3'), 1000)).toEqual(before)
      expect(bodies(await find(again, words('299')))).toEqual(['task 299 of worker5 took 897ms'])
      const { patterns } = await again.recovery('n1')
      const ids = new Set(before.map(({ template }) => template!.id))
      expect([...ids].filter((id) => !patterns.map(templateId).includes(id))).toEqual([])
    })

    it('finds late records of an earlier day and keeps each day apart', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      for (const day of [0, 1, 2]) {
        const received = micros(RANDOM_START + day * MICROS_PER_DAY)
        await store.commit(maker.commit([at(day * 86_400, `day ${day}`, { received })]))
      }
      const received = micros(RANDOM_START + 2 * MICROS_PER_DAY)
      await store.commit(maker.commit([at(10, 'late one of the first day', { received })]))
      const range = { from: RANDOM_START, to: micros(RANDOM_START + MICROS_PER_HOUR) }
      const page = await store.search({ filter: ALL, range, order: 'oldest', limit: 10 }, {})
      expect(bodies(page.records)).toEqual(['day 0', 'late one of the first day'])
      expect((await store.stats()).partitions.map(({ records }) => records)).toEqual([1, 1, 2])
    })

    it('forgets whole days past the age and keeps their counts in the ledger', async () => {
      const place = await harness.newPlace()
      const store = await openAt(place)
      const maker = new CommitMaker()
      for (const day of [0, 1, 2]) {
        const received = micros(RANDOM_START + day * MICROS_PER_DAY)
        await store.commit(maker.commit([at(day * 86_400, `day ${day}`, { received })]))
      }
      const now = micros(RANDOM_START + 2 * MICROS_PER_DAY)
      expect(await store.retain({ maxAgeDays: 0 }, now)).toEqual([
        dayOf(RANDOM_START),
        dayOf(micros(RANDOM_START + MICROS_PER_DAY)),
      ])
      expect(bodies(await find(store, ALL))).toEqual(['day 2'])
      const total = async (one: Store): Promise<number> =>
        (await one.sources()).reduce((sum, { counts }) => sum + counts.stored, 0)
      expect(await total(store)).toBe(3)
      await close(store)
      const again = await openAt(place)
      expect(await total(again)).toBe(3)
      expect(bodies(await find(again, ALL))).toEqual(['day 2'])
    })

    it('tails in order of arrival and goes on where it stopped', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      await store.commit(maker.commit([at(5, 'tail a'), at(1, 'other'), at(3, 'tail b')]))
      const first = await store.tail(null, words('tail'), 1, {})
      expect(bodies(first.records)).toEqual(['tail a'])
      const second = await store.tail(first.position, words('tail'), 10, {})
      expect(bodies(second.records)).toEqual(['tail b'])
      await store.commit(maker.commit([at(0, 'tail c')]))
      const third = await store.tail(second.position, words('tail'), 10, {})
      expect(bodies(third.records)).toEqual(['tail c'])
    })

    it('keeps metric points once and answers them by step', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const series: MetricSeries = {
        entity: 'vm:a',
        name: 'vm.cpu.ready',
        unit: '1',
        kind: 'gauge',
        source: 'prom',
        attributes: {},
      }
      const RECEIVED = RANDOM_START + 90 * MICROS_PER_MINUTE
      const points = (values: readonly number[]) => ({
        day: dayOf(RANDOM_START),
        count: values.length,
        series: [series],
        received: Float64Array.of(RECEIVED),
        seriesIndex: new Uint32Array(values.length),
        time: Float64Array.from(values, (_, i) => RANDOM_START + i * 20 * MICROS_PER_SECOND),
        timeNs: new Uint16Array(values.length),
        value: Float64Array.from(values),
      })
      const day = dayOf(RANDOM_START)
      // The ledger names who sent them; points are history when they come in long after their time.
      const ledger = new Map([['prom', counted(4)]])
      await store.commit(maker.commit([], { day, metrics: points([1, 2, 6, 4]), ledger }))
      await store.commit(maker.commit([], { day, metrics: points([1, 2]) }))
      const request = { entities: ['vm:a'], metrics: ['vm.cpu.*'], range: ALL_TIME }
      const [raw] = await store.series({ ...request, stepUs: 0 }, {})
      expect([...raw!.values]).toEqual([1, 2, 6, 4])
      const [stepped] = await store.series({ ...request, stepUs: MICROS_PER_MINUTE }, {})
      expect(stepped!.values.length).toBeGreaterThan(0)
      expect(Math.max(...stepped!.max)).toBe(6)
      expect(stepped!.times.every((time) => time % MICROS_PER_MINUTE === 0)).toBe(true)
      expect(await store.seriesOf(['vm:a'], ALL_TIME)).toEqual([series])
      const [source] = await store.sources()
      expect(source).toMatchObject({
        source: 'prom',
        watermark: RANDOM_START + 60 * MICROS_PER_SECOND,
        lastReceived: RECEIVED,
      })
      expect(await store.series({ ...request, metrics: ['vm.cpu'], stepUs: 0 }, {})).toEqual([])
    })

    it('keeps the first of points of one series and time, also from day to day', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const series = ['a', 'b'].map((name): MetricSeries => ({
        entity: `vm:${name}`,
        name: 'vm.cpu.ready',
        unit: '1',
        kind: 'gauge',
        source: 'prom',
        attributes: {},
      }))
      const send = (daysLater: number, values: readonly number[]): Promise<void> => {
        const received = micros(RANDOM_START + daysLater * MICROS_PER_DAY)
        const day = dayOf(received)
        const metrics = {
          day,
          count: values.length,
          series,
          received: Float64Array.of(received, received),
          seriesIndex: Uint32Array.from(values, (_, n) => n % 2),
          time: new Float64Array(values.length).fill(RANDOM_START),
          timeNs: new Uint16Array(values.length),
          value: Float64Array.from(values),
        }
        return store.commit(maker.commit([], { day, metrics }))
      }
      await send(0, [3, 4, 9, 1])
      await send(0, [8, 2])
      await send(1, [1, 9])
      const request = { entities: [], metrics: [], range: ALL_TIME }
      for (const stepUs of [0, MICROS_PER_MINUTE]) {
        const found = await store.series({ ...request, stepUs }, {})
        const values = found.map(({ series: one, values: of }) => [one.entity, ...of])
        expect(values.sort()).toEqual([
          ['vm:a', 3],
          ['vm:b', 4],
        ])
      }
    })

    it('keeps inventory, documents, dead letters and retry keys over a restart', async () => {
      const place = await harness.newPlace()
      const store = await openAt(place)
      const entity: Entity = {
        id: 'vm:a',
        type: 'vm',
        name: "Jo's desktop",
        layer: 'guest',
        team: null,
        aliases: [],
        attributes: {},
      }
      const relation: Relation = {
        type: 'runs_on',
        from: 'vm:a',
        to: 'hypervisor:b',
        validFrom: RANDOM_START,
        validTo: ALL_TIME.to,
        provenance: 'inventory',
      }
      const versions = [await store.inventoryVersion()]
      await store.putEntities([entity, { ...entity, name: 'renamed' }])
      versions.push(await store.inventoryVersion())
      await store.putRelations([relation])
      versions.push(await store.inventoryVersion())
      await store.putRelations([relation])
      versions.push(await store.inventoryVersion())
      expect(new Set(versions).size).toBe(4)
      await store.putState('key', "it's")
      expect(await store.inventoryVersion()).toBe(versions.at(-1))
      const letter = {
        id: 'd1',
        received: RANDOM_START,
        source: 's',
        protocol: 'bulk',
        reason: 'bad',
        raw: new Uint8Array([0, 255, 10]),
      }
      const keys = Uint32Array.of(1, 2, 3, 4)
      const maker = new CommitMaker()
      await store.commit(maker.commit([at(0, 'x')], { deadLetters: [letter], retryKeys: keys }))
      await close(store)
      const again = await openAt(place)
      expect(await again.entities()).toEqual([{ ...entity, name: 'renamed' }])
      expect(await again.relations()).toEqual([relation])
      expect(await again.getState('key')).toBe("it's")
      expect(await again.getState('none')).toBeUndefined()
      expect(await again.deadLetters(10)).toEqual([letter])
      expect([...(await again.recovery('n1')).retryKeys]).toEqual([...keys])
      expect(await again.removeDeadLetters(['d1', 'd2'])).toBe(1)
      expect(await again.deadLetters(10)).toEqual([])
    })

    it('keeps the ranges taken of files, the last of each, and a position without records', async () => {
      const place = await harness.newPlace()
      const store = await openAt(place)
      const maker = new CommitMaker()
      await store.commit(
        maker.commit([], {
          day: '2026-11-17',
          fileRanges: new Map([
            ["it's.log", [0, 10, 20, 30]],
            ['other', [5, 6]],
          ]),
        }),
      )
      await store.commit(
        maker.commit([at(0, 'x')], { fileRanges: new Map([["it's.log", [0, 40]]]) }),
      )
      await close(store)
      const { fileRanges, position } = await (await openAt(place)).recovery('n1')
      expect([...(fileRanges ?? [])].sort()).toEqual([
        ["it's.log", [0, 40]],
        ['other', [5, 6]],
      ])
      expect(position).toMatchObject({ segment: 1, offset: 2 })
    })

    it('ends a query whose signal is aborted', async () => {
      const store = await openNew()
      await store.commit(new CommitMaker().commit([at(0, 'x')]))
      const request = { filter: ALL, range: ALL_TIME, order: 'newest', limit: 1 } as const
      await expect(store.search(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'cancelled',
      })
    })

    it('refuses a cursor it did not make', async () => {
      const store = await openNew()
      const request = { filter: ALL, range: ALL_TIME, order: 'newest', limit: 1 } as const
      await expect(store.search({ ...request, cursor: 'garbage' }, {})).rejects.toMatchObject({
        code: 'invalid_request',
      })
    })

    it('backs up while it is open, and the copy opens with the same answers', async () => {
      const store = await openNew()
      const copy = await harness.newPlace()
      await store.commit(new CommitMaker().commit([at(0, 'kept safe 17')]))
      await store.backup(copy)
      const restored = await openAt(copy)
      expect(bodies(await find(restored, words('17')))).toEqual(['kept safe 17'])
      await expect(store.backup(copy)).rejects.toMatchObject({ code: 'invalid_request' })
    })

    it('answers random searches as the reference does', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryRecords(120), fc.nat(), async (plain, seed) => {
          const { store, reference, records } = await filled(await openNew(), plain)
          const filters = fc.sample(arbitraryFilter(records), { seed, numRuns: 60 })
          for (const filter of filters) {
            for (const order of ['newest', 'oldest'] as const) {
              const request = { filter, range: ALL_TIME, order, limit: 7 }
              const page = await store.search(request, {})
              const expected = await reference.search(request, {})
              const ids = page.records.map(({ id }) => id)
              expect(ids, JSON.stringify(filter)).toEqual(expected.records.map(({ id }) => id))
              expect(page.next === undefined).toBe(expected.next === undefined)
            }
          }
          await close(store)
        }),
        { numRuns: RUNS },
      )
    }, 600_000)

    it('aggregates as the reference does', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryRecords(80), fc.nat(), async (plain, seed) => {
          const { store, reference, records } = await filled(await openNew(), plain)
          const filters = fc.sample(arbitraryFilter(records, 1), { seed, numRuns: 15 })
          const groupings = fc.sample(arbitraryGrouping, { seed, numRuns: 15 })
          const ranges = fc.sample(arbitraryRange, { seed, numRuns: 15 })
          // One that ends inside a second and leaves out those at its end.
          const most = {
            from: micros(RANDOM_START - MICROS_PER_SECOND),
            to: micros(Math.max(...records.map(({ time }) => time), RANDOM_START)),
          }
          for (const range of [most, ...ranges]) {
            const every = { filter: ALL, range, groupings: GROUPINGS }
            expect((await store.counts(every, {})).map(groupsOf), JSON.stringify(range)).toEqual(
              (await reference.counts(every, {})).map(groupsOf),
            )
          }
          for (const [index, filter] of filters.entries()) {
            const request = { filter, range: ALL_TIME, ...groupings[index]! }
            const table = await store.aggregate(request, {})
            const expected = await reference.aggregate(request, {})
            expect(sorted(table), JSON.stringify(request)).toEqual(sorted(expected))
            const range = index % 2 === 0 ? ALL_TIME : ranges[index]!
            const counting = { filter, range, groupings: GROUPINGS }
            const counts = await store.counts(counting, {})
            const known = await reference.counts(counting, {})
            expect(counts.map(groupsOf), JSON.stringify(filter)).toEqual(known.map(groupsOf))
            const at = records[(seed + index) % records.length]?.time ?? micros(RANDOM_START)
            const asked = {
              filter: index === 0 ? ALL : filter,
              at,
              ...AROUND[index % AROUND.length]!,
            }
            expect(comparable(await store.around(asked, {})), JSON.stringify(asked)).toEqual(
              comparable(await reference.around(asked, {})),
            )
            const patterns = { filter, range: ALL_TIME }
            expect(await store.patterns(patterns, {})).toEqual(
              await reference.patterns(patterns, {}),
            )
          }
          await close(store)
        }),
        { numRuns: Math.ceil(RUNS / 2) },
      )
    }, 600_000)
  })
}

/** The records in the store, in a few commits, and in the oracle. */
async function filled(
  store: Store,
  plain: readonly LogRecord[],
): Promise<{ store: Store; reference: ReferenceStore; records: readonly LogRecord[] }> {
  const maker = new CommitMaker()
  for (let start = 0; start < plain.length; start += 37) {
    const some = plain.slice(start, start + 37)
    // One day of receipt a commit; the records of a run lie within an hour.
    const received = some[0]!.received
    await store.commit(maker.commit(some.map((one) => ({ ...one, received }))))
  }
  const records = maker.records.length > 0 ? maker.records : [record({})]
  return { store, reference: ReferenceStore.of(maker.records), records }
}

/** What is around a time, in an order of its own. */
const comparable = ({ records, templates, notes }: Around) => ({
  records: records.map(({ id }) => id).sort(),
  templates: templates.map((one) => JSON.stringify(one, ['template', 'count', 'stretches'])).sort(),
  notes,
})

function sorted({ columns, rows }: Table): { columns: readonly string[]; rows: Cell[][] } {
  const rounded = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? Number(cell.toPrecision(12)) : cell)),
  )
  return {
    columns,
    rows: rounded.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }
}
