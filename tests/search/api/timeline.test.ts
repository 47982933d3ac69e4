import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MetricBuilder } from '../../../ingest/metric-builder.ts'
import type { LogRecord, MetricSeries } from '../../../model/record.ts'
import type { MetricLane, TimelineAnswer } from '../../../model/timeline.ts'
import { dayOf, formatTime, micros } from '../../../model/time.ts'
import { buildServer } from '../../../search/api/server.ts'
import { SourceWatch } from '../../../search/api/source-watch.ts'
import { compileRegex } from '../../../search/query/regex.ts'
import { EmbeddedStore } from '../../../search/store/embedded/embedded-store.ts'
import { CachedTopology } from '../../../search/topology/cached-topology.ts'
import { NO_SAMPLE } from '../../support/no-sample.ts'
import { CommitMaker } from '../../support/commits.ts'
import { record } from '../../support/record.ts'
import { ENTITIES, MINUTE, MOVED, NAA, RELATIONS, SECOND, START } from '../timeline/inventory.ts'

/** The build server writes from the fourth minute of the view to the eighth. */
const WRITES_FROM = START + 4 * MINUTE
const WRITES_TO = START + 8 * MINUTE
const END = START + 10 * MINUTE
const NOW = micros(END)
const EVERY = 20 * SECOND

const WINDOW = { from: formatTime(START), to: formatTime(NOW) }

let folder: string
let store: EmbeddedStore
let app: FastifyInstance
let watch: SourceWatch

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-timeline-'))
  store = await EmbeddedStore.open({ folder, compileRegex })
  await store.putEntities(ENTITIES)
  await store.putRelations(RELATIONS)
  const maker = new CommitMaker()
  await store.commit(maker.commit(lines(), { metrics: points() }))
  const now = () => NOW
  watch = new SourceWatch(store, now, (error) => expect.fail(String(error)))
  const refuse = () => Promise.reject(new Error('not asked here'))
  const ingest = {
    listeners: () => [],
    problems: refuse,
    isTaking: refuse,
    measurements: refuse,
    settled: refuse,
  }
  app = await buildServer(
    {
      ...{ store, ingest, sources: watch, now, version: '0.1.0', role: 'all' },
      ...NO_SAMPLE,
      port: { submit: refuse },
      topology: new CachedTopology(store, () => 0),
      ...NO_SAMPLE,
    },
    { logger: pino({ level: 'silent' }), isLoopback: true },
  )
})

afterAll(async () => {
  watch.close()
  await app.close()
  await store.close()
  await rm(folder, { recursive: true })
})

/** Heartbeats of two hosts, and one complaint of the one that the desktop is not on any more. */
function lines(): LogRecord[] {
  const said = (seconds: number, host: string, body: string, more: Partial<LogRecord> = {}) =>
    record({
      ...{ host, source: host, entity: null, severity: 9, body, received: NOW },
      time: micros(START + seconds * SECOND),
      raw: new TextEncoder().encode(body),
      ...more,
    })
  const beats = Array.from({ length: 300 }, (_, i) => [
    said(2 * i, 'esx-1.example', `heartbeat ${i}`),
    said(2 * i, 'esx-2.example', `heartbeat ${i}`),
  ])
  const slow = `ScsiDeviceIO: 1513: Device ${NAA} performance has deteriorated.`
  const about = { severity: 13, entity: `volume:${NAA}` }
  return [...beats.flat(), said(270, 'esx-2.example', slow, about)]
}

