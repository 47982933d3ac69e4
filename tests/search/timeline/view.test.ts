import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../../model/errors.ts'
import type { LogRecord } from '../../../model/record.ts'
import { METRICS_UNREAD, type Density, type SeverityCounts } from '../../../model/timeline.ts'
import { formatTime, micros, MIN_TIME, type Micros, type TimeRange } from '../../../model/time.ts'
import { parseQuery } from '../../../search/query/parse.ts'
import { resolveEntities } from '../../../search/topology/resolve-query.ts'
import { Topology } from '../../../search/topology/topology.ts'
import type { SourceBehind } from '../../../search/timeline/gaps.ts'
import { viewOf, type View, type ViewRequest } from '../../../search/timeline/view.ts'
import { arbitraryRange, arbitraryRecords } from '../../support/random.ts'
import { record } from '../../support/record.ts'
import { MemoryStore } from '../api/memory-store.ts'
import { alias, entity, MINUTE, MOVED, NAA, SECOND, START, topology } from './inventory.ts'

const VIEW: TimeRange = { from: START, to: (START + 10 * MINUTE) as Micros }

interface Asked extends Partial<ViewRequest> {
  readonly records: readonly LogRecord[]
  readonly knows?: Topology
  readonly store?: MemoryStore
}

async function view({
  records,
  knows = topology,
  store = new MemoryStore(),
  ...asked
}: Asked): Promise<View> {
  store.add(records)
  const range = asked.range ?? VIEW
  const query = asked.query ?? ''
  const written = parseQuery(query).filter
  const { filter } = resolveEntities(written, knows, range)
  return viewOf(
    { query, written, filter, range, columns: 600, now: range.to, behind: [], ...asked },
    { store, topology: knows, context: {} },
  )
}

let sequence = 0
function line(seconds: number, host: string | null, more: Partial<LogRecord> = {}): LogRecord {
  const text = more.body ?? 'quiet words'
  return record({
    id: `20261120-n1-${(++sequence).toString(36)}`,
    time: micros(START + seconds * SECOND),
    host,
    source: host ?? 'import.log',
    entity: null,
    layer: null,
    severity: 9,
    body: text,
    template: { id: text, text },
    ...more,
  })
}

/** So many quiet lines, that their pattern is not rare. */
const quiet = (host: string, count = 8, more: Partial<LogRecord> = {}): LogRecord[] =>
  Array.from({ length: count }, (_, i) => line(i, host, more))

const sumOf = ({ info, warning, error, fatal }: SeverityCounts): number =>
  info + warning + error + fatal
const cellsOf = (density: Density): number[] =>
  density.column.map((_, i) =>
    sumOf({
      info: density.info[i]!,
      warning: density.warning[i]!,
      error: density.error[i]!,
      fatal: density.fatal[i]!,
    }),
  )
const add = (a: number, b: number): number => a + b
const laneOf = ({ answer }: View, name: string) =>
  answer.lanes.find(({ entity }) => entity.name === name)

describe('a record stands', () => {
  test('in the lane of the host that wrote it, whatever it is about', async () => {
    const about = { entity: `volume:${NAA}`, layer: 'hypervisor' } as const
    const seen = await view({ records: [line(1, 'esx-1.example', about), line(2, 'array-a')] })
    expect(laneOf(seen, 'esx-1')).toMatchObject({ counts: { info: 1 } })
    expect(laneOf(seen, 'array-a')).toMatchObject({
      entity: { id: 'array:a', layer: 'storage' },
      counts: { info: 1 },
    })
    expect(laneOf(seen, NAA)).toBeUndefined()
  })

  test('in a lane of its own host and of the layer that most of its lines say, without an inventory', async () => {
    const records = [
      ...quiet('esx-9', 3, { layer: 'hypervisor' }),
      line(5, 'esx-9'),
      line(6, 'printer-4'),
      line(7, null),
    ]
    const { answer } = await view({ records, knows: new Topology([], []) })
    expect(
      answer.lanes.map(({ entity, counts }) => [entity.id, entity.layer, counts.info]),
    ).toEqual([
      ['hypervisor:esx-9', 'hypervisor', 4],
      ['service:import.log', 'service', 1],
      ['service:printer-4', 'service', 1],
    ])
    const layer = (name: string) => answer.layers.find((one) => one.layer === name)
    expect(layer('hypervisor')).toMatchObject({ entities: 1, shown: 1, counts: { info: 4 } })
    expect(layer('service')).toMatchObject({ entities: 2, shown: 2, counts: { info: 2 } })
  })

  test('in the lane of the entity that it names, where no host wrote it', async () => {
    const change = { kind: 'change', entity: 'vm:b' } as const
    expect(laneOf(await view({ records: [line(1, null, change)] }), 'build-2')).toBeDefined()
  })
})

