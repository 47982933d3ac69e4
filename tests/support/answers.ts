import { expect } from 'vitest'
import type { ApiRecord, Cell, RecordsAnswer, Series, SeriesAnswer } from '../../model/api.ts'
import { noCounts, type LedgerCounts } from '../../model/batch.ts'
import type { PlumblineProcess } from './plumbline-process.ts'
import { waitUntil } from './wait.ts'

/** The newest records a query finds, once there are at least `count` of them. */
export async function findRecords(
  server: PlumblineProcess,
  query: string,
  count = 1,
): Promise<ApiRecord[]> {
  const ask = async (): Promise<ApiRecord[]> =>
    (await server.post<{ records: ApiRecord[] }>('/api/v1/search', { query, limit: 10_000 }))
      .records
  return waitUntil(ask, (records) => records.length >= count)
}

/** The one record a query finds. */
export async function findRecord(server: PlumblineProcess, query: string): Promise<ApiRecord> {
  const records = await findRecords(server, query)
  expect(records).toHaveLength(1)
  return records[0]!
}

/** The one series of a metric of an entity in the last minute, once it has so many points. */
export async function findSeries(
  server: PlumblineProcess,
  entity: string,
  metric: string,
  points = 1,
): Promise<Series> {
  const ask = async (): Promise<readonly Series[]> => {
    const now = Date.now()
    const window = { from: new Date(now - 60_000), to: new Date(now + 60_000) }
    const body = { entity, metrics: [metric], ...window, step: '1s' }
    return (await server.post<SeriesAnswer>('/api/v1/series', body)).series
  }
  const found = await waitUntil(ask, (series) => (series[0]?.points.length ?? 0) >= points)
  expect(found).toHaveLength(1)
  return found[0]!
}

/** The single cell of a query that ends in one. */
export async function askNumber(server: PlumblineProcess, query: string): Promise<number> {
  const { rows } = await server.post<{ rows: Cell[][] }>('/api/v1/search', { query })
  return Number(rows[0]?.[0] ?? 0)
}

/** The ledgers of all sources added up, after checking that each balances. */
export async function readLedger(server: PlumblineProcess): Promise<LedgerCounts> {
  const { sources } = await server.get<{ sources: { source: string; counts: LedgerCounts }[] }>(
    '/api/v1/sources',
  )
  const total = noCounts()
  for (const { source, counts } of sources) {
    const accounted = counts.stored + counts.deduplicated + counts.rejected + counts.deadLettered
    expect({ source, received: counts.received }).toEqual({ source, received: accounted })
    for (const name of NAMES) total[name] += counts[name]
  }
  return total
}

/**
 * Exactly these documents of `RetryingSender`s are stored, each once, and the ledger says so too: nothing
 * acknowledged was lost, and a retry stored nothing twice. `others` are records that somebody else sent.
 */
export async function expectStoredOnce(
  server: PlumblineProcess,
  acknowledged: readonly string[],
  others = 0,
): Promise<void> {
  await expectStored(server, acknowledged.length + others)
  const stored = (await readDocumentIds(server)).sort()
  expect(differences(acknowledged, stored)).toEqual({ lost: [], unexpected: [], twice: [] })
}

/** Once as many records are found as expected, there are no more, and the ledger says the same. */
export async function expectStored(server: PlumblineProcess, count: number): Promise<void> {
  const found = () => askNumber(server, '| stats count()')
  await waitUntil(found, (number) => number >= count)
  // `/sources` may be a second old.
  const ledger = await waitUntil(
    () => readLedger(server),
    ({ stored }) => stored >= count,
  )
  expect({ found: await found(), stored: ledger.stored }).toEqual({ found: count, stored: count })
}

/** `doc.id` of every stored record, through the pages of a search. */
async function readDocumentIds(server: PlumblineProcess): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page: RecordsAnswer = await server.post('/api/v1/search', {
      query: 'host:retry-host',
      limit: 10_000,
      ...(cursor === undefined ? {} : { cursor }),
    })
    ids.push(...page.records.map((record) => String(record.attributes['doc.id'])))
    cursor = page.next
  } while (cursor !== undefined)
  return ids
}

function differences(expected: readonly string[], actual: readonly string[]) {
  const [wanted, found] = [new Set(expected), new Set(actual)]
  return {
    lost: expected.filter((id) => !found.has(id)).slice(0, 10),
    unexpected: actual.filter((id) => !wanted.has(id)).slice(0, 10),
    twice: actual.filter((id, index) => id === actual[index - 1]).slice(0, 10),
  }
}

const NAMES = Object.keys(noCounts()) as (keyof LedgerCounts)[]
