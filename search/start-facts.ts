import { statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { StartFacts } from '../model/api.ts'
import { receivedBy } from './sample/own-records.ts'
import type { Store } from './store/store.ts'

/** What a log line takes on disk: the largest of docs/benchmarks.md, rounded up. */
const BYTES_PER_RECORD = 64

/** What the first screen says; `data` is the data folder as it was given. */
export async function startFacts(
  own: Store,
  data: string,
  listeners: StartFacts['listeners'],
): Promise<StartFacts> {
  const path = resolve(data)
  const [received, { bavail, bsize }] = await Promise.all([receivedBy(own), statfs(path)])
  const freeBytes = bavail * bsize
  return {
    empty: received === 0,
    dataFolder: { given: data, path },
    freeBytes,
    recordsThatFit: Math.floor(freeBytes / BYTES_PER_RECORD),
    listeners,
  }
}