test('every record is in one lane, in its layer and in the total, once, in its column', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryRecords(60),
      arbitraryRange,
      fc.integer({ min: 1, max: 300 }),
      async (records, range, columns) => {
        const { answer } = await view({ records, range, columns, lanes: 200 })
        const found = records.filter(({ time }) => time >= range.from && time < range.to)
        expect(sumOf(answer.total)).toBe(found.length)
        expect(answer.layers.map(({ counts }) => sumOf(counts)).reduce(add)).toBe(found.length)
        expect(answer.lanes.map(({ counts }) => sumOf(counts)).reduce(add, 0)).toBe(found.length)
        for (const one of [...answer.lanes, ...answer.layers]) {
          expect(cellsOf(one.density).reduce(add, 0)).toBe(sumOf(one.counts))
          expect(cellsOf(one.density).every((count) => count > 0)).toBe(true)
        }
        const byColumn = new Map<number, number>()
        const widthUs = Math.round(answer.columnMs * 1_000)
        const from = Math.floor(range.from / widthUs) * widthUs
        expect(answer.from).toBe(formatTime(from as Micros))
        for (const { time } of found) {
          const column = Math.floor((time - from) / widthUs)
          byColumn.set(column, (byColumn.get(column) ?? 0) + 1)
        }
        for (const { density } of answer.layers) {
          density.column.forEach((column, i) =>
            byColumn.set(column, byColumn.get(column)! - cellsOf(density)[i]!),
          )
        }
        expect([...byColumn.values()].every((left) => left === 0)).toBe(true)
      },
    ),
  )
})

describe('a name that was handed on in the view', () => {
  const handedOn = START + 5 * MINUTE
  const knows = new Topology(
    [
      entity('vm:1', 'VDI-1', { aliases: [alias('hostname', 'desk', MIN_TIME, micros(handedOn))] }),
      entity('vm:2', 'VDI-2', { aliases: [alias('hostname', 'desk', micros(handedOn))] }),
    ],
    [],
  )

  test('binds each record to who had it then', async () => {
    const records = [line(10, 'desk'), line(299, 'desk'), line(300, 'desk', { severity: 17 })]
    const seen = await view({ records, knows })
    expect(laneOf(seen, 'VDI-1')!.counts).toMatchObject({ info: 2, error: 0 })
    expect(laneOf(seen, 'VDI-2')!.counts).toMatchObject({ info: 0, error: 1 })
    expect(laneOf(seen, 'VDI-2')!.events).toMatchObject([{ atMs: 300_000 }])
    expect(seen.answer.lanes).toHaveLength(2)
  })
})

test('says what a part of it could not see, once', async () => {
  class Partial extends MemoryStore {
    override async counts(...asked: Parameters<MemoryStore['counts']>) {
      const all = await super.counts(...asked)
      return all.map((counts) => ({ ...counts, notes: ['1 of 9 nodes did not answer'] }))
    }
  }
  for (const columns of [100, 4_000]) {
    const records = Array.from({ length: 60 }, (_, i) => line(i, `host-${i}`))
    const { notes } = await view({ records, columns, store: new Partial() })
    expect(notes).toEqual(['1 of 9 nodes did not answer'])
  }
})

