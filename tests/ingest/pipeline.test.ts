import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FrameBundle } from '../../ingest/framing.ts'
import { isBalanced } from '../../ingest/ledger.ts'
import { Pipeline, type PipelineLimits } from '../../ingest/pipeline.ts'
import type { Envelope, ProtocolName } from '../../ingest/port.ts'
import { Spool } from '../../ingest/spool.ts'
import { AppError } from '../../model/errors.ts'
import { micros, parseRfc3339 } from '../../model/time.ts'
import { RecordingSink } from './recording-sink.ts'
import { silentLog } from './silent-log.ts'

const NOON = parseRfc3339('2026-11-21T12:00:00Z')!.us

let folder: string
let sink: RecordingSink

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipeline-'))
  sink = new RecordingSink()
})

afterEach(() => rm(folder, { recursive: true }))

/** What `kill -9` of the process would do to a pipeline. */
const kills = new WeakMap<Pipeline, () => Promise<void>>()
const kill = (pipeline: Pipeline): Promise<void> => kills.get(pipeline)!()

async function start(limits: Partial<PipelineLimits> = {}): Promise<Pipeline> {
  const spool = await Spool.open({ folder, log: silentLog, reserveBytes: 0 })
  const connection = sink.connection()
  const pipeline = await Pipeline.start({
    node: 'n1',
    spool,
    sink: connection,
    log: silentLog,
    known: sink.known(),
    limits: { commitMs: 5, ...limits },
  })
  kills.set(pipeline, async () => {
    connection.cut()
    // A process takes its unfinished turns with it; here they are let run out.
    await new Promise((resolve) => setImmediate(resolve))
    await spool.close()
  })
  return pipeline
}

function envelope(
  protocol: ProtocolName,
  body: Uint8Array | string,
  meta: Record<string, string> = {},
  received = NOON as number,
): Envelope {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return { protocol, received: micros(received), peer: '10.0.0.5', meta, body: bytes }
}

function syslog(lines: readonly string[], received = NOON as number): Envelope {
  const bundle = new FrameBundle()
  for (const line of lines) {
    const bytes = Buffer.from(line)
    bundle.add(bytes, 0, bytes.length, false)
  }
  return envelope('syslog', bundle.take(), {}, received)
}

const lines = (text: string, offset = 0, file = 'f1'): Envelope =>
  envelope('lines', text, { file, path: '/var/log/a', source: 'a', offset: `${offset}` })

const bulk = (bodies: readonly object[]): Envelope =>
  envelope('bulk', bodies.map((body) => `{"create":{}}\n${JSON.stringify(body)}\n`).join(''), {
    path: '/_bulk',
    'content-type': 'application/x-ndjson',
  })

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

it('brings a loss to the store with a place in the spool of its own', async () => {
  const pipeline = await start()
  await pipeline.submit(syslog(['<13>one']))
  await vi.waitFor(() => expect(sink.commits).toHaveLength(1))
  pipeline.countLost('udp:514', 3)
  pipeline.countLost('udp:514', 4)
  await vi.waitFor(() => expect(sink.commits).toHaveLength(2))
  const [first, second] = sink.commits
  expect(second!.ledger.get('udp:514')?.lost).toBe(7)
  expect(second!.position.offset).toBeGreaterThan(first!.position.offset)
  await pipeline.close()
})

