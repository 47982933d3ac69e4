import { mkdtemp, open, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Envelope } from '../../ingest/port.ts'
import { Spool, type SpoolOptions, type SpoolPlace } from '../../ingest/spool.ts'
import { SEGMENT_HEADER_BYTES } from '../../ingest/spool-segment.ts'
import { AppError } from '../../model/errors.ts'
import { micros } from '../../model/time.ts'
import { silentLog } from './silent-log.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spool-'))
})

afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

const openSpool = (options: Partial<SpoolOptions> = {}): Promise<Spool> =>
  Spool.open({ folder, log: silentLog, ...options })

function envelope(text: string, received = 1_000_000): Envelope {
  return {
    protocol: 'syslog',
    received: micros(received),
    peer: '10.0.0.5',
    meta: { transport: 'tcp' },
    body: Buffer.from(text),
  }
}

async function replayed(spool: Spool, from: SpoolPlace | null = null): Promise<string[]> {
  const texts: string[] = []
  for await (const entry of spool.replay(from)) {
    texts.push(Buffer.from(entry.envelope.body).toString())
  }
  return texts
}

const segmentFiles = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.spool')).sort()

/** Replaces one method of every open file, as a failing disk would. */
async function onFiles(
  method: 'writev' | 'datasync',
  behave: (original: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const prototype = await filePrototype()
  const original = prototype[method]
  vi.spyOn(prototype, method).mockImplementation(function (this: unknown, ...args: unknown[]) {
    return behave(() => original.apply(this, args))
  })
}

type FileMethod = (...args: unknown[]) => Promise<unknown>

async function filePrototype(): Promise<Record<'writev' | 'datasync', FileMethod>> {
  const handle = await open(folder, 'r')
  await handle.close()
  return Object.getPrototypeOf(handle) as Record<'writev' | 'datasync', FileMethod>
}

const failure = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code })

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof AppError ? error.code : 'not an AppError'),
  )
}