test('where very many speak, lanes and layers hold what they hold where few do', async () => {
  const hosts = Array.from({ length: 60 }, (_, i) => `host-${i}`)
  const records = hosts.flatMap((host, i) => [
    line(10 * i, host, i % 2 === 0 ? { layer: 'network' } : {}),
    line(10 * i + 3, host, { severity: 9 + 4 * (i % 4) }),
  ])
  records.push(line(5, 'esx-1.example'), line(6, null), line(7, null, { entity: 'vm:b' }))
  const fine = (await view({ records, columns: 4_000, lanes: 10 })).answer
  const coarse = (await view({ records, columns: 100, lanes: 10 })).answer
  const counts = ({ lanes, layers, total }: typeof fine) => ({
    lanes: lanes.map((lane) => [lane.entity.id, lane.counts, sumOf(lane.counts)]),
    layers: layers.map((layer) => [layer.layer, layer.counts, layer.entities, layer.shown]),
    total,
  })
  expect(counts(fine)).toEqual(counts(coarse))
  expect(sumOf(fine.total)).toBe(123)
  for (const one of [...fine.lanes, ...fine.layers]) {
    expect(cellsOf(one.density).reduce(add, 0)).toBe(sumOf(one.counts))
  }
})

describe('lanes', () => {
  test('with a subject are what is near it and who else warns', async () => {
    const records = [
      ...quiet('esx-1.example'),
      line(1, 'stranger', {
        severity: 13,
        body: `${NAA} is slow`,
        keys: [{ kind: 'naa', value: NAA }],
      }),
      line(1, 'chatty', { body: `${NAA} is well`, keys: [{ kind: 'naa', value: NAA }] }),
    ]
    const seen = await view({ records, query: 'near:VDI-1' })
    expect(seen.answer.subject).toMatchObject({ id: 'vm:d', name: 'VDI-1' })
    const names = seen.answer.lanes.map(({ entity }) => entity.name)
    expect(names).toEqual(['m.rossi', 'VDI-1', 'esx-1', 'stranger'])
    expect(laneOf(seen, 'VDI-1')).toMatchObject({ step: 1, relation: 'Windows 11' })
    expect(seen.answer.total.info).toBe(9)
  })

  test('with a subject are of those others the worst of each layer, and all are counted', async () => {
    const warns = (host: string, count: number): LogRecord[] =>
      quiet(host, count, {
        severity: 13,
        body: `${NAA} is slow`,
        keys: [{ kind: 'naa', value: NAA }],
      })
    const records = [...warns('some', 2), ...warns('most', 5), ...warns('few', 1)]
    const { answer } = await view({ records, query: 'near:VDI-1' })
    const service = answer.lanes.filter(({ entity }) => entity.layer === 'service')
    expect(service.map(({ entity }) => entity.name)).toEqual(['most'])
    expect(answer.layers.find(({ layer }) => layer === 'service')).toMatchObject({
      shown: 1,
      counts: { warning: 8 },
    })
  })

  test('without one are the worst of those that have records', async () => {
    const records = [...quiet('many', 50), ...quiet('few', 2), line(1, 'errs', { severity: 17 })]
    const { answer } = await view({ records, lanes: 2 })
    expect(answer.lanes.map(({ entity }) => entity.name)).toEqual(['errs', 'many'])
    expect(answer.layers.find(({ layer }) => layer === 'service')).toMatchObject({
      shown: 2,
      entities: 3,
      counts: { info: 52, error: 1 },
    })
  })

  test('are there for whoever is asked for', async () => {
    const { answer } = await view({ records: quiet('many'), include: ['array:a'], lanes: 1 })
    expect(answer.lanes.map(({ entity }) => entity.name)).toEqual(['array-a'])
  })
})

describe('events', () => {
  test('are warnings and worse, and rare patterns, with how often the lane said theirs', async () => {
    const records = [
      ...quiet('esx-1.example'),
      ...quiet('esx-1.example', 5, { severity: 13, body: 'disk is slow' }),
      line(90, 'esx-1.example', { body: 'once in a while', timeNs: 7 }),
    ]
    const seen = await view({ records })
    const events = laneOf(seen, 'esx-1')!.events!
    expect(events).toHaveLength(6)
    expect(events[0]).toMatchObject({ atMs: 0, severity: 13, title: 'disk is slow', ofPattern: 5 })
    expect(events[5]).toMatchObject({ atMs: 90_000, title: 'once in a while', ofPattern: 1 })
    expect(events[5]!.time).toMatch(/\.000000007Z$/)
  })

  test('are left to density where there are more than were asked for', async () => {
    const loud = quiet('esx-1.example', 9, { severity: 17 })
    const seen = await view({
      records: [...loud, ...quiet('calm', 3, { severity: 17 })],
      events: 8,
    })
    expect(laneOf(seen, 'esx-1')!.events).toBeNull()
    expect(laneOf(seen, 'calm')!.events).toHaveLength(3)
  })
})

