import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importFiles, type ChunkAnswer } from '../../../ingest/import/import-files.ts'
import { findFiles } from '../../../ingest/import/source-files.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-import-'))
})

afterEach(() => rm(folder, { recursive: true }))

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
  return path
}

interface Sent {
  readonly text: string
  readonly parameters: Readonly<Record<string, string>>
}

/** Stores every line; one that says `bad` is rejected. */
function recorder() {
  const sent: Sent[] = []
  const send = async (bytes: Uint8Array, parameters: Sent['parameters']): Promise<ChunkAnswer> => {
    const text = Buffer.from(bytes).toString()
    sent.push({ text, parameters })
    const lines = text.split('\n').filter((line) => line !== '')
    const rejected = lines.filter((line) => line.includes('bad')).length
    return { accepted: lines.length - rejected, duplicates: 0, rejected, unparsed: 0 }
  }
  return { sent, send }
}

const silent = () => undefined

test('folders are walked in order; binary, empty and twice named files are skipped', async () => {
  await file('b/2.log', 'x\n')
  await file('b/1.log', 'x\n')
  const a = await file('a.log', 'x\n')
  await file('core', Uint8Array.of(1, 0, 2))
  await file('nothing.log', '')
  await file('fake.gz', 'text')
  await symlink(a, join(folder, 'z-link.log'))
  const { files, skipped } = await findFiles([folder, a])
  expect(files.map(({ path }) => path.slice(folder.length + 1))).toEqual([
    'a.log',
    'b/1.log',
    'b/2.log',
  ])
  expect(skipped.map(({ path, why }) => [path.slice(folder.length + 1), why])).toEqual([
    ['core', 'binary'],
    ['fake.gz', 'named .gz but not gzip'],
    ['nothing.log', 'empty'],
  ])
})

test('a link back to a folder above it is not followed round and round', async () => {
  await file('a/b/1.log', 'x\n')
  await symlink(folder, join(folder, 'a/b/up'))
  await symlink(join(folder, 'a'), join(folder, 'a/b/again'))
  const { files, skipped } = await findFiles([folder])
  expect(files.map(({ path }) => path.slice(folder.length + 1))).toEqual(['a/b/1.log'])
  expect(skipped).toEqual([])
})

test('what cannot be read in a folder is told apart from what is no text', async () => {
  await symlink(join(folder, 'gone'), join(folder, 'dangling.log'))
  await file('core', Uint8Array.of(1, 0, 2))
  const { skipped } = await findFiles([folder])
  expect(skipped.map(({ isUnreadable }) => isUnreadable ?? false)).toEqual([false, true])
})

test('a journal export is known by its first field, though it holds binary lengths', async () => {
  const path = await file(
    'journal.export',
    Buffer.from('__CURSOR=s=1\nMESSAGE\n\x01\0\0\0\0\0\0\0x\n\n', 'latin1'),
  )
  const { files, skipped } = await findFiles([path])
  expect(skipped).toEqual([])
  const { sent, send } = recorder()
  await importFiles(files, {}, send, silent)
  expect(sent[0]!.parameters['format']).toBe('journald-export')
})

test('a path that does not exist is an error that names it', async () => {
  await expect(findFiles([join(folder, 'none')])).rejects.toThrow(/none/)
})

test('the summary balances and the lines arrive with what is known of the file', async () => {
  await file('one.log', 'good\nbad\ngood')
  await file('two.log.gz', gzipSync('a\n\nb\n'))
  const { files } = await findFiles([folder])
  const { sent, send } = recorder()
  const options = { source: 'esx-01', format: 'auto', zone: 'Europe/Berlin', year: 2025 }
  const summaries = await importFiles(files, options, send, silent)
  expect(summaries).toMatchObject([
    { lines: 3, records: 3, stored: 2, rejected: 1, bytes: 13 },
    { lines: 3, records: 2, stored: 2, rejected: 0, bytes: 5 },
  ])
  const { parameters } = sent.find(({ text }) => text.startsWith('good'))!
  expect(parameters).toMatchObject({
    path: join(folder, 'one.log'),
    offset: '0',
    source: 'esx-01',
    zone: 'Europe/Berlin',
    year: '2025',
  })
  expect(parameters).not.toHaveProperty('format')
  expect(parameters['reference']).toMatch(/^\d{4}-\d\d-\d\dT/)
})

test('a file keeps its name while it grows, and loses it when it is replaced', async () => {
  const path = await file('grow.log', 'first\n')
  const nameNow = async (): Promise<string> => {
    const { sent, send } = recorder()
    await importFiles((await findFiles([path])).files, {}, send, silent)
    return sent[0]!.parameters['file']!
  }
  const name = await nameNow()
  await writeFile(path, 'first\nsecond\n')
  expect(await nameNow()).toBe(name)
  await writeFile(path, 'other\n')
  expect(await nameNow()).not.toBe(name)
})

test('a gzip that breaks off is a failure of its file, not of the import', async () => {
  const whole = gzipSync(Buffer.from('line\n'.repeat(100_000)))
  await file('broken.gz', whole.subarray(0, whole.length - 20))
  await file('good.log', 'x\n')
  const { files } = await findFiles([folder])
  const summaries = await importFiles(files, {}, recorder().send, silent)
  expect(summaries[0]!.failure).toMatch(/unexpected end/)
  expect(summaries[1]).toMatchObject({ stored: 1 })
})

test('a refusal of the server ends the import', async () => {
  await file('a.log', 'x\n')
  const { files } = await findFiles([folder])
  const refuse = () => Promise.reject(new Error('no'))
  await expect(importFiles(files, {}, refuse, silent)).rejects.toThrow('no')
})

test('two chunks of a file are on their way at once, and a refusal waits for the other', async () => {
  await file('long.log', `${'x'.repeat(99)}\n`.repeat(130_000))
  const { files } = await findFiles([folder])
  let onTheirWay = 0
  let most = 0
  let isRefusing = false
  const send = async (bytes: Uint8Array, { offset }: Sent['parameters']): Promise<ChunkAnswer> => {
    most = Math.max(most, ++onTheirWay)
    await new Promise((resolve) => setTimeout(resolve, 100))
    onTheirWay--
    if (offset === '0' && isRefusing) throw new Error('no')
    return { accepted: bytes.length / 100, duplicates: 0, rejected: 0, unparsed: 0 }
  }
  const [summary] = await importFiles(files, {}, send, silent)
  expect(summary).toMatchObject({ lines: 130_000, stored: 130_000, bytes: 13_000_000 })
  expect(most).toBe(2)
  isRefusing = true
  await expect(importFiles(files, {}, send, silent)).rejects.toThrow('no')
  expect(onTheirWay).toBe(0)
})
