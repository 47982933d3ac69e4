import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import type { ApiRecord, RecordsAnswer, SourcesAnswer } from '../../model/api.ts'
import { ALL } from '../../model/query.ts'
import { MAX_TIME, MIN_TIME } from '../../model/time.ts'
import { differences } from '../../search/copy/check.ts'
import { copyStore } from '../../search/copy/copy.ts'
import { compileRegex } from '../../search/query/regex.ts'
import { EmbeddedStore } from '../../search/store/embedded/embedded-store.ts'
import type { WholeStore } from '../../search/store/whole-store.ts'
import { askNumber } from '../support/answers.ts'
import { copyAndKill } from '../support/copy-process.ts'
import { prefixOf, StorePlaces } from '../support/elasticsearch/places.ts'
import { serveRole } from '../support/elasticsearch/serve-role.ts'
import { fill } from '../support/filled-store.ts'
import {
  runPlumbline,
  servePlumbline,
  type PlumblineProcess,
} from '../support/plumbline-process.ts'
import { writeSample } from '../support/small-sample.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const elasticsearch = inject('elasticsearch')

/** Lines beside the small sample: several commits of a copy. */
const LINES = 30_000

describe.skipIf(elasticsearch === null)('plumbline copy', () => {
  const places = new StorePlaces(elasticsearch!)
  afterAll(() => places.removeAll(), 60_000)

  const elasticFlags = (place: string): string[] => [
    ...['--elastic', elasticsearch!.url, '--elastic-prefix', prefixOf(place)],
  ]
  const into = (folder: string, place: string): string[] => [
    ...['--from', folder, '--to', 'elastic', ...elasticFlags(place)],
  ]
  const outOf = (place: string, folder: string): string[] => [
    ...['--from', 'elastic', '--to', folder, ...elasticFlags(place)],
  ]
  const copy = (args: readonly string[]) => runPlumbline(['copy', ...args])

  /** Documents of the indices of a place that a pattern names, as far as they are visible. */
  async function documents(place: string, kind: string): Promise<number> {
    const path = `/${prefixOf(place)}-${kind}-*`
    await fetch(`${elasticsearch!.url}${path}/_refresh`, { method: 'POST' })
    const answer = await fetch(`${elasticsearch!.url}${path}/_count`)
    return ((await answer.json()) as { count: number }).count
  }

  async function serveFolder(data: string): Promise<PlumblineProcess> {
    const server = await servePlumbline({ data })
    onTestFinished(async () => void (await server.kill()))
    return server
  }

  test('brings a data folder into a cluster and back, killed on the way, with equal answers', async () => {
    const folder = join(temporaryFolder(), 'data')
    const place = await places.make()
    const back = join(temporaryFolder(), 'back')
    const before = await withSample(folder)

    for (const part of [0.2, 0.8]) {
      const isTime = async () => (await documents(place, 'logs')) > part * LINES
      const { wasKilled, output } = await copyAndKill(into(folder, place), isTime)
      expect({ wasKilled, output }).toMatchObject({ wasKilled: true })
    }
    const done = await copy(into(folder, place))
    expect(done).toMatchObject({ code: 0 })
    expect(done.stdout).toMatch(/^compared \d+ questions: source and copy are the same\n$/)
    expect(done.stderr).toMatch(/^\d{4}-\d\d-\d\d is copied: \d+ of \d+ records, 2 of 2 points\n/)
    expect(await documents(place, 'logs')).toBe(before.records)
    const again = await copy(into(folder, place))
    expect(again).toMatchObject({ code: 0, stderr: 'everything had been copied\n' })
    expect(await documents(place, 'logs')).toBe(before.records)
    const search = await serveRole(place, 'search')
    expect(await answersOf(search)).toEqual(before.answers)

    let kills = 0
    for (const bytes of [500_000, 1_500_000]) {
      const isTime = async () => bytesOf(join(back, 'store')) > bytes
      const { wasKilled } = await copyAndKill(outOf(place, back), isTime)
      if (wasKilled) kills++
    }
    expect(kills).toBe(2)
    expect(await copy(outOf(place, back))).toMatchObject({ code: 0 })
    const server = await serveFolder(back)
    expect(await answersOf(server)).toEqual(before.answers)
    await server.stop()
    expect(await copy(['--verify', ...outOf(place, back)])).toMatchObject({ code: 0 })
  }, 600_000)

  test('a cluster that has taken a folder over goes on as its server did', async () => {
    const folder = join(temporaryFolder(), 'data')
    const place = await places.make()
    const file = join(temporaryFolder(), 'messages.log')
    writeFileSync(file, linesOf(10))
    const old = await serveFolder(folder)
    expect(await runPlumbline(['import', file, '--url', old.url])).toMatchObject({ code: 0 })
    await old.stop()
    expect(await copy(into(folder, place))).toMatchObject({ code: 0 })
    const server = await serveRole(place, 'all', { data: folder })
    writeFileSync(file, linesOf(12))
    const imported = await runPlumbline(['import', file, '--url', server.url])
    expect(imported.stdout).toMatch(/ 12 +12 +2 +0 +10 +0\n/)
    const { records } = await server.post<RecordsAnswer>('/api/v1/search', { query: 'line 11' })
    expect(records.map(({ id }) => id)).toEqual([expect.stringMatching(/^\d{8}-n1-/)])
    expect(await askNumber(server, '| stats count()')).toBe(12)
    await server.stop()
    const refused = await copy(into(folder, place))
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.stderr).toMatch(/has taken records of its own since .*data was copied/)
  })

  test('what several nodes took keeps its ids in a folder, and comes back from it', async () => {
    const source = await places.open(await places.make())
    await fill(source, ['a-1', 'n1', 'z-9'])
    const folder = EmbeddedStore.open({
      ...{ folder: join(temporaryFolder(), 'store'), compileRegex },
    })
    const embedded = await folder
    const target = await places.open(await places.make())
    onTestFinished(async () => {
      for (const store of [source, embedded, target]) await store.close()
    })
    await copyBetween(source, embedded)
    await copyBetween(embedded, target)
    expect(await everyRecord(target)).toEqual(await everyRecord(source))
    const ids = (await everyRecord(embedded)).map(({ id }) => id)
    expect(new Set(ids.map((id) => id.slice(9, -2).split('-')[0]))).toEqual(
      new Set(['a', 'n1', 'z']),
    )
  })

  test('takes what has come to the source since, and says what is not the same', async () => {
    const folder = join(temporaryFolder(), 'data')
    const place = await places.make()
    const send = async (body: string) => {
      const server = await serveFolder(folder)
      const time = new Date().toISOString()
      await server.post('/api/v1/ingest/logs', { time, source: 'a', host: 'esx-01', body })
      await server.stop()
    }
    await send('before the copy')
    expect(await copy(into(folder, place))).toMatchObject({ code: 0 })
    await send('after the copy')
    const differs = await copy(['--verify', ...into(folder, place)])
    expect(differs).toMatchObject({ code: 1 })
    expect(differs.stdout).toMatch(
      /^differs {2}records of \d{4}-\d\d-\d\d by ingest node n1: 2, numbered from \d+ to \d+ in the source, 1, /,
    )
    expect(differs.stderr).toMatch(/the copy differs from its source in \d+ places/)
    expect(await copy(into(folder, place))).toMatchObject({ code: 0 })
    const search = await serveRole(place, 'search')
    expect(await askNumber(search, 'copy | stats count()')).toBe(2)
  })

  test('is refused where a server holds the folder, records wait in its spool, or others are in the way', async () => {
    const folder = join(temporaryFolder(), 'data')
    const place = await places.make()
    const server = await serveFolder(folder)
    const time = new Date().toISOString()
    await server.post('/api/v1/ingest/logs', { time, source: 'a', body: 'waits in the spool' })
    const held = await copy(into(folder, place))
    expect(held).toMatchObject({ code: 1 })
    expect(held.stderr).toMatch(/process \d+ is using this data folder/)
    await server.kill()
    const spooled = await copy(into(folder, place))
    expect(spooled).toMatchObject({ code: 1 })
    expect(spooled.stderr).toMatch(/\d+ bytes in its spool may not be in the store yet\n.*start/)
    expect(await documents(place, 'logs')).toBe(0)
    await (await serveFolder(folder)).stop()
    const other = join(temporaryFolder(), 'data')
    const another = await serveFolder(other)
    await another.post('/api/v1/ingest/logs', { time, source: 'b', body: 'of another folder' })
    await another.stop()
    expect(await copy(into(folder, place))).toMatchObject({ code: 0 })
    const mixed = await copy(into(other, place))
    expect(mixed).toMatchObject({ code: 1 })
    expect(mixed.stderr).toMatch(/cannot copy into this target: .* it is a copy of .*data/)
    for (const [args, words] of [
      [['--from', folder, '--to', other], /one of --from and --to must be the word "elastic"/],
      [['--from', 'elastic', '--to', 'elastic'], /one of --from and --to must be the word/],
      [['--from', folder, '--to', 'elastic'], /where Elasticsearch is must be said: --elastic URL/],
      [into(join(folder, 'none'), place), /there is no data in .*none/],
    ] as const) {
      const wrong = await copy(args)
      expect({ args, code: wrong.code }).toEqual({ args, code: 2 })
      expect(wrong.stderr).toMatch(words)
    }
  })
})

