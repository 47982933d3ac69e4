import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RecordsAnswer, SampleStatus, StartFacts } from '../../model/api.ts'
import { askNumber, readLedger } from '../support/answers.ts'
import {
  servePlumbline,
  type PlumblineProcess,
  type ServeOptions,
} from '../support/plumbline-process.ts'
import { copyProgram } from '../support/program-copy.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { writeSample } from '../support/small-sample.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const LINES = 137_824
const CHANGES = 4
const POINTS = 941_906
const EVER = { from: '2020-01-01T00:00:00Z', to: '2120-01-01T00:00:00Z' }
const LONGEST_LOAD_MS = 120_000

async function serve(options: ServeOptions): Promise<PlumblineProcess> {
  const server = await servePlumbline(options)
  onTestFinished(async () => void (await server.kill()))
  return server
}

const statusOf = (server: PlumblineProcess): Promise<SampleStatus> => server.get('/api/v1/sample')

function untilState(
  server: PlumblineProcess,
  state: SampleStatus['state'],
  also: (status: SampleStatus) => boolean = () => true,
): Promise<SampleStatus> {
  const isSo = (status: SampleStatus): boolean => status.state === state && also(status)
  return waitUntil(() => statusOf(server), isSo, LONGEST_LOAD_MS)
}

async function expectWhole(server: PlumblineProcess): Promise<void> {
  const { loaded } = await statusOf(server)
  expect(loaded).toEqual({ records: LINES + CHANGES, points: POINTS })
  expect(await askNumber(server, '| stats count()')).toBe(LINES + CHANGES)
}

/** Sends a line of one's own; resolves when the server's own store has it. */
async function sendOwn(server: PlumblineProcess, body: string): Promise<void> {
  const time = new Date().toISOString()
  await server.post('/api/v1/ingest/logs', { time, source: 'own', body })
  await server.post('/api/v1/ingest/settle', {})
}

async function search(server: PlumblineProcess, query: string): Promise<RecordsAnswer> {
  return server.post('/api/v1/search', { query, ...EVER })
}

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'was not refused',
    (error: unknown) => String(error),
  )

const inLoading = (status: SampleStatus): boolean => status.loaded.records > 5_000

describe('serve --sample', () => {
  test('loads the sample, says so, shows the desktop that is slow, and does it once', async () => {
    const data = join(temporaryFolder(), 'data')
    const first = await serve({ data, args: ['--sample'] })
    await untilState(first, 'loaded')
    await expectWhole(first)
    const total = await readLedger(first)
    expect(total.received).toBe(total.stored)
    expect(total).toMatchObject({ unparsed: 0, rejected: 0, deadLettered: 0, deduplicated: 0 })
    const { about } = await statusOf(first)
    expect(about).toMatchObject({ hosts: 16, slow: { desktop: 'VDI-0417' } })
    const { records, coverage } = await first.post<RecordsAnswer>('/api/v1/search', about!.view)
    expect(records.length).toBeGreaterThan(50)
    expect(coverage.notes).toEqual([])
    const { stdout, code } = await first.stop()
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^listening on http:\S+\nthis is sample data, .*VDI-0417.*: npx plumbline serve\n$/,
    )

    const second = await serve({ data, args: ['--sample'] })
    expect(await statusOf(second)).toMatchObject({ state: 'loaded', progress: 1, ownRecords: 0 })
    await expectWhole(second)
  })

  test('killed or stopped while it loads, the next start completes it, without doubles', async () => {
    const data = join(temporaryFolder(), 'data')
    const first = await serve({ data, args: ['--sample'] })
    const part = await untilState(first, 'loading', inLoading)
    expect(part.loaded.records).toBeLessThan(LINES + CHANGES + 1)
    await first.kill()
    const second = await serve({ data })
    await untilState(second, 'loading', inLoading)
    expect((await second.stop()).code).toBe(0)
    const third = await serve({ data })
    await untilState(third, 'loaded')
    await expectWhole(third)
  })
})

describe('on an empty folder', () => {
  test('one request loads it, twice at once the same, and one removes it, also half way', async () => {
    const data = join(temporaryFolder(), 'data')
    const server = await serve({ data })
    expect(await server.get<StartFacts>('/api/v1/start')).toMatchObject({
      empty: true,
      dataFolder: { given: data, path: data },
    })
    expect(await statusOf(server)).toMatchObject({ available: true, state: 'absent' })
    const begun = await Promise.all([
      server.post<SampleStatus>('/api/v1/sample', {}),
      server.post<SampleStatus>('/api/v1/sample', {}),
    ])
    expect(begun.map(({ state }) => state)).toEqual(['loading', 'loading'])
    await untilState(server, 'loading', inLoading)
    const { coverage } = await search(server, 'vmkernel')
    expect(coverage.complete).toBe(false)
    expect(coverage.notes.join()).toContain('the sample is being loaded')

    const removed = await Promise.all([
      server.delete<SampleStatus>('/api/v1/sample'),
      server.delete<SampleStatus>('/api/v1/sample'),
    ])
    for (const status of removed) {
      expect(status).toMatchObject({ state: 'absent', failure: null, progress: 0 })
    }
    expect(await askNumber(server, '| stats count()')).toBe(0)
    expect(readdirSync(data).sort()).toEqual(['lock.duckdb', 'spool', 'store'])

    await server.post('/api/v1/sample', {})
    await untilState(server, 'loaded')
    await expectWhole(server)
    await server.delete('/api/v1/sample')
    await sendOwn(server, 'after the sample')
    expect((await search(server, '"after the sample"')).records).toHaveLength(1)
    expect(await askNumber(server, '| stats count()')).toBe(1)
  })
})

