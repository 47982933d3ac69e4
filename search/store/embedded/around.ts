import { MAX_TIME, MIN_TIME, type Micros } from '../../../model/time.ts'
import { rareTemplates } from '../rare-templates.ts'
import type { Around, AroundRequest, QueryContext } from '../store.ts'
import { queriesOn, visitMatches } from './matching.ts'
import type { Partition } from './partition.ts'
import { comparePlaces, placeOf, type Place } from './place.ts'
import type { Reading } from './reading.ts'
import { readPlaces, type Row } from './rows.ts'

/** What numbers tell of a row: where it stands, and the row if it was looked at. */
interface Outline {
  readonly place: Place
  readonly template: number
  readonly partition: Partition
  readonly pos: number
  readonly row: Row | undefined
}

/** What is around a time: numbers of all that match tell which of them are worth reading, and only those are read. */
export async function around(
  reading: Reading,
  { filter, at, windowUs, nearest, ofRare, stretchUs }: AroundRequest,
  context: QueryContext,
): Promise<Around> {
  const { engine, reader, dictionaries } = reading
  const range = {
    from: Math.max(MIN_TIME, at - windowUs) as Micros,
    to: Math.min(MAX_TIME, at + windowUs) as Micros,
  }
  const before = new Side('newest', nearest)
  const after = new Side('oldest', nearest)
  const stretches = new Map<number, Set<number>>()
  const take = (template: number, time: number, outline: () => Outline): void => {
    const stretch = Math.floor(time / stretchUs)
    const known = stretches.get(template)
    if (known === undefined) stretches.set(template, new Set([stretch]))
    else known.add(stretch)
    const side = time < at ? before : after
    side.take(template, time, outline)
  }
  await visitMatches(reading, { filter, range }, context, {
    told: (rows) =>
      queriesOn(rows).map((from) => async () => {
        const { partition } = rows.snapshot
        const { day } = partition
        const found = await engine.query(
          `SELECT template, time, time_ns, seq, pos ${from}`,
          context,
        )
        const [templates, times] = [found.numbers(0), found.numbers(1)]
        for (let row = 0; row < found.rows; row++) {
          const [template, time] = [templates[row]!, times[row]!]
          take(template, time, () => ({
            place: { time, timeNs: found.number(2, row), day, seq: found.number(3, row) },
            ...{ template, partition, pos: found.number(4, row), row: undefined },
          }))
        }
      }),
    checked: (rows) => {
      for (const row of rows) {
        const { template, partition, pos } = row
        take(template, row.time, () => ({ place: placeOf(row), template, partition, pos, row }))
      }
    },
  })
  const idOf = (template: number): string => dictionaries.templates.get(template).id
  const wanted = [before, after].flatMap((side) => side.worthReading(idOf, ofRare))
  return {
    records: await reader.read(await wholeRows(wanted, reading, context), false, context),
    templates: [...stretches].map(([template, of]) => ({
      template: idOf(template),
      count: before.countOf(template) + after.countOf(template),
      stretches: of.size,
    })),
    notes: [],
  }
}

/** More candidates than this many times the nearest are thinned out. */
const MOST_CANDIDATES = 8

/** What is before a time, or after it. */
class Side {
  readonly #sign: number
  readonly #nearest: number
  /** Those that may be among the nearest; none that are further than `#edge` come to them. */
  #candidates: Outline[] = []
  #edge = Infinity
  readonly #counts = new Map<number, number>()
  readonly #firsts = new Map<number, Outline>()

  constructor(order: 'newest' | 'oldest', nearest: number) {
    this.#sign = order === 'newest' ? -1 : 1
    this.#nearest = nearest
  }

  countOf(template: number): number {
    return this.#counts.get(template) ?? 0
  }

  /** Notes a row; its outline is made if it may be worth reading. */
  take(template: number, time: number, outlineOf: () => Outline): void {
    this.#counts.set(template, this.countOf(template) + 1)
    const first = this.#firsts.get(template)
    const isNear = this.#sign * time <= this.#edge
    const mayBeFirst = first === undefined || this.#sign * time <= this.#sign * first.place.time
    if (!isNear && !mayBeFirst) return
    const outline = outlineOf()
    if (first === undefined || this.#compare(outline, first) < 0) {
      this.#firsts.set(template, outline)
    }
    if (!isNear) return
    this.#candidates.push(outline)
    if (this.#candidates.length > this.#nearest * MOST_CANDIDATES) this.#thinOut()
  }

  /** The nearest, and the nearest of each of the rarest templates that those leave out. */
  worthReading(idOf: (template: number) => string, ofRare: number): Outline[] {
    this.#thinOut()
    const near = this.#candidates
    const known = new Set(near.map(({ template }) => template))
    const others = [...this.#counts].filter(([template]) => !known.has(template))
    const numberOf = new Map(others.map(([template]) => [idOf(template), template]))
    const counts = new Map(others.map(([template, count]) => [idOf(template), count]))
    const rare = rareTemplates(counts, ofRare)
    return [...near, ...rare.map((id) => this.#firsts.get(numberOf.get(id)!)!)]
  }

  #thinOut(): void {
    this.#candidates.sort((a, b) => this.#compare(a, b))
    this.#candidates = this.#candidates.slice(0, this.#nearest)
    if (this.#candidates.length < this.#nearest) return
    this.#edge = this.#sign * (this.#candidates.at(-1)?.place.time ?? Infinity)
  }

  #compare(a: Outline, b: Outline): number {
    return this.#sign * comparePlaces(a.place, b.place)
  }
}

async function wholeRows(
  outlines: readonly Outline[],
  { engine }: Reading,
  context: QueryContext,
): Promise<Row[]> {
  const unread = new Map<Partition, number[]>()
  for (const { partition, pos, row } of outlines) {
    if (row !== undefined) continue
    const places = unread.get(partition)
    if (places === undefined) unread.set(partition, [pos])
    else places.push(pos)
  }
  const read = await Promise.all(
    [...unread].map(async ([partition, places]) => [
      ...(await readPlaces(engine, partition, places, context)).values(),
    ]),
  )
  return [...outlines.flatMap(({ row }) => row ?? []), ...read.flat()]
}