async function copyBetween(source: WholeStore, target: WholeStore): Promise<void> {
  await copyStore({ source, target, name: 'the source', onProgress: () => undefined })
  const found = []
  for await (const one of differences(source, target, () => undefined)) found.push(one)
  expect(found).toEqual([])
}

async function everyRecord(store: WholeStore) {
  const range = { from: MIN_TIME, to: MAX_TIME }
  const request = { filter: ALL, range, order: 'oldest', limit: 10_000, withRaw: true } as const
  return (await store.search(request, {})).records
}

/** Lines of a host in the shapes that hosts write, with numbers, words and identifiers that vary. */
function linesOf(count: number): string {
  const start = Date.parse('2026-11-20T09:00:00Z')
  return Array.from({ length: count }, (_, n) => {
    const time = new Date(start + n * 100).toISOString()
    const device = `naa.600a0980383044374${String(n % 50).padStart(4, '0')}`
    const words =
      n % 7 === 0
        ? `APD start event for ${device}`
        : `line ${n} of ${n % 13}${n % 97 === 0 ? ' é ½' : ''}`
    return `<${n % 11 === 0 ? 11 : 14}>1 ${time} esx-${n % 20} vmkernel ${n % 900} - - ${words}\n`
  }).join('')
}

/** A data folder with the small sample and many lines; answers what its server said before it was stopped. */
async function withSample(data: string) {
  const files = temporaryFolder()
  writeSample(files)
  const text = (name: string): Buffer => gunzipSync(readFileSync(join(files, `${name}.gz`)))
  const server = await servePlumbline({ data })
  const send = async (path: string, body: Uint8Array, type = 'application/x-ndjson') => {
    const headers = { 'content-type': type }
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body })
    expect(answer.status).toBe(200)
  }
  await send('/api/v1/ingest/inventory', text('inventory.ndjson'))
  await send('/api/v1/ingest/changes', text('changes.ndjson'))
  for (const line of text('metrics.otlp.jsonl').toString().trim().split('\n')) {
    await send('/v1/metrics', Buffer.from(line), 'application/json')
  }
  const lines = join(files, 'lines.log')
  writeFileSync(lines, linesOf(LINES))
  cpSync(join(files, 'syslog.log.gz'), join(files, 'sample.log.gz'))
  const imported = await runPlumbline([
    ...['import', lines, join(files, 'sample.log.gz'), '--url', server.url],
  ])
  expect(imported).toMatchObject({ code: 0 })
  const records = await waitUntil(
    () => askNumber(server, '| stats count()'),
    (count) => count >= LINES + 4,
  )
  const answers = await answersOf(server)
  expect((await server.stop()).code).toBe(0)
  return { records, answers }
}