/** Samples every 20 s from an hour before the view to its end. */
function points() {
  const builder = new MetricBuilder()
  const volume = { volume: NAA }
  const add = (
    entity: string,
    name: string,
    unit: string,
    attributes: MetricSeries['attributes'],
  ) => {
    const series: MetricSeries = {
      entity,
      name,
      unit,
      kind: 'gauge',
      source: 'vsphere',
      attributes,
    }
    return (calm: number, busy: number) => {
      for (let time = START - 60 * MINUTE; time < END; time += EVERY) {
        const isBusy = time >= WRITES_FROM && time < WRITES_TO
        const value = isBusy ? busy : calm
        builder.add(series, micros(time), { time: micros(time), timeNs: 0, value })
      }
    }
  }
  add('vm:d', 'guest.disk.latency', 'ms', {})(2, 90)
  add('vm:d', 'vm.disk.read.latency', 'ms', volume)(2, 80)
  add('vm:d', 'vm.cpu.usage', '1', {})(0.2, 0.21)
  add('vm:d', 'vm.disk.write.ops', '1/s', volume)(10, 10)
  add('vm:b', 'vm.disk.write.ops', '1/s', volume)(20, 2_000)
  add('hypervisor:1', 'hypervisor.device.latency', 'ms', volume)(2, 95)
  add('hypervisor:1', 'hypervisor.kernel.latency', 'ms', volume)(0.1, 0.2)
  add('hypervisor:1', 'hypervisor.device.latency', 'ms', { volume: 'naa.another' })(2, 300)
  add(`volume:${NAA}`, 'volume.service_time', 'ms', {})(2, 90)
  add(`volume:${NAA}`, 'volume.queue.depth', '1', {})(2, 64)
  add('array:a', 'controller.mood', '1', {})(3, 3)
  return builder.take(dayOf(NOW))
}

const ask = (payload: object) => app.inject({ method: 'POST', url: '/api/v1/timeline', payload })

async function view(payload: object): Promise<TimelineAnswer> {
  const response = await ask({ ...WINDOW, columns: 600, ...payload })
  expect(response.statusCode).toBe(200)
  return response.json<TimelineAnswer>()
}

const laneOf = ({ lanes }: TimelineAnswer, name: string) =>
  lanes.find(({ entity }) => entity.name === name)!
const metricOf = (answer: TimelineAnswer, name: string, metric: string): MetricLane =>
  laneOf(answer, name).metrics.find((one) => one.metric === metric)!

describe('a view of a slow desktop', () => {
  let answer: TimelineAnswer
  beforeAll(async () => {
    answer = await view({ query: 'near:VDI-1' })
  })

  test('says who it is about, what that depends on, and what it counted', () => {
    expect(answer).toMatchObject({
      subject: { id: 'vm:d' },
      columns: 600,
      columnMs: 1_000,
      from: WINDOW.from,
      to: WINDOW.to,
      total: { info: 600, warning: 1, error: 0, fatal: 0 },
      links: [],
      coverage: { complete: true },
    })
    expect(answer.path.map(({ name }) => name).slice(0, 3)).toEqual(['m.rossi', 'VDI-1', 'esx-1'])
  })

  test('shows who else uses what is worse than usual, and how much of it', () => {
    expect(answer.sharing).toMatchObject({
      resource: { id: `volume:${NAA}` },
      users: 3,
      largest: { name: 'build-2' },
      largestOn: { name: 'esx-2' },
      metric: 'vm.disk.write.ops',
      ratio: 100,
    })
    expect(answer.sharing!.share).toBeCloseTo(2_000 / 2_010)
    expect(laneOf(answer, 'build-2')).toMatchObject({ relation: 'esx-2, same LUN', step: null })
    expect(metricOf(answer, 'build-2', 'vm.disk.write.ops').ratio).toBe(100)
    const share = metricOf(answer, NAA, 'vm.disk.write.ops')
    expect(share).toMatchObject({ label: 'Writes by VM', share: { others: 1 }, leftMs: 240_000 })
  })

  test('draws of each the metric that tells its story, and names the rest', () => {
    expect(laneOf(answer, 'VDI-1').metrics.map(({ metric }) => metric)).toEqual([
      'guest.disk.latency',
    ])
    expect(laneOf(answer, 'VDI-1').moreMetrics).toEqual([
      'vm.cpu.usage',
      'vm.disk.read.latency',
      'vm.disk.write.ops',
    ])
    expect(laneOf(answer, 'array-a').metrics).toMatchObject([
      { metric: 'controller.mood', label: 'controller.mood', ratio: 1, leftMs: null },
    ])
  })

  test('tells a metric with what is usual, when it left that, and by how much', () => {
    expect(metricOf(answer, 'VDI-1', 'guest.disk.latency')).toMatchObject({
      label: 'Disk latency',
      usual: { low: 2, high: 2, from: 'before' },
      worst: 90,
      ratio: 18,
      leftMs: 240_000,
      everyColumns: 20,
      threshold: 25,
      limit: null,
    })
    const { column, value } = metricOf(answer, 'VDI-1', 'guest.disk.latency')
    expect(column).toEqual(Array.from({ length: 30 }, (_, i) => i * 20))
    expect(value.slice(11, 13)).toEqual([2, 90])
  })

  test('shows of a host the device that the desktop is on, with the kernel behind it', () => {
    const { metrics } = laneOf(answer, 'esx-1')
    expect(metrics.map(({ attributes, worst }) => [attributes, worst])).toEqual([
      [{ volume: NAA }, 95],
    ])
    expect(metrics[0]!.second).toMatchObject({ label: 'kernel' })
    expect(metrics[0]!.second!.value[12]).toBe(0.2)
  })

  test('knows a limit that the inventory tells', () => {
    expect(metricOf(answer, NAA, 'volume.queue.depth')).toMatchObject({ limit: 64, worst: 64 })
  })

  test('puts a line in the lane of its host, short', () => {
    expect(laneOf(answer, 'esx-2').events).toMatchObject([
      { atMs: 270_000, title: 'naa.600a…3451 performance deteriorated', ofPattern: 1 },
    ])
  })

  test('shows the move', () => {
    expect(laneOf(answer, 'VDI-1').intervals.map(({ label }) => label)).toEqual([
      'ran on esx-2',
      'moved to esx-1',
    ])
    expect(MOVED).toBeGreaterThan(START)
  })
})