it('counts what is over a limit by which one it is', async () => {
  const pipeline = await start()
  const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`
  await pipeline.submit(envelope('bulk', `{"index":{}}\n${deep}\n{"index":{}}\n${deep}\n`))
  const many = envelope('logs', Buffer.alloc(3_100_000, '{}\n'))
  expect(await codeOf(pipeline.submit(many))).toBe('too_large')
  expect(pipeline.stats().limited).toEqual({ depth: 2, itemsPerRequest: 1 })
  await pipeline.close()
})

describe('Pipeline', () => {
  it('brings syslog to the store with its bytes, source, time and severity', async () => {
    const pipeline = await start()
    await pipeline.submit(syslog(['<11>Nov 21 11:59:58 esx-07 sshd[17]: refused']))
    await pipeline.close()
    const [record] = sink.records()
    expect(record).toMatchObject({
      source: 'esx-07',
      host: 'esx-07',
      app: 'sshd',
      body: 'refused',
      severity: 17,
      received: NOON,
      time: parseRfc3339('2026-11-21T11:59:58Z')!.us,
      timeFrom: 'assumed',
    })
    expect(Buffer.from(record!.raw).toString()).toBe('<11>Nov 21 11:59:58 esx-07 sshd[17]: refused')
    expect(sink.counts('esx-07')).toMatchObject({ received: 1, stored: 1, unparsed: 0 })
  })

  it('keeps equal syslog messages: without an acknowledgement nobody repeats knowingly', async () => {
    const pipeline = await start()
    await pipeline.submit(syslog(['<13>x', '<13>x']))
    await pipeline.submit(syslog(['<13>x']))
    await pipeline.close()
    expect(sink.records()).toHaveLength(3)
  })

  it('stores a request that is sent again once, and says so in the ledger', async () => {
    const pipeline = await start()
    const request = bulk([
      { '@timestamp': '2026-11-21T11:00:00Z', message: 'twice', 'host.name': 'h' },
      { '@timestamp': '2026-11-21T11:00:00Z', message: 'twice', 'host.name': 'h' },
    ])
    await pipeline.submit(request)
    await pipeline.submit(request)
    await pipeline.close()
    expect(sink.bodies()).toEqual(['twice', 'twice'])
    const source = sink.sources()[0]!
    expect(sink.counts(source)).toMatchObject({ received: 4, stored: 2, deduplicated: 2 })
  })

  it('still knows after a restart what was sent before, committed or not', async () => {
    const request = bulk([{ '@timestamp': '2026-11-21T11:00:00Z', message: 'once' }])
    const first = await start()
    await first.submit(request)
    await first.close()
    const second = await start()
    sink.failing = true
    await second.submit(request)
    await second.submit(bulk([{ '@timestamp': '2026-11-21T11:00:01Z', message: 'later' }]))
    await kill(second)
    sink.failing = false
    const third = await start()
    await third.submit(request)
    await third.close()
    expect(sink.bodies()).toEqual(['once', 'later'])
  })

  it('takes each line of a file once, however often the import starts again', async () => {
    const pipeline = await start()
    await pipeline.submit(lines('one\ntwo\n\nthree\n'))
    await pipeline.submit(lines('one\ntwo\n\n'))
    await pipeline.close()
    const again = await start()
    await again.submit(lines('one\ntwo\n\nthree\nfour\n'))
    await again.submit(lines('four\nfive\n', 15))
    await again.submit(lines('one\n', 0, 'another file'))
    await again.close()
    expect(sink.bodies()).toEqual(['one', 'two', 'three', 'four', 'five', 'one'])
    expect(sink.counts('a')).toMatchObject({ received: 12, stored: 6, deduplicated: 6 })
  })

  it('makes one record of the lines of a stack trace, and takes it once', async () => {
    const pipeline = await start()
    const trace = 'java.lang.Error: no\n  at a.b(c.java:1)\n\tat d.e(f.java:2)\n'
    await pipeline.submit(lines(trace + 'next\n'))
    await pipeline.submit(lines(trace + 'next\n'))
    await pipeline.submit(lines('  at a.b(c.java:1)\n', 20))
    await pipeline.close()
    expect(sink.bodies()).toEqual([trace.trimEnd(), 'next'])
    expect(sink.records().map(({ raw }) => Buffer.from(raw).toString())).toEqual(sink.bodies())
    expect(sink.counts('a')).toMatchObject({ received: 5, stored: 2, deduplicated: 3 })
  })

  it('puts an event together that vCenter sent in parts', async () => {
    const pipeline = await start()
    const part = (n: number, text: string): string =>
      `<14>2026-11-21T11:59:00.000Z vc-01 vpxd - - - Event [4711] [${n}-2] ${text}`
    await pipeline.submit(
      syslog([
        part(1, '[2026-11-21T11:58:59Z] [vim.event.VmMigratedEvent] [info] [LAB\\\\op] [vc'),
        part(2, '-dc] [4709] [the machine has moved]'),
        '<13>other',
      ]),
    )
    await pipeline.close()
    expect(sink.records()).toHaveLength(2)
    const [event] = sink.records()
    expect(event!.body).toContain('the machine has moved')
    expect(event!.attributes['event.encoding']).toBeUndefined()
    expect(Buffer.from(event!.raw).toString().split('\n')).toHaveLength(2)
  })

  it('replays what the store does not have: same numbers, nothing lost, nothing twice', async () => {
    const first = await start({ commitMs: 1 })
    await first.submit(syslog(['<13>a', '<13>b']))
    await waitFor(() => sink.commits.length > 0)
    sink.failing = true
    await first.submit(syslog(['<13>c']))
    await first.submit(syslog(['<13>d']))
    await kill(first)
    sink.failing = false
    const second = await start()
    await second.submit(syslog(['<13>e']))
    await second.close()
    expect(sink.bodies()).toEqual(['a', 'b', 'c', 'd', 'e'])
    const ids = sink.records().map((record) => record.id)
    expect(ids).toEqual(['a', 'b', 'c', 'd', 'e'].map((_, i) => `20261121-n1-${i}`))
  })

  it('never lets a commit cross midnight, and never lets the clock step back', async () => {
    const midnight = parseRfc3339('2026-11-22T00:00:00Z')!.us as number
    const pipeline = await start({ commitMs: 10_000 })
    await Promise.all([
      pipeline.submit(syslog(['<13>before'], midnight - 1)),
      pipeline.submit(syslog(['<13>after'], midnight)),
      pipeline.submit(syslog(['<13>clock set back'], midnight - 60_000_000)),
    ])
    expect(pipeline.stats().clockBehindUs).toBe(60_000_000)
    await pipeline.close()
    expect(sink.commits.map(({ day, logs }) => [day, logs?.count])).toEqual([
      ['2026-11-21', 1],
      ['2026-11-22', 2],
    ])
    const restarted = await start()
    await restarted.submit(syslog(['<13>still back'], midnight - 60_000_000))
    await restarted.close()
    expect(sink.records().at(-1)!.received).toBe(midnight)
  })

  it('tells a shared store which rows came of which request that may be sent again, and no other store', async () => {
    const send = async (): Promise<void> => {
      const pipeline = await start({ commitMs: 10_000 })
      await pipeline.submit(syslog(['<13>never again']))
      await pipeline.submit(bulk([{ message: 'a' }, { message: 'b' }]))
      // All of it is known, so it has no rows.
      await pipeline.submit(bulk([{ message: 'a' }]))
      await pipeline.submit(lines('of a file\n'))
      await pipeline.submit(bulk([{ message: 'a' }, { message: 'c' }]))
      await pipeline.close()
    }
    await send()
    expect(sink.commits.at(-1)!.requests).toBeUndefined()
    sink = new RecordingSink()
    sink.isShared = true
    await send()
    const { requests, position } = sink.commits.at(-1)!
    expect([...requests!.firstRows, ...requests!.rowCounts]).toEqual([1, 4, 2, 1])
    expect(requests!.offsets[1]).toBe(position.offset)
  })

  it('keeps what no format understands', async () => {
    const pipeline = await start()
    await pipeline.submit(lines('\u0001 ~~ who knows\n'))
    await pipeline.close()
    expect(sink.records()[0]).toMatchObject({ body: '\u0001 ~~ who knows', format: 'unparsed' })
    expect(sink.counts('a')).toMatchObject({ received: 1, stored: 1, unparsed: 1 })
  })

  it('reads bytes that are no UTF-8 as windows-1252 and keeps them as they came', async () => {
    const pipeline = await start()
    const bytes = Buffer.from('<13>gr\xfcn', 'latin1')
    const bundle = new FrameBundle()
    bundle.add(bytes, 0, bytes.length, false)
    await pipeline.submit(envelope('syslog', bundle.take()))
    await pipeline.close()
    const [record] = sink.records()
    expect(record).toMatchObject({ body: 'grün' })
    expect(record!.attributes['event.encoding']).toBe('windows-1252')
    expect(Buffer.from(record!.raw)).toEqual(bytes)
  })

  it('marks what a listener had to cut', async () => {
    const pipeline = await start()
    const bundle = new FrameBundle()
    bundle.add(Buffer.from('<13>cut'), 0, 7, true)
    await pipeline.submit(envelope('syslog', bundle.take()))
    await pipeline.close()
    expect(sink.records()[0]!.attributes['log.truncated']).toBe(true)
  })

  it('refuses a request that cannot be read, and leaves nothing of it', async () => {
    const pipeline = await start()
    const bad = envelope('lines', 'x\n', { offset: 'minus one' })
    expect(await codeOf(pipeline.submit(bad))).toBe('invalid_request')
    expect(await codeOf(pipeline.submit(envelope('lines', 'x\n', { zone: 'Mars/Base' })))).toBe(
      'invalid_request',
    )
    expect(pipeline.stats()).toMatchObject({ heldBytes: 0, heldItems: 0, spool: { entries: 0 } })
    await pipeline.close()
    expect(sink.commits).toEqual([])
  })

  it('follows the zone and year that come with a file', async () => {
    const pipeline = await start()
    const meta = { source: 'a', zone: 'Europe/Berlin', year: '2024' }
    await pipeline.submit(envelope('lines', 'Jul  1 10:00:00 h app[1]: x\n', meta))
    await pipeline.close()
    expect(sink.records()[0]).toMatchObject({
      time: parseRfc3339('2024-07-01T08:00:00Z')!.us,
      timeFrom: 'configured',
    })
  })

  it('pushes back when the store is behind, lets others wait, and goes on by itself', async () => {
    sink.failing = true
    const pipeline = await start({ heldItems: 10, commitMs: 1 })
    await pipeline.submit(syslog(Array.from({ length: 12 }, (_, i) => `<13>${i}`)))
    expect(await codeOf(pipeline.submit(syslog(['<13>no'])))).toBe('overloaded')
    let delivered = false
    const waiting = pipeline.deliver(syslog(['<13>waits'])).then(() => (delivered = true))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(delivered).toBe(false)
    expect(pipeline.stats()).toMatchObject({ waiting: 1, heldItems: 12 })
    expect(pipeline.stats().storeFailure).toContain('told to fail')
    sink.failing = false
    await waiting
    await pipeline.close()
    expect(sink.records()).toHaveLength(13)
    expect(pipeline.stats()).toMatchObject({ heldBytes: 0, heldItems: 0, storeFailure: null })
  })

  it('counts what was lost without disturbing the balance', async () => {
    const pipeline = await start()
    await pipeline.submit(syslog(['<13>x']))
    pipeline.countLost('udp:5514', 7)
    await pipeline.close()
    expect(sink.counts('udp:5514')).toMatchObject({ received: 0, lost: 7 })
  })

  it('goes on where it stood when nothing but losses came after a restart', async () => {
    const first = await start()
    await first.submit(syslog(['<13>a']))
    await first.close()
    const second = await start()
    second.countLost('udp:5514', 1)
    await second.close()
    const third = await start()
    await third.close()
    expect(sink.bodies()).toEqual(['a'])
  })

  it('gives the spool back once the store has everything', async () => {
    const spool = await Spool.open({ folder, log: silentLog, segmentBytes: 500, reserveBytes: 0 })
    const known = sink.known()
    const limits = { commitMs: 1 }
    const pipeline = await Pipeline.start({
      node: 'n1',
      spool,
      sink,
      log: silentLog,
      known,
      limits,
    })
    for (let i = 0; i < 30; i++) await pipeline.submit(syslog([`<13>line ${i}`]))
    await waitFor(() => sink.records().length === 30)
    await pipeline.close()
    expect(spool.stats().segments).toBeLessThanOrEqual(2)
  })

  it('survives a crash at any moment: all acknowledged, nothing twice, balanced', async () => {
    const requests = fc.array(
      fc.record({
        protocol: fc.constantFrom('syslog', 'bulk', 'lines'),
        texts: fc.array(fc.constantFrom('a', 'b', 'c c', 'd 1'), { minLength: 1, maxLength: 5 }),
        crash: fc.constantFrom('no', 'no', 'clean', 'hard'),
      }),
      { maxLength: 15 },
    )
    await fc.assert(
      fc.asyncProperty(requests, async (all) => {
        await rm(folder, { recursive: true })
        sink = new RecordingSink()
        let pipeline = await start({ commitMs: 1, commitRows: 3 })
        let offset = 0
        let sent = 0
        for (const { protocol, texts, crash } of all) {
          // Each record is its own, so that what is stored can be counted.
          const unique = texts.map((text) => `${text} ${sent++}`)
          const text = unique.join('\n') + '\n'
          if (protocol === 'syslog') await pipeline.submit(syslog(unique.map((t) => `<13>${t}`)))
          else if (protocol === 'bulk') {
            const request = bulk(unique.map((message) => ({ message })))
            await pipeline.submit(request)
            await pipeline.submit(request)
          } else {
            await pipeline.submit(lines(text, offset))
            offset += text.length
          }
          if (crash === 'clean') await pipeline.close()
          else if (crash === 'hard') await kill(pipeline)
          if (crash !== 'no') pipeline = await start({ commitMs: 1, commitRows: 3 })
        }
        await pipeline.close()
        const numbers = sink.bodies().map((body) => Number(/\d+$/.exec(body)![0]))
        expect(numbers).toEqual(Array.from({ length: sent }, (_, i) => i))
        for (const { ledger } of sink.commits) {
          for (const counts of ledger.values()) expect(isBalanced(counts)).toBe(true)
        }
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 100) },
    )
  })
})

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}
