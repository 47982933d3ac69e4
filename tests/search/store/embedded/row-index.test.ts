import { mkdtemp, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../../model/errors.ts'
import { ALL, type Filter } from '../../../../model/query.ts'
import { micros, MICROS_PER_DAY, type TimeRange } from '../../../../model/time.ts'
import { tokensOf } from '../../../../model/tokens.ts'
import { compileRegex } from '../../../../search/query/regex.ts'
import {
  INDEX_LAYOUT,
  OpenBlock,
  OpenTemplateRuns,
  TemplateRuns,
} from '../../../../search/store/embedded/block.ts'
import { EmbeddedStore } from '../../../../search/store/embedded/embedded-store.ts'
import { OpenSegment } from '../../../../search/store/embedded/segment.ts'
import { findToken, tokenId, tokenPage } from '../../../../search/store/embedded/token-pages.ts'
import { CommitMaker } from '../../../support/commits.ts'
import { RANDOM_START } from '../../../support/random.ts'
import { record } from '../../../support/record.ts'

const ALL_TIME: TimeRange = {
  from: micros(RANDOM_START - MICROS_PER_DAY),
  to: micros(RANDOM_START + MICROS_PER_DAY),
}
const LAYOUT = { granuleRows: 2, blockRows: 8, segmentBlocks: 3, tallyRows: 16, keysOfKind: 3 }
const SEGMENT_ROWS = 24

const phrase = (text: string): Filter => ({
  kind: 'phrase',
  tokens: tokensOf(text).map((token) => ({ text: token, wildcard: false })),
})

const line = (second: number, body: string) =>
  record({
    time: micros(RANDOM_START + second * 1_000_000),
    received: RANDOM_START,
    body,
    raw: new TextEncoder().encode(body),
  })

const folders: string[] = []
const stores: EmbeddedStore[] = []

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-index-'))
  folders.push(folder)
  return folder
}

async function open(folder: string): Promise<EmbeddedStore> {
  const store = await EmbeddedStore.open({ folder, compileRegex, layout: LAYOUT })
  stores.push(store)
  return store
}

async function closeAll(): Promise<void> {
  for (const store of stores.splice(0)) await store.close()
}

async function count(store: EmbeddedStore, filter: Filter): Promise<number> {
  const page = await store.search({ filter, range: ALL_TIME, order: 'newest', limit: 1_000 }, {})
  return page.records.length
}

/** A commit of lines that each hold a token of their own and one they share with some others. */
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const n = from + i
    return line(n, `lun ${n % 7}x7 of vm${n}z busy`)
  })

const tokenFile = (folder: string): string => {
  const day = new Date(RANDOM_START / 1000).toISOString().slice(0, 10)
  return join(folder, `${day}.duckdb.tokens`)
}

describe('the index of a partition', () => {
  it('finds the same in the open segment, in sealed ones and after a start', async () => {
    const folder = await newFolder()
    const maker = new CommitMaker()
    let store = await open(folder)
    let rows = 0
    // Commits that end before, at and behind the end of a segment.
    for (const size of [5, 19, 24, 3, 60, 1]) {
      await store.commit(maker.commit(lines(rows, rows + size)))
      rows += size
      const check = async (): Promise<void> => {
        for (const n of [0, Math.floor(rows / 2), rows - 1]) {
          expect(await count(store, phrase(`vm${n}z`))).toBe(1)
        }
        expect(await count(store, phrase(`vm${rows}z`))).toBe(0)
        expect(await count(store, phrase('3x7'))).toBe(
          maker.records.filter(({ body }) => body.includes(' 3x7 ')).length,
        )
      }
      await check()
      await closeAll()
      store = await open(folder)
      await check()
    }
    expect((await stat(tokenFile(folder))).size).toBeGreaterThan(0)
  })

  it('writes over what a commit that failed has left in the token file', async () => {
    const folder = await newFolder()
    const maker = new CommitMaker()
    let store = await open(folder)
    await store.commit(maker.commit(lines(0, SEGMENT_ROWS)))
    const { size } = await stat(tokenFile(folder))
    await closeAll()
    // As after a crash between the file and the transaction.
    await writeFile(tokenFile(folder), 'left over', { flag: 'a' })
    store = await open(folder)
    await store.commit(maker.commit(lines(SEGMENT_ROWS, 2 * SEGMENT_ROWS)))
    expect(await count(store, phrase(`vm${2 * SEGMENT_ROWS - 1}z`))).toBe(1)
    await closeAll()
    store = await open(folder)
    expect(await count(store, phrase('vm1z'))).toBe(1)
    expect(await count(store, phrase(`vm${SEGMENT_ROWS}z`))).toBe(1)
    expect((await stat(tokenFile(folder))).size).toBeGreaterThan(size)
  })

  it.each([
    ['shorter', (path: string) => truncate(path, 3), /it has 3 bytes of \d+/],
    ['missing', (path: string) => unlink(path), /it has 0 bytes of \d+/],
  ])('refuses a token file that is %s and says what to do', async (_, damage, said) => {
    const folder = await newFolder()
    const store = await open(folder)
    await store.commit(new CommitMaker().commit(lines(0, SEGMENT_ROWS)))
    await closeAll()
    await damage(tokenFile(folder))
    const failure: unknown = await open(folder).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(AppError)
    const { code, message, hint } = failure as AppError
    expect(code).toBe('storage_unavailable')
    expect(message).toMatch(said)
    expect(hint).toContain('restore the folder from a backup')
  })

  it('goes into a backup, and goes with its day', async () => {
    const folder = await newFolder()
    const store = await open(folder)
    const maker = new CommitMaker()
    await store.commit(maker.commit(lines(0, 2 * SEGMENT_ROWS + 1)))
    const backup = join(await newFolder(), 'copy')
    await store.backup(backup)
    const copy = await open(backup)
    expect(await count(copy, phrase('vm3z'))).toBe(1)
    expect(await count(copy, ALL)).toBe(2 * SEGMENT_ROWS + 1)

    const later = micros(RANDOM_START + 3 * MICROS_PER_DAY)
    await store.commit(maker.commit([{ ...line(1, 'three days on'), received: later }]))
    await store.retain({ maxAgeDays: 1 }, later)
    await expect(stat(tokenFile(folder))).rejects.toThrow('ENOENT')
  })
})

