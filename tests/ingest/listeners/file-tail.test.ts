import { appendFile, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FileTail, type PlaceStore } from '../../../ingest/listeners/file-tail.ts'
import type { Envelope, IngestPort, Reply } from '../../../ingest/port.ts'
import { AppError } from '../../../model/errors.ts'
import { micros } from '../../../model/time.ts'

const POLL_MS = 5
const OK: Reply = { status: 200, headers: {}, body: '' }

/** Takes lines as the pipeline does: bytes of a file it has taken before are dropped. */
class Taken implements IngestPort {
  readonly lines: string[] = []
  readonly #ends = new Map<string, number>()
  /** Errors to answer with first. */
  readonly failures: AppError[] = []

  async submit(envelope: Envelope): Promise<Reply> {
    const failure = this.failures.shift()
    if (failure !== undefined) throw failure
    const file = envelope.meta['file']!
    const offset = Number(envelope.meta['offset'])
    const end = this.#ends.get(file) ?? 0
    const fresh = Buffer.from(envelope.body).subarray(Math.max(0, end - offset))
    this.#ends.set(file, Math.max(end, offset + envelope.body.length))
    const text = fresh.toString('utf8')
    if (text !== '') this.lines.push(...text.replace(/\n$/, '').split('\n'))
    return OK
  }
}

class Places implements PlaceStore {
  readonly #values = new Map<string, string>()
  /** When set, saves are lost: the process died before the disk had them. */
  isForgetting = false

  async load(key: string): Promise<string | undefined> {
    return this.#values.get(key)
  }

  async save(key: string, value: string): Promise<void> {
    if (!this.isForgetting) this.#values.set(key, value)
  }
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
let folder: string
let path: string
let taken: Taken
let places: Places
let tail: FileTail | undefined
let clock = 0

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-tail-'))
  path = join(folder, 'app.log')
  taken = new Taken()
  places = new Places()
})

afterEach(async () => {
  await tail?.close()
  await rm(folder, { recursive: true })
})

function follow(): FileTail {
  const now = () => micros(1_700_000_000_000_000 + clock++)
  tail = FileTail.start({ path, port: taken, places, log: quiet, now, pollMs: POLL_MS })
  return tail
}

async function lines(...expected: string[]): Promise<void> {
  await expect.poll(() => taken.lines, { timeout: 5_000, interval: 5 }).toEqual(expected)
}

test('a line is sent once its end is there, and not before', async () => {
  await writeFile(path, 'one\ntwo')
  follow()
  await lines('one')
  await appendFile(path, ' and a half\nthree\n')
  await lines('one', 'two and a half', 'three')
})

test('a file that does not exist yet is waited for', async () => {
  follow()
  await writeFile(path, 'late\n')
  await lines('late')
})

test('after a rename the old file is read to its end, then the new one', async () => {
  await writeFile(path, 'a\n')
  follow()
  await lines('a')
  await rename(path, `${path}.1`)
  await appendFile(`${path}.1`, 'b\nunfinished')
  await writeFile(path, 'c\n')
  await lines('a', 'b', 'unfinished', 'c')
})

test('a truncated file is read from its start, also when its first lines repeat', async () => {
  await writeFile(path, 'start\nsecond\n')
  follow()
  await lines('start', 'second')
  await truncate(path)
  await appendFile(path, 'start\n')
  await lines('start', 'second', 'start')
})

test('a file rewritten longer than before is noticed by its first bytes', async () => {
  await writeFile(path, 'old\n')
  follow()
  await lines('old')
  await writeFile(path, 'new and longer\nmore\n')
  await lines('old', 'new and longer', 'more')
})

test('after a restart it goes on where it stopped', async () => {
  await writeFile(path, 'a\nb\n')
  const first = follow()
  await lines('a', 'b')
  await first.close()
  await appendFile(path, 'c\n')
  follow()
  await lines('a', 'b', 'c')
})

test('what was sent but not saved before a crash is not taken twice', async () => {
  await writeFile(path, 'a\n')
  const first = follow()
  await lines('a')
  places.isForgetting = true
  await appendFile(path, 'b\n')
  await lines('a', 'b')
  await first.close()
  places.isForgetting = false
  await appendFile(path, 'c\n')
  follow()
  await lines('a', 'b', 'c')
})

test('a rotation while it was down costs nothing', async () => {
  await writeFile(path, 'a\n')
  const first = follow()
  await lines('a')
  await first.close()
  await appendFile(path, 'b\n')
  await rename(path, `${path}.1`)
  await writeFile(path, 'c\n')
  follow()
  await lines('a', 'b', 'c')
})

test('several rotations while it was down cost nothing, and other files are left alone', async () => {
  // Written one after the other, which a file system may not tell of writes so close together.
  const writtenAt = (name: string, second: number) => utimes(name, second, second)
  await writeFile(`${path}.1`, 'read long ago\n')
  await writeFile(path, 'a\n')
  const first = follow()
  await lines('a')
  await first.close()
  await appendFile(path, 'b\n')
  await rename(`${path}.1`, `${path}.3`)
  await rename(path, `${path}.2`)
  await writeFile(`${path}.1`, 'c\n')
  await writeFile(path, 'd\n')
  await writeFile(`${path}.bak`, 'no log\n')
  for (const [i, name] of ['.3', '.2', '.1', '.bak', ''].entries()) {
    await writtenAt(path + name, 1_000 + i)
  }
  follow()
  await lines('a', 'b', 'c', 'd')
})

test('a file that is deleted and made anew is read to its end, then the new one', async () => {
  await writeFile(path, 'a\n')
  follow()
  await lines('a')
  await appendFile(path, 'b\n')
  await lines('a', 'b')
  await rm(path)
  await writeFile(path, 'c\n')
  await lines('a', 'b', 'c')
})

test('a busy pipeline makes it wait and loses nothing', async () => {
  taken.failures.push(new AppError('overloaded', 'wait'), new AppError('storage_full', 'wait'))
  await writeFile(path, 'a\n')
  follow()
  await lines('a')
})