describe('beside data of one’s own', () => {
  test('it is loaded and shown, told apart, and removed without the own', async () => {
    const { program, sample } = copyProgram(temporaryFolder())
    writeSample(sample)
    const data = join(temporaryFolder(), 'data')
    const server = await serve({ data, program })
    await sendOwn(server, 'mine')
    expect(await server.post('/api/v1/sample', {})).toMatchObject({ ownRecords: 1 })
    expect(await untilState(server, 'loaded')).toMatchObject({
      shown: true,
      ownRecords: 1,
      loaded: { records: 4, points: 2 },
    })
    expect((await search(server, 'mine')).records).toEqual([])
    expect(await askNumber(server, '| stats count()')).toBe(4)
    await server.put('/api/v1/sample', { shown: false })
    expect((await search(server, '')).records.map(({ body }) => body)).toEqual(['mine'])
    await server.put('/api/v1/sample', { shown: true })
    await sendOwn(server, 'mine too')
    expect(await server.delete('/api/v1/sample')).toMatchObject({ state: 'absent', shown: false })
    expect((await search(server, '')).records.map(({ body }) => body).sort()).toEqual([
      'mine',
      'mine too',
    ])
    expect(readdirSync(data).sort()).toEqual(['lock.duckdb', 'spool', 'store'])
    expect(await server.get<StartFacts>('/api/v1/start')).toMatchObject({ empty: false })
  })

  test('one that cannot be loaded leaves the own data shown', async () => {
    const { program, sample } = copyProgram(temporaryFolder())
    writeSample(sample)
    truncateSync(join(sample, 'metrics.otlp.jsonl.gz'), 40)
    const server = await serve({ data: join(temporaryFolder(), 'data'), program })
    await sendOwn(server, 'mine')
    await server.post('/api/v1/sample', {})
    const { shown } = await untilState(server, 'absent', (status) => status.failure !== null)
    expect(shown).toBe(false)
    expect((await search(server, '')).records.map(({ body }) => body)).toEqual(['mine'])
  })

  test('what arrives while it is shown is kept, counted, told of, and shown without it', async () => {
    const { program, sample } = copyProgram(temporaryFolder())
    writeSample(sample)
    const data = join(temporaryFolder(), 'data')
    const server = await serve({ data, program, args: ['--sample'] })
    await untilState(server, 'loaded')
    await sendOwn(server, 'mine')
    expect(await statusOf(server)).toMatchObject({ state: 'loaded', ownRecords: 1 })
    const answer = await waitUntil(
      () => search(server, 'host:vdi-1'),
      ({ coverage }) => coverage.notes.length > 0,
    )
    expect(answer.records).toHaveLength(3)
    expect(answer.coverage.notes.join()).toContain('1 record of your own is kept beside it')
    await server.stop()

    const next = await serve({ data, program })
    expect(await statusOf(next)).toMatchObject({ state: 'loaded', shown: true, ownRecords: 1 })
    await next.delete('/api/v1/sample')
    const { records, coverage } = await search(next, '')
    expect(records.map(({ body }) => body)).toEqual(['mine'])
    expect(coverage.notes).toEqual([])
  })
})

describe('the switch', () => {
  const bodies = async (server: PlumblineProcess): Promise<string[]> =>
    (await search(server, '')).records.map(({ body }) => body)

  test('shows the own data and the sample again, deletes nothing, and holds over a restart', async () => {
    const { program, sample } = copyProgram(temporaryFolder())
    writeSample(sample)
    const data = join(temporaryFolder(), 'data')
    const first = await serve({ data, program, args: ['--sample'] })
    await untilState(first, 'loaded')
    await sendOwn(first, 'mine')
    expect(await first.put('/api/v1/sample', { shown: false })).toMatchObject({
      state: 'loaded',
      shown: false,
      loaded: { records: 0, points: 0 },
      about: { records: 4 },
    })
    expect(await bodies(first)).toEqual(['mine'])
    expect((await search(first, '')).coverage.notes).toEqual([])
    await first.stop()

    const second = await serve({ data, program })
    expect(await statusOf(second)).toMatchObject({ state: 'loaded', shown: false })
    await sendOwn(second, 'mine too')
    expect(await bodies(second)).toHaveLength(2)
    expect(await second.put('/api/v1/sample', { shown: true })).toMatchObject({
      shown: true,
      ownRecords: 2,
      loaded: { records: 4, points: 2 },
    })
    expect(await bodies(second)).toHaveLength(4)
    await second.put('/api/v1/sample', { shown: false })
    // Asked to load what is loaded, it shows it.
    expect(await second.post('/api/v1/sample', {})).toMatchObject({ shown: true })
    await second.put('/api/v1/sample', { shown: false })
    expect(await second.delete('/api/v1/sample')).toMatchObject({ state: 'absent', shown: false })
    expect(await bodies(second)).toHaveLength(2)
    expect(readdirSync(data).sort()).toEqual(['lock.duckdb', 'spool', 'store'])
  })

  test('waits for a sample that is being loaded, and needs one', async () => {
    const { program, sample } = copyProgram(temporaryFolder())
    writeSample(sample)
    const server = await serve({ data: join(temporaryFolder(), 'data'), program })
    const message = await refusal(server.put('/api/v1/sample', { shown: true }))
    expect(message).toContain('404')
    expect(message).toContain('none is loaded')
    await server.post('/api/v1/sample', {})
    expect(await server.put('/api/v1/sample', { shown: false })).toMatchObject({
      state: 'loaded',
      shown: false,
    })
  })
})