describe('a segment of long bodies', () => {
  it('is full by its tokens before it has all its rows, and finds them', () => {
    const segment = new OpenSegment(0, INDEX_LAYOUT)
    let seed = 1
    const hashes = Uint32Array.from(
      { length: 500_000 },
      () => (seed = Math.imul(seed, 48_271) >>> 0),
    )
    let rows = 0
    while (!segment.isFull) {
      segment.addRow(
        { time: rows++, template: 0, isAccented: false, hashes: [] },
        hashes,
        0,
        hashes.length,
      )
    }
    expect(rows).toBe(9)
    const { bytes, ends } = segment.pack()
    // Every token stands in the one granule there is.
    for (const hash of hashes.subarray(0, 1_000)) {
      const id = tokenId(hash)
      const start = tokenPage(id) === 0 ? 0 : ends[tokenPage(id) - 1]!
      const padded = new Uint8Array(ends[tokenPage(id)]! - start + 8)
      padded.set(bytes.subarray(start, ends[tokenPage(id)]))
      expect(findToken(padded, id, 1).has(0)).toBe(true)
    }
  })
})

describe('the blocks of the index', () => {
  it('end a granule with its template, not before it is long enough nor after it is too long', () => {
    const block = new OpenBlock(0, 2)
    for (const template of [1, 2, 2, 3, 3, 3, 4, 5, ...new Array<number>(20).fill(6)]) {
      block.addRow(0, template, false)
    }
    expect(block.granules).toEqual([0, 3, 6, 8, 24])
  })

  it('know which templates some rows are of, while there are not too many runs', () => {
    const runs = new OpenTemplateRuns()
    ;[5, 5, 8, 8, 8, 5, 9].forEach((template, row) => runs.add(template, row))
    const inRows = (template: number): boolean[] =>
      Array.from({ length: 7 }, (_, row) => runs.mayHaveAnyIn(new Set([template]), row, row + 1))
    expect(inRows(5)).toEqual([true, true, false, false, false, true, false])
    expect(inRows(9)).toEqual([false, false, false, false, false, false, true])
    const sealed = TemplateRuns.of(Uint32Array.from(runs.templates), Uint32Array.from(runs.starts))
    expect(sealed.mayHaveAnyIn(new Set([8]), 2, 5)).toBe(true)
    const counted: [template: number, rows: number][] = []
    expect(sealed.countInto(7, (...run) => counted.push(run))).toBe(true)
    expect(counted).toEqual([
      [5, 2],
      [8, 3],
      [5, 1],
      [9, 1],
    ])
    for (let row = 7; row < 3_000; row++) runs.add(row % 2, row)
    expect(runs.starts).toEqual([])
    expect(runs.countInto(3_000, () => expect.unreachable())).toBe(false)
    expect(runs.mayHaveAnyIn(new Set([9]), 0, 1)).toBe(true)
    expect(runs.hasAny(new Set([7]))).toBe(false)
  })
})