describe('links', () => {
  test('tie records of two lanes that share an identifier, and say where each stands', async () => {
    const about = { keys: [{ kind: 'naa', value: NAA }], severity: 13 } as const
    const host = line(90, 'esx-1.example', { ...about, body: `device ${NAA} is slow` })
    const array = line(60, 'array-a', { ...about, body: `lun ${NAA} waits` })
    const { answer } = await view({ records: [host, array] })
    expect(answer.links).toMatchObject([
      {
        from: { record: array.id, entity: 'array:a', atMs: 60_000 },
        to: {
          record: host.id,
          entity: laneOf({ answer, notes: [] }, 'esx-1')!.entity.id,
          atMs: 90_000,
        },
        kind: 'identifier',
        value: NAA,
        order: { verdict: 'before' },
      },
    ])
    expect(answer.links[0]!.strength).toBeGreaterThan(0.5)
  })

  test('are at most 40, the strongest', async () => {
    const records = Array.from({ length: 120 }, (_, i) => {
      const value = `naa.6000000000000000000000000000${String(1000 + (i >> 1))}`
      const body = `lun ${i >> 1} of ${i % 2 === 0 ? 'host' : 'array'}`
      return line(i, i % 2 === 0 ? 'esx-1.example' : 'array-a', {
        ...{ severity: 13, body, keys: [{ kind: 'naa', value }] },
      })
    })
    const { links } = (await view({ records })).answer
    expect(links.length).toBeLessThanOrEqual(40)
    expect(links.map(({ strength }) => strength)).toEqual(
      links.map(({ strength }) => strength).sort((a, b) => b - a),
    )
  })
})

test('a source that is behind hatches the lane of its host, up to now', async () => {
  const behind: SourceBehind[] = [
    { source: 'x', host: 'esx-1.example', state: 'late', watermark: micros(MOVED) },
    { source: 'y', host: null, state: 'silent', watermark: null },
  ]
  const now = micros(VIEW.to - MINUTE)
  const seen = await view({ records: quiet('esx-1.example'), behind, now })
  expect(laneOf(seen, 'esx-1')!.coverage).toEqual([
    { fromMs: 300_000, toMs: 540_000, state: 'late', since: formatTime(micros(MOVED)) },
  ])
})

describe('metrics that cannot be read', () => {
  class WithoutMetrics extends MemoryStore {
    readonly failure: Error
    constructor(failure: Error) {
      super()
      this.failure = failure
    }
    override series(): Promise<never> {
      return Promise.reject(this.failure)
    }
  }
  const records = [line(1, 'esx-1.example', { severity: 13 }), ...quiet('esx-1.example')]
  const asked = (failure: Error) =>
    view({ records, query: 'near:VDI-1', store: new WithoutMetrics(failure) })

  test('are said to be, beside records that were', async () => {
    const failure = new AppError('storage_unavailable', 'a shard of the metrics did not answer')
    const { answer, notes } = await asked(failure)
    expect(answer.metricsUnread).toBe('a shard of the metrics did not answer')
    expect(notes).toEqual([METRICS_UNREAD])
    expect(answer.total.warning).toBe(1)
    expect(answer.lanes.every(({ metrics }) => metrics.length === 0)).toBe(true)
    // Whoever is on the way keeps its lane: it might be the one that is slow.
    const lanes = answer.lanes.map(({ entity }) => entity.id)
    expect(answer.path.length).toBeGreaterThan(1)
    for (const { id } of answer.path) expect(lanes).toContain(id)
  })

  test('fail the view where asking again would not help', async () => {
    for (const failure of [new AppError('cancelled', 'the client has gone'), new Error('a BUG')]) {
      await expect(asked(failure)).rejects.toBe(failure)
    }
  })

  test('are none where they were read', async () => {
    const { answer, notes } = await view({ records, query: 'near:VDI-1' })
    expect(answer.metricsUnread).toBeNull()
    expect(notes).toEqual([])
  })
})