test('an opened entity has all its metrics', async () => {
  const answer = await view({ query: 'near:VDI-1', open: ['hypervisor:1'] })
  expect(laneOf(answer, 'esx-1').metrics).toHaveLength(3)
  expect(laneOf(answer, 'esx-1').moreMetrics).toEqual([])
})

test('columns wider than the samples hold their mean, least and greatest', async () => {
  const answer = await view({ query: 'near:VDI-1', columns: 10 })
  const { column, value, min, max, everyColumns } = metricOf(answer, 'VDI-1', 'guest.disk.latency')
  expect(everyColumns).toBe(1)
  expect(answer.columnMs).toBe(60_000)
  expect(column).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect([value[3], value[4], min[4], max[4]]).toEqual([2, 90, 90, 90])
})

test('a view of hosts without a subject has their lanes and what they count', async () => {
  const answer = await view({ query: 'heartbeat' })
  expect(answer).toMatchObject({ subject: null, path: [], sharing: null })
  expect(answer.lanes.map(({ entity, counts }) => [entity.name, counts.info])).toEqual([
    ['esx-1', 300],
    ['esx-2', 300],
  ])
})

test('a volume has its users also where no desktop is asked about', async () => {
  const named = await view({ query: 'layer:storage' })
  expect(named).toMatchObject({ subject: null, sharing: null })
  expect(metricOf(named, NAA, 'vm.disk.write.ops').share).toMatchObject({
    largest: { name: 'build-2' },
    others: 1,
  })
})

describe('a request that cannot be followed is refused', () => {
  test.each<[object, object | RegExp]>([
    [{ columns: 0 }, /columns/],
    [{ columns: 4_001 }, /columns/],
    [{ columns: 1.5 }, /columns/],
    [{ lanes: 201 }, /lanes/],
    [{ lanes: 0 }, /lanes/],
    [{ from: undefined }, /lacks "from"/],
    [{ to: undefined }, /lacks "to"/],
    [{ from: WINDOW.to, to: WINDOW.from }, /window is empty/],
    [{ query: 'heartbeat | top 3 host' }, /without pipes/],
    [{ query: 'a and (' }, /./],
    [{ open: [''] }, /open/],
    [{ width: 3 }, /unknown field "width"/],
  ])('%j', async (fields, message) => {
    const response = await ask({ query: '', ...WINDOW, columns: 600, ...fields })
    expect(response.statusCode).toBe(400)
    expect(response.json<{ error: { message: string } }>().error.message).toMatch(message as RegExp)
  })
})
