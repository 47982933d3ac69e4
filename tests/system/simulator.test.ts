import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ApiRecord } from '../../model/api.ts'
import type { TimelineAnswer } from '../../model/timeline.ts'
import { entityId } from '../../simulator/entity-ids.ts'
import type { Speaker } from '../../simulator/plant/plant.ts'
import { Simulation } from '../../simulator/simulate.ts'
import type { Line } from '../../simulator/voices/log.ts'
import { readLedger } from '../support/answers.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { REPOSITORY } from '../support/requirements.ts'
import { waitUntil } from '../support/wait.ts'

const PROGRAM = join(REPOSITORY, 'dist/simulator/main.js')
const HOURS = 2
const run = promisify(execFile)

/** OpenTelemetry numbers of syslog severities 0 to 7 (OpenTelemetry logs data model, appendix B). */
const SEVERITIES = [21, 19, 18, 17, 13, 10, 9, 5]
/** The run ends now, so that times without a year are of this year. */
const startUs = (Math.floor(Date.now() / 1000) - HOURS * 3600) * 1e6
const start = new Date(startUs / 1000).toISOString()
const timeAt = (second: number): string => new Date(startUs / 1000 + second * 1000).toISOString()
const range = { from: timeAt(-60), to: timeAt(HOURS * 3600 + 60) }

/** What was sent, computed again: the same seed says the same. */
const sent = new Simulation({ seed: 12, lengthS: HOURS * 3600, startUs, faults: ['rogue-vm'] })
const { plant } = sent.world
const desktop = plant.vms.find((vm) => vm.name === 'VDI-0417')!
const rogue = sent.truth.incidents.find(({ id }) => id === 'rogue-vm')

const folder = mkdtempSync(join(tmpdir(), 'plumbline-simulator-'))
const truth = join(folder, 'truth.ndjson')
let server: PlumblineProcess
let lines: Line[] = []

beforeAll(async () => {
  server = await servePlumbline({ data: join(folder, 'data') })
  const syslog = await server.listener('syslog-tcp')
  const where = ['--url', server.url, '--syslog', `${syslog.host}:${syslog.port}`]
  await run(process.execPath, [PROGRAM, '--start', start, '--truth', truth, ...where])
  lines = [...sent.run()].flatMap((portion) => portion.lines)
  const isIn = (total: { received: number }): boolean => total.received >= lines.length
  await waitUntil(() => readLedger(server), isIn, 60_000)
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
})