describe('without the files', () => {
  test('it says what to run, and serves on', async () => {
    const { program } = copyProgram(temporaryFolder())
    const data = join(temporaryFolder(), 'data')
    const server = await serve({ data, program, args: ['--sample'] })
    expect(await statusOf(server)).toMatchObject({ available: false, state: 'absent', about: null })
    const message = await refusal(server.post('/api/v1/sample', {}))
    expect(message).toContain('404')
    expect(message).toContain('npm run build:sample')
    await sendOwn(server, 'mine')
    expect((await search(server, 'mine')).records).toHaveLength(1)
    const { stderr, stdout } = await server.stop()
    expect(stderr).toContain('npm run build:sample')
    expect(stdout).not.toContain('sample data')
  })

  test('a damaged one is not shown by half: it names the file, and leaves nothing', async () => {
    const { program, sample } = copyProgram(temporaryFolder())
    writeSample(sample)
    const damaged = join(sample, 'metrics.otlp.jsonl.gz')
    truncateSync(damaged, 40)
    const data = join(temporaryFolder(), 'data')
    const server = await serve({ data, program, args: ['--sample'] })
    const { failure } = await untilState(server, 'absent', (status) => status.failure !== null)
    expect(failure).toContain(damaged)
    expect(failure).toContain('npm run build:sample')
    expect(await askNumber(server, '| stats count()')).toBe(0)
    expect(readdirSync(data).sort()).toEqual(['lock.duckdb', 'spool', 'store'])
    writeSample(sample)
    await server.post('/api/v1/sample', {})
    await untilState(server, 'loaded')
    expect(await askNumber(server, '| stats count()')).toBe(4)
  })

  test('another build of it takes the place of the one that is shown, and disturbs no own data', async () => {
    const { program, sample } = copyProgram(temporaryFolder())
    writeSample(sample)
    const data = join(temporaryFolder(), 'data')
    const first = await serve({ data, program, args: ['--sample'] })
    await untilState(first, 'loaded')
    await first.put('/api/v1/sample', { shown: false })
    await first.stop()
    const line = '<14>2026-11-20T10:00:00Z vdi-1 app: another\n'
    writeSample(sample, { 'syslog.log': line }, { build: 'next', lines: 1 })
    const beside = await serve({ data, program })
    expect(await statusOf(beside)).toMatchObject({ state: 'loaded', shown: false })
    await beside.put('/api/v1/sample', { shown: true })
    await beside.stop()
    const second = await serve({ data, program })
    await untilState(second, 'loaded')
    expect((await search(second, 'host:vdi-1')).records.map(({ body }) => body)).toEqual([
      'another',
    ])
  })
})

describe('on a disk', () => {
  test('with too little room it says how much it needs', async () => {
    const disk = mountSmallDisk(128)
    if (disk === undefined) return
    const server = await serve({ data: join(disk, 'data') })
    const message = await refusal(server.post('/api/v1/sample', {}))
    expect(message).toContain('503')
    expect(message).toMatch(/it needs \d+ MB for a while, and the disk under .* has \d+ MB left/)
    expect(await statusOf(server)).toMatchObject({ state: 'absent' })
  })

  test('that fills up while it loads, it gives up, and gives back what it took', async () => {
    const disk = mountSmallDisk(320)
    if (disk === undefined) return
    const data = join(disk, 'data')
    const server = await serve({ data })
    await server.post('/api/v1/sample', {})
    await untilState(server, 'loading', inLoading)
    fill(join(disk, 'filler'))
    const { failure } = await untilState(server, 'absent', (status) => status.failure !== null)
    expect(failure).toMatch(/disk|space|room/)
    expect(existsSync(join(data, 'sample-incident'))).toBe(false)
    expect(await askNumber(server, '| stats count()')).toBe(0)
    expect((await server.stop()).code).toBe(0)
  })
})

/** Writes a file until the disk takes no more. */
function fill(path: string): void {
  const megabyte = Buffer.alloc(1_048_576)
  try {
    for (;;) writeFileSync(path, megabyte, { flag: 'a' })
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
  }
}
