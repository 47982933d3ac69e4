import { and } from '../../../model/query.ts'
import type { Firsts, FirstsRequest, QueryContext } from '../store.ts'
import { queriesOn, visitMatches } from './matching.ts'
import type { Partition } from './partition.ts'
import { comparePlaces, placeOf, type Place } from './place.ts'
import type { Reading } from './reading.ts'
import { readPlaces, type Row } from './rows.ts'

/** What is known of the first row of a template: where it stands, and the row if it was looked at. */
interface First {
  readonly place: Place
  readonly partition: Partition
  readonly pos: number
  readonly row: Row | undefined
}

/** The first record of each template: which it is, numbers tell, and only those rows are read. */
export async function firstOfTemplates(
  reading: Reading,
  { filter, range, order, templates }: FirstsRequest,
  context: QueryContext,
): Promise<Firsts> {
  const { engine, reader } = reading
  const sign = order === 'newest' ? -1 : 1
  const firsts = new Map<number, First>()
  const note = (template: number, first: First): void => {
    const known = firsts.get(template)
    if (known === undefined || sign * comparePlaces(first.place, known.place) < 0) {
      firsts.set(template, first)
    }
  }
  const wanted = and(filter, { kind: 'in', field: 'template', values: templates })
  const first = order === 'newest' ? 'arg_max' : 'arg_min'
  const columns = ['pos', 'time', 'time_ns', 'seq'].map(
    (column) => `${first}(${column}, (time, time_ns, seq))`,
  )
  await visitMatches(reading, { filter: wanted, range }, context, {
    told: (rows) =>
      queriesOn(rows).map((from) => async () => {
        const { partition } = rows.snapshot
        const sql = `SELECT template, ${columns.join(', ')} ${from} GROUP BY template`
        const found = await engine.query(sql, context)
        for (let row = 0; row < found.rows; row++) {
          const [template, pos, time, timeNs, seq] = [0, 1, 2, 3, 4].map((column) =>
            found.number(column, row),
          ) as [number, number, number, number, number]
          const place = { time, timeNs, day: partition.day, seq }
          note(template, { place, partition, pos, row: undefined })
        }
      }),
    checked: (rows) => {
      for (const row of rows) {
        const { partition, pos } = row
        note(row.template, { place: placeOf(row), partition, pos, row })
      }
    },
  })
  const rows = await wholeRows([...firsts.values()], reading, context)
  rows.sort((a, b) => sign * comparePlaces(placeOf(a), placeOf(b)))
  return { records: await reader.read(rows, false, context), notes: [] }
}

async function wholeRows(
  firsts: readonly First[],
  { engine }: Reading,
  context: QueryContext,
): Promise<Row[]> {
  const unread = new Map<Partition, number[]>()
  for (const { partition, pos, row } of firsts) {
    if (row === undefined) unread.set(partition, [...(unread.get(partition) ?? []), pos])
  }
  const read = await Promise.all(
    [...unread].map(async ([partition, places]) => [
      ...(await readPlaces(engine, partition, places, context)).values(),
    ]),
  )
  return [...firsts.flatMap(({ row }) => row ?? []), ...read.flat()]
}
