import { compareText } from '../../../model/match.ts'
import type { LogRecord } from '../../../model/record.ts'
import { MICROS_PER_DAY, dayOf, parseTimeWord, type Micros } from '../../../model/time.ts'
import { cursorOf, placeOfCursor } from '../cursor.ts'
import type { Contents, CountedStretch, PointsPage, RecordStretch } from '../whole-store.ts'
import { distinctPoints, type MetricReading } from './metrics.ts'
import type { Partition } from './partition.ts'
import type { Reading } from './reading.ts'
import { fetchRows, snapshotOf } from './rows.ts'

/** Reading a store whole takes as long as it takes. */
const PATIENT = { timeoutMs: 86_400_000 } as const

export async function contents({ engine, partitions }: MetricReading): Promise<Contents> {
  const records: CountedStretch[] = []
  const days = new Set<number>()
  for (const partition of partitions()) {
    for (const { node, sequence, from, to } of runsOf(partition)) {
      const found = await engine.query(
        `SELECT count(*), min(seq), max(seq) FROM ${partition.database}.logs
         WHERE seq >= ${from} AND seq < ${to}`,
        PATIENT,
      )
      const count = found.number(0, 0)
      if (count === 0) continue
      const first = sequence + found.number(1, 0) - from
      const last = sequence + found.number(2, 0) - from
      addTo(records, { day: partition.day, node, from: first, to: last + 1, count })
    }
    const found = await engine.query(
      `SELECT DISTINCT time // ${MICROS_PER_DAY} FROM ${partition.database}.points`,
      PATIENT,
    )
    for (const day of found.numbers(0)) days.add(day)
  }
  const points: Contents['points'][number][] = []
  for (const day of [...days].sort((a, b) => a - b)) {
    const name = dayOf((day * MICROS_PER_DAY) as Micros)
    const found = await engine.query(
      `SELECT count(*) FROM (${pointsOfDay(partitions(), name)})`,
      PATIENT,
    )
    points.push({ day: name, count: found.number(0, 0) })
  }
  const nodes = new Set([
    ...partitions().flatMap(({ position }) => position?.node ?? []),
    ...records.map(({ node }) => node),
  ])
  return { nodes: [...nodes].sort(compareText), records: records.sort(byPlace), points }
}

/** Joins a run to one of the same node and day that is there: between them another's rows may stand. */
function addTo(records: CountedStretch[], run: CountedStretch): void {
  const at = records.findIndex(({ day, node }) => day === run.day && node === run.node)
  const known = records[at]
  if (known === undefined) records.push(run)
  else {
    records[at] = {
      ...known,
      from: Math.min(known.from, run.from),
      to: Math.max(known.to, run.to),
      count: known.count + run.count,
    }
  }
}

const byPlace = (a: RecordStretch, b: RecordStretch): number =>
  compareText(a.day, b.day) || compareText(a.node, b.node)

function runsOf(partition: Partition) {
  return partition.origins.runs(
    partition.position?.node ?? '',
    partition.firstSequence,
    snapshotOf(partition).nextSequence,
  )
}

/** The records of a stretch, in the order in which their node numbered them. */
export async function recordsOf(
  reading: Reading,
  { day, node, from, to }: RecordStretch,
  limit: number,
): Promise<LogRecord[]> {
  const partition = reading.partitions().find((one) => one.day === day)
  if (partition === undefined) return []
  const snapshot = snapshotOf(partition)
  const runs = runsOf(partition)
    .filter((run) => run.node === node)
    .sort((a, b) => a.sequence - b.sequence)
  const records: LogRecord[] = []
  for (const run of runs) {
    const first = Math.max(run.from, run.from + from - run.sequence)
    const end = Math.min(run.to, run.from + to - run.sequence)
    if (first >= end) continue
    const rows = await fetchRows(
      reading.engine,
      {
        snapshot,
        sql: `seq >= ${first} AND seq < ${end}`,
        orderBy: 'seq',
        limit: limit - records.length,
      },
      PATIENT,
    )
    records.push(...(await reading.reader.read(rows, true, PATIENT)))
    if (records.length >= limit) break
  }
  return records
}

/** The points of a day, by series and time. */
export async function pointsOf(
  { engine, series, partitions }: MetricReading,
  day: string,
  after: string | null,
  limit: number,
): Promise<PointsPage> {
  const place = after === null ? null : placeOfCursor(after, ['number', 'number', 'number'])
  const behind =
    place === null ? 'TRUE' : `(series, time, time_ns) > (${place.map(Number).join(', ')})`
  const found = await engine.query(
    `${pointsOfDay(partitions(), day, behind)} ORDER BY series, time, time_ns LIMIT ${limit}`,
    PATIENT,
  )
  const ids = found.numbers(0)
  const used = [...new Set(ids)]
  const indexes = new Map(used.map((id, index) => [id, index]))
  const last = found.rows - 1
  return {
    series: used.map((id) => series.get(id)),
    seriesIndex: Uint32Array.from(ids, (id) => indexes.get(id)!),
    time: found.numbers(1),
    timeNs: Uint16Array.from(found.numbers(2)),
    value: found.numbers(3),
    ...(found.rows < limit
      ? {}
      : { next: cursorOf([0, 1, 2].map((column) => found.number(column, last))) }),
  }
}

/** The points of a day of their own time. */
function pointsOfDay(partitions: readonly Partition[], day: string, behind = 'TRUE'): string {
  const from = parseTimeWord(day, 0 as Micros)!
  const range = { from, to: (from + MICROS_PER_DAY) as Micros }
  const holding = partitions.filter((partition) => partition.mayHavePoints(range))
  return distinctPoints(holding, behind, range)
}