describe('the sample over the real wires', () => {
  test('is in the ledger, all of it, and nothing was refused', async () => {
    const total = await waitUntil(
      () => readLedger(server),
      ({ received }) => received > 900_000,
    )
    expect(total).toMatchObject({ rejected: 0, deadLettered: 0, lost: 0, unparsed: 0 })
  })

  test('is read with the right instant and severity, line by line', async () => {
    const records = (await fetchRecords('')).filter((record) => record.kind === 'log')
    expect(records).toHaveLength(lines.length)
    const right = countRight(records)
    expect(right / lines.length).toBeGreaterThanOrEqual(0.999)
  })

  test('is recognised: what has a format of its own is read by it', async () => {
    const formats = new Map<string, Set<string>>()
    for (const { host, format } of await fetchRecords('')) {
      if (host === null) continue
      const kind = host.replace(/-?\d.*$/, '')
      formats.set(kind, (formats.get(kind) ?? new Set()).add(format))
    }
    expect([...formats.get('esx')!].sort()).toEqual([
      'esxi-hostd',
      'esxi-vmkernel',
      'esxi-vobd',
      'rfc3164',
    ])
    expect(formats.get('vcenter')).toEqual(new Set(['vcenter-events']))
    expect(formats.get('array-a')).toEqual(new Set(['netapp-ems']))
    expect(formats.get('fc-sw')).toEqual(new Set(['cisco-nxos']))
    expect(formats.get('sw')).toEqual(new Set(['cisco-nxos', 'cisco-ios']))
    expect(formats.get('VDI')).toEqual(new Set(['rfc5424']))
    expect(formats.get('ceph-mon')).toEqual(new Set(['ceph']))
  })

  test('knows the path of the desktop down to array and switches', async () => {
    const id = encodeURIComponent(entityId.vm(desktop))
    const at = encodeURIComponent(timeAt(HOURS * 3600 - 1000))
    const { entities } = await server.get<{ entities: { id: string }[] }>(
      `/api/v1/entities/${id}/path?at=${at}`,
    )
    const ids = entities.map((entity) => entity.id)
    const { lun, firstHost } = desktop
    expect(ids).toContain(entityId.host(firstHost))
    expect(ids).toContain(entityId.lun(lun))
    expect(ids).toContain(entityId.array(lun.pool.array))
    for (const fabric of plant.fabrics) expect(ids).toContain(entityId.fcSwitch(fabric))
    expect(ids).toContain(entityId.switch('sw-1'))
  })

  test.each([
    ['vm.disk.read.latency', 'ms', entityId.vm(desktop)],
    ['vm.cpu.ready', '1', entityId.vm(desktop)],
    ['vdi.session.input_delay', 'ms', entityId.session(desktop)],
    ['hypervisor.device.latency', 'ms', entityId.host(desktop.firstHost)],
    ['hypervisor.cpu.utilization', '1', entityId.host(desktop.firstHost)],
    ['volume.queue.depth', '1', entityId.lun(desktop.lun)],
    ['datastore.latency', 'ms', entityId.datastore(desktop.lun)],
    ['pool.utilization', '1', entityId.pool(desktop.lun.pool)],
    ['interface.utilization', '1', entityId.switchPort('sw-1', 'Ethernet1/1')],
  ])('has %s in %s, sampled all the time', async (metric, unit, entity) => {
    const { series } = await server.post<{ series: { unit: string; points: unknown[] }[] }>(
      '/api/v1/series',
      { entity, metrics: [metric], ...range, step: '20s' },
    )
    expect(series.length).toBeGreaterThan(0)
    expect(series[0]!.unit).toBe(unit)
    const longest = Math.max(...series.map(({ points }) => points.length))
    expect(longest).toBeGreaterThan(HOURS * 170)
  })

  test('shows the story: latency where the rogue is, hosts that complain about that LUN', async () => {
    const { startS } = rogue!
    const { series } = await server.post<{ series: { points: [string, number][] }[] }>(
      '/api/v1/series',
      { entity: entityId.vm(desktop), metrics: ['vm.disk.read.latency'], ...range, step: '60s' },
    )
    const { points } = series[0]!
    const latency = (from: number, to: number): number[] =>
      points.filter(([at]) => at >= timeAt(from) && at < timeAt(to)).map(([, value]) => value)
    expect(Math.max(...latency(0, startS - 60))).toBeLessThan(10)
    expect(Math.min(...latency(startS + 120, startS + 600))).toBeGreaterThan(30)
    const said = await fetchRecords('deteriorated')
    expect(said.length).toBeGreaterThan(20)
    const naas = said.flatMap(({ keys }) => keys).filter(({ kind }) => kind === 'naa')
    expect(new Set(naas.map(({ value }) => value))).toEqual(new Set([desktop.lun.naa]))
  })

  test('is seen in one view: the desktop waits, its LUN queues, and who writes', async () => {
    const { startS, root } = rogue!
    const window = { from: timeAt(startS - 480), to: timeAt(startS + 1_320) }
    const view = await server.post<TimelineAnswer>('/api/v1/timeline', {
      ...{ query: `near:${desktop.name}`, columns: 1_400, ...window },
    })
    expect(view.subject?.id).toBe(entityId.vm(desktop))
    const laneOf = (id: string) => view.lanes.find(({ entity }) => entity.id === id)!
    const metricOf = (id: string, metric: string) =>
      laneOf(id).metrics.find((one) => one.metric === metric)!
    const waits = metricOf(entityId.vm(desktop), 'guest.disk.latency')
    const queues = metricOf(entityId.lun(desktop.lun), 'volume.queue.depth')
    for (const { ratio, leftMs } of [waits, queues]) {
      expect(ratio).toBeGreaterThan(4)
      expect(Math.abs(leftMs! - 480_000)).toBeLessThan(60_000)
    }
    expect(view.sharing).toMatchObject({
      resource: { id: entityId.lun(desktop.lun) },
      largest: { id: root },
      metric: 'vm.disk.write.ops',
    })
    expect(view.sharing!.share).toBeGreaterThan(0.5)
    expect(laneOf(root).relation).toContain('same LUN')
    expect(laneOf(entityId.host(desktop.firstHost)).relation).toBe(`runs ${desktop.name}`)
    const { rows } = await server.post<{ rows: number[][] }>('/api/v1/search', {
      ...{ query: `near:${desktop.name} | stats count()`, ...window },
    })
    const { info, warning, error, fatal } = view.total
    expect(info + warning + error + fatal).toBe(rows[0]![0])
  })

  test('keeps its truth in a file', () => {
    const first = JSON.parse(readFileSync(truth, 'utf8').split('\n')[0]!) as { row: string }
    expect(first.row).toBe('incident')
  })
})

test('the command says what is wrong and ends with 2', async () => {
  const ended = await run(process.execPath, [PROGRAM, '--faults', 'fire', '--out', folder]).catch(
    (error: unknown) => error as { code: number; stderr: string },
  )
  expect(ended).toMatchObject({ code: 2 })
  expect(ended.stderr).toContain('--faults names "fire": give some of rogue-vm')
})

async function fetchRecords(query: string): Promise<ApiRecord[]> {
  const response = await fetch(`${server.url}/api/v1/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
    body: JSON.stringify({ query, ...range, limit: 1_000_000 }),
  })
  const rows = (await response.text()).split('\n').filter((row) => row !== '')
  return rows.map((row) => JSON.parse(row) as ApiRecord).filter((record) => 'source' in record)
}

/** How many lines came back as a record of the same host, second to the digits written, and severity. */
function countRight(records: readonly ApiRecord[]): number {
  const clocks = new Map(speakers().map(({ hostname, clockOffsetUs }) => [hostname, clockOffsetUs]))
  const byHostAndTime = new Map<string, Line[]>()
  for (const line of lines) {
    const ms = Math.floor((line.us + clocks.get(line.host)!) / 1000)
    // Formats with whole seconds are found under their second.
    for (const key of [`${line.host} ${ms}`, `${line.host} ${ms - (ms % 1000)} s`]) {
      byHostAndTime.set(key, [...(byHostAndTime.get(key) ?? []), line])
    }
  }
  return records.filter(({ host, time, body, severity }) => {
    const ms = Date.parse(time)
    const isWhole = !time.includes('.')
    const found = [
      ...(byHostAndTime.get(`${host} ${ms}`) ?? []),
      ...(isWhole ? (byHostAndTime.get(`${host} ${ms} s`) ?? []) : []),
    ]
    return found.some(({ frame }) => {
      const pri = Number(/^<(\d+)>/.exec(frame)![1])
      return frame.includes(body) && SEVERITIES[pri & 7] === severity
    })
  }).length
}

function speakers(): readonly Speaker[] {
  const controllers = plant.arrays.flatMap((array) => array.controllers)
  const { hosts, vms, fabrics, switches, vcenter } = plant
  return [...hosts, ...vms, ...fabrics, ...switches, ...controllers, vcenter]
}
