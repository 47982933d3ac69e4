import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../../model/errors.ts'
import { MICROS_PER_DAY, parseTimeWord, type Micros } from '../../../model/time.ts'
import type { StoreStats } from '../store.ts'
import type { Connection } from './connection.ts'
import type { DailyIndex, Indices } from './indices.ts'
import type { Reading } from './reading.ts'
import type { StateIndex } from './state-index.ts'
import { DAILY_KINDS } from './templates.ts'

export async function statsOf({ indices }: Reading, state: StateIndex): Promise<StoreStats> {
  const all = await indices.list()
  const sumOf = (kind: DailyIndex['kind']): number =>
    all.reduce((sum, index) => sum + (index.kind === kind ? index.documents : 0), 0)
  const partitions = daysOf(all).map(([day, some]) => ({
    day,
    records: some.find(({ kind }) => kind === 'logs')?.documents ?? 0,
    bytes: bytesOf(some),
  }))
  return {
    records: sumOf('logs'),
    points: sumOf('metrics'),
    series: await state.count('series'),
    templates: await state.count('template'),
    bytes: bytesOf(all) + (await indices.stateBytes()),
    partitions,
  }
}

/** Deletes the indices of whole days, oldest first; answers the days. The newest stays whatever its size. */
export async function retain(
  indices: Indices,
  policy: { readonly maxAgeDays?: number; readonly maxBytes?: number },
  now: Micros,
): Promise<string[]> {
  const days = daysOf(await indices.list())
  let bytes = days.reduce((sum, [, some]) => sum + bytesOf(some), await indices.stateBytes())
  const removed: string[] = []
  for (const [day, some] of days.slice(0, -1)) {
    const end = parseTimeWord(day, now)! + MICROS_PER_DAY
    const tooOld = policy.maxAgeDays !== undefined && now - end > policy.maxAgeDays * MICROS_PER_DAY
    const tooMuch = policy.maxBytes !== undefined && bytes > policy.maxBytes
    if (!tooOld && !tooMuch) break
    await indices.remove(some.map(({ name }) => name))
    bytes -= bytesOf(some)
    removed.push(day)
  }
  return removed
}

const bytesOf = (indices: readonly DailyIndex[]): number =>
  indices.reduce((sum, { bytes }) => sum + bytes, 0)

function daysOf(all: readonly DailyIndex[]): [day: string, indices: DailyIndex[]][] {
  const days = new Map<string, DailyIndex[]>()
  for (const index of all) days.set(index.day, [...(days.get(index.day) ?? []), index])
  return [...days]
}

const SNAPSHOT = 'plumbline'
const ASK_EVERY_MS = 250

/**
 * A snapshot of all indices in a folder that every node of the cluster sees at the same path and that stands in their `path.repo`.
 * Throws `configuration` where it does not, `invalid_request` where a snapshot is there already.
 */
export async function backup(
  connection: Connection,
  indices: Indices,
  folder: string,
): Promise<void> {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const repository = `/_snapshot/${indices.prefix}-${hash}`
  await register(connection, repository, folder)
  try {
    const { snapshots } = await connection.call<{ snapshots: readonly object[] }>({
      method: 'GET',
      path: `${repository}/_all`,
    })
    if (snapshots.length > 0) {
      throw new AppError('invalid_request', `cannot back up into ${folder}: it is not empty`, {
        hint: 'name a new or empty folder',
      })
    }
    await snapshot(connection, repository, indices)
  } finally {
    // Only the name is taken back; the files stay.
    await connection.tryCall({ method: 'DELETE', path: repository }, [404])
  }
}

async function register(connection: Connection, path: string, folder: string): Promise<void> {
  try {
    const body = { type: 'fs', settings: { location: folder } }
    await connection.call({ method: 'PUT', path, body })
  } catch (cause) {
    if (!(cause instanceof AppError) || !/path\.repo|repository|location/.test(cause.message)) {
      throw cause
    }
    throw new AppError('configuration', `cannot back up into ${folder}: ${cause.message}`, {
      cause,
      hint: 'on every node of Elasticsearch, name the folder or one above it in path.repo of elasticsearch.yml, and let its user write there',
    })
  }
}

async function snapshot(
  connection: Connection,
  repository: string,
  indices: Indices,
): Promise<void> {
  const names = [indices.state, ...DAILY_KINDS.map((kind) => indices.allOf(kind))].join(',')
  const path = `${repository}/${SNAPSHOT}`
  const body = { indices: names, include_global_state: false }
  await connection.call({ method: 'PUT', path, body })
  for (;;) {
    const { snapshots } = await connection.call<{
      snapshots: readonly { readonly state: string; readonly reason?: string }[]
    }>({ method: 'GET', path })
    const { state, reason } = snapshots[0]!
    if (state === 'SUCCESS') return
    if (state !== 'IN_PROGRESS') {
      throw new AppError(
        'storage_unavailable',
        `the snapshot ended as ${state}: ${reason ?? 'no reason given'}`,
        { hint: 'see the log of Elasticsearch; back up into another folder' },
      )
    }
    await delay(ASK_EVERY_MS)
  }
}