describe('Spool', () => {
  it('gives back after a restart what was appended, byte for byte and in order', async () => {
    const spool = await openSpool()
    const sent = envelope('first')
    await Promise.all([spool.append(sent), spool.append(envelope('')), spool.append(envelope('ü'))])
    await spool.close()
    const again = await openSpool()
    const entries = []
    for await (const entry of again.replay(null)) entries.push(entry.envelope)
    expect(entries.map((e) => ({ ...e, body: Buffer.from(e.body) }))).toEqual([
      sent,
      envelope(''),
      envelope('ü'),
    ])
  })

  it('shares one sync between everything that waits', async () => {
    const spool = await openSpool()
    await Promise.all(Array.from({ length: 100 }, (_, i) => spool.append(envelope(`${i}`))))
    expect(spool.stats()).toMatchObject({ entries: 100, groups: 1 })
    await spool.close()
  })

  it('replays from a position, and deletes what lies wholly before one', async () => {
    const spool = await openSpool({ segmentBytes: 200 })
    const places: SpoolPlace[] = []
    for (let i = 0; i < 12; i++) places.push(await spool.append(envelope(`${i}`)))
    expect((await segmentFiles()).length).toBeGreaterThan(3)
    await spool.release(places[6]!)
    await spool.close()
    const again = await openSpool()
    expect(await replayed(again, places[6])).toEqual(['7', '8', '9', '10', '11'])
    expect(await segmentFiles()).not.toContain('000000000001.spool')
  })

  it('goes on behind the position of the store when the segments are gone', async () => {
    const spool = await openSpool()
    expect(await replayed(spool, { segment: 41, offset: 9000 })).toEqual([])
    expect(await spool.append(envelope('new'))).toMatchObject({ segment: 42 })
    await spool.close()
  })

  it('remembers the newest receive time across restarts, even of what is committed', async () => {
    const spool = await openSpool()
    const place = await spool.append(envelope('late', 5_000_000))
    await spool.close()
    const again = await openSpool()
    await replayed(again, place)
    expect(again.newest).toBe(5_000_000)
  })

  it('leaves an empty segment behind when all of it is stored, and goes on from there', async () => {
    const first = await openSpool()
    await first.append(envelope('stored', 5_000_000))
    const end = await first.append(envelope('stored too', 7_000_000))
    await first.close()
    await first.empty()
    expect(await segmentFiles()).toHaveLength(1)
    const next = await openSpool()
    expect(await replayed(next, end)).toEqual([])
    expect(next.newest).toBe(7_000_000)
    const further = await next.append(envelope('new'))
    expect(further.segment).toBeGreaterThan(end.segment)
    await next.close()
    await next.empty()
    await next.empty()
    expect((await segmentFiles()).length).toBe(1)
  })

  it('cuts a torn end wherever the crash tore it', async () => {
    const spool = await openSpool()
    const first = await spool.append(envelope('kept'))
    const second = await spool.append(envelope('torn'))
    await spool.close()
    const path = join(folder, (await segmentFiles())[0]!)
    const whole = await readFile(path)
    for (let size = first.offset; size < second.offset; size++) {
      await writeFile(path, whole.subarray(0, size))
      const again = await openSpool()
      expect(await replayed(again)).toEqual(['kept'])
      expect((await stat(path)).size).toBe(first.offset)
    }
  })

  it('takes zeros behind the last entry for a torn end', async () => {
    const spool = await openSpool()
    const place = await spool.append(envelope('kept'))
    await spool.close()
    const path = join(folder, (await segmentFiles())[0]!)
    await truncate(path, place.offset + 4096)
    expect(await replayed(await openSpool())).toEqual(['kept'])
  })

  it('skips a damaged entry in the middle, keeps its bytes and goes on', async () => {
    const spool = await openSpool()
    await spool.append(envelope('one'))
    const damaged = await spool.append(envelope('two'))
    await spool.append(envelope('three'))
    await spool.close()
    const path = join(folder, (await segmentFiles())[0]!)
    const bytes = await readFile(path)
    bytes[damaged.offset - 1]! ^= 0xff
    await writeFile(path, bytes)
    const again = await openSpool()
    expect(await replayed(again)).toEqual(['one', 'three'])
    expect(again.stats().damaged).toBe(1)
    const aside = (await readdir(folder)).find((name) => name.startsWith('damaged-'))!
    expect((await readFile(join(folder, aside))).length).toBeGreaterThan(20)
  })

  it('is not misled by a body that looks like an entry', async () => {
    const spool = await openSpool()
    const inner = await spool.append(envelope('inner'))
    const path = join(folder, (await segmentFiles())[0]!)
    const fake = (await readFile(path)).subarray(SEGMENT_HEADER_BYTES, inner.offset)
    const outer = await spool.append({ ...envelope(''), body: fake })
    await spool.close()
    const bytes = await readFile(path)
    bytes[inner.offset + 8]! ^= 1
    await writeFile(path, bytes)
    expect(outer.offset).toBeGreaterThan(inner.offset)
    expect(await replayed(await openSpool())).toEqual(['inner'])
  })

  it('refuses the spool of a newer program', async () => {
    const spool = await openSpool()
    await spool.append(envelope('x'))
    await spool.close()
    const path = join(folder, (await segmentFiles())[0]!)
    const bytes = await readFile(path)
    bytes[7] = 2
    await writeFile(path, bytes)
    expect(await codeOf(replayed(await openSpool()))).toBe('data_version')
  })

  it('survives any damage of its bytes without failing or inventing an envelope', async () => {
    const spool = await openSpool()
    const texts = ['alpha', 'beta', 'gamma', 'delta']
    for (const text of texts) await spool.append(envelope(text))
    await spool.close()
    const name = (await segmentFiles())[0]!
    const whole = await readFile(join(folder, name))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(whole.length),
        async (changes, length) => {
          const bytes = Buffer.from(whole.subarray(0, whole.length - (length % 200)))
          for (const [at, value] of changes) if (at < bytes.length && at !== 7) bytes[at] = value
          await writeFile(join(folder, name), bytes)
          const found = await replayed(await openSpool())
          expect(texts.filter((text) => found.includes(text))).toEqual(found)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('refuses what would reach into the reserve and takes again when there is room', async () => {
    const full = await openSpool({ reserveBytes: Number.MAX_SAFE_INTEGER })
    expect(await codeOf(full.append(envelope('x')))).toBe('storage_full')
    expect(await segmentFiles()).toEqual([])
    await full.close()
    const spool = await openSpool()
    await spool.append(envelope('x'))
    await spool.close()
  })

  it('keeps nothing of a group that the disk was too full for, and recovers by itself', async () => {
    const spool = await openSpool()
    await spool.append(envelope('before'))
    let full = true
    await onFiles('writev', async (original) => {
      if (!full) return original()
      // The first part fits, the rest does not: what a file system near its end does.
      await original()
      throw failure('ENOSPC')
    })
    expect(await codeOf(spool.append(envelope('refused')))).toBe('storage_full')
    full = false
    await spool.append(envelope('after'))
    await spool.close()
    expect(await replayed(await openSpool())).toEqual(['before', 'after'])
    expect(spool.stats().refused).toBe(1)
  })

  it('does not trust a file again whose sync failed', async () => {
    const spool = await openSpool()
    const before = await spool.append(envelope('before'))
    let broken = true
    await onFiles('datasync', (original) => (broken ? Promise.reject(failure('EIO')) : original()))
    expect(await codeOf(spool.append(envelope('refused')))).toBe('storage_unavailable')
    broken = false
    const after = await spool.append(envelope('after'))
    expect(after.segment).toBe(before.segment + 1)
    await spool.close()
    expect(await replayed(await openSpool())).toEqual(['before', 'after'])
  })

  it('finishes short writes', async () => {
    const spool = await openSpool()
    const prototype = await filePrototype()
    const original = prototype.writev
    vi.spyOn(prototype, 'writev').mockImplementation(function (this: unknown, pieces, at) {
      return original.call(this, [(pieces as Uint8Array[])[0]!.subarray(0, 3)], at)
    })
    await spool.append(envelope('in many small pieces'))
    await spool.close()
    expect(await replayed(await openSpool())).toEqual(['in many small pieces'])
  })
})