/** What a server answers, without how long it took. */
async function answersOf(server: PlumblineProcess) {
  const window = { from: '2026-11-20T08:00:00Z', to: '2026-11-21T00:00:00Z' }
  const ask = async (path: string, body: object) => {
    const answer = await server.post<Record<string, unknown>>(path, { ...window, ...body })
    return { ...answer, tookMs: 0, coverage: null }
  }
  const searches = await Promise.all(
    ['naa.600a09803830443740007', 'esx-3 severity>=error', '½', 'near:vdi-1'].flatMap((query) =>
      (['newest', 'oldest'] as const).map((order) =>
        server.post<RecordsAnswer>('/api/v1/search', { ...window, query, order, limit: 50 }),
      ),
    ),
  )
  const first = searches[0]!.records[0]!
  const { sources } = await waitUntil(
    () => server.get<SourcesAnswer>('/api/v1/sources'),
    ({ sources: all }) => all.reduce((sum, { counts }) => sum + counts.stored, 0) > LINES,
  )
  return {
    searches: searches.map(({ records }) => records.map(plain)),
    record: plain(await server.get<ApiRecord>(`/api/v1/records/${first.id}`)),
    table: await ask('/api/v1/search', { query: '| stats count() by host | sort host' }),
    patterns: await ask('/api/v1/patterns', { query: '' }),
    histogram: await ask('/api/v1/histogram', { query: 'apd', buckets: 40, by: 'severity' }),
    related: await ask('/api/v1/related', { record: first.id, ...NO_WINDOW }),
    timeline: await ask('/api/v1/timeline', { query: 'near:vdi-1', columns: 100 }),
    series: await ask('/api/v1/series', { entity: 'vm:vdi-1', metrics: ['*'], step: '1s' }),
    sources: sources
      .map(({ source, counts, watermark }) => ({ source, counts, watermark }))
      .sort((a, b) => (a.source < b.source ? -1 : 1)),
  }
}

const NO_WINDOW = { from: undefined, to: undefined }

/** Identifiers in one order: theirs is that of the attributes, which says nothing. */
const plain = (one: ApiRecord) => ({
  ...one,
  keys: one.keys.map(({ kind, value }) => `${kind} ${value}`).sort(),
})

function bytesOf(folder: string): number {
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => /^\d{4}-.*\.(duckdb|wal)$/.test(name))
  } catch {
    return 0
  }
  return names.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0)
}
