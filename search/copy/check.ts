import { relationKey } from '../../model/entity.ts'
import { ALL } from '../../model/query.ts'
import {
  MAX_TIME,
  MICROS_PER_DAY,
  MIN_TIME,
  dayOf,
  parseTimeWord,
  type Micros,
} from '../../model/time.ts'
import type { Store } from '../store/store.ts'
import type { Contents, WholeStore } from '../store/whole-store.ts'
import { Topology } from '../topology/topology.ts'
import { groupsOf, keyOn, questionsOf, sampleOf } from './answers.ts'
import { mapDifferences, valueDifference, type Difference } from './difference.ts'
import { savedDocuments } from './earlier-copy.ts'

/** Days of which answers are compared: the first, the last, and some between. */
const SAMPLED_DAYS = 5
/** Entities of a day whose metrics are compared point by point. */
const SAMPLED_ENTITIES = 10
/** Points that are looked at to find them. */
const LOOKED_AT = 10_000
const LETTERS_AT_ONCE = 1_000

/**
 * Compares a copy with its source: all counts by day, node, layer and severity, ledgers, inventory and saved documents, and
 * of some days the answers to what people ask. `onQuestion` is told what is compared next. Yields what differs.
 */
export async function* differences(
  source: WholeStore,
  target: WholeStore,
  onQuestion: (what: string) => void,
): AsyncGenerator<Difference> {
  const both = <T>(read: (store: WholeStore) => Promise<T>): Promise<[T, T]> =>
    Promise.all([read(source), read(target)])
  onQuestion('counts by day and ingest node')
  const contents = await both((store) => store.contents())
  yield* mapDifferences((key) => `records of ${key}`, ...pairOf(contents, recordCounts))
  yield* mapDifferences((day) => `points of ${day}`, ...pairOf(contents, pointCounts))

  onQuestion('counts by day, layer and severity')
  const counts = await both(countsByDay)
  yield* mapDifferences((key) => `records of ${key}`, ...counts)

  onQuestion('ledgers')
  yield* mapDifferences((name) => `ledger of source ${name}`, ...(await both(ledgersOf)))

  onQuestion('inventory, saved documents and dead letters')
  yield* mapDifferences((id) => `entity ${id}`, ...(await both(entitiesOf)))
  yield* mapDifferences((key) => `relation ${key}`, ...(await both(relationsOf)))
  yield* mapDifferences((key) => `document ${key}`, ...(await both(savedDocuments)))
  yield* mapDifferences((id) => `dead letter ${id}`, ...(await both(lettersOf)))

  const [ofSource, ofTarget] = await both(topologyOf)
  for (const start of sampledDays(counts[0], contents[0])) {
    const day = dayOf(start)
    const range = { from: start, to: (start + MICROS_PER_DAY) as Micros }
    const hasPoints = contents[0].points.some((one) => one.day === day)
    const entities = hasPoints ? await entitiesWithPoints(source, day) : []
    const sample = await sampleOf(source, ofSource, range, entities)
    for (const question of questionsOf(day, start, sample)) {
      onQuestion(question.what)
      const [expected, found] = await Promise.all([
        question.ask(source, ofSource),
        question.ask(target, ofTarget),
      ])
      yield* valueDifference(question.what, expected, found)
    }
  }
}

type CountMap = ReadonlyMap<string, unknown>

const pairOf = <T>([a, b]: [T, T], read: (one: T) => CountMap): [CountMap, CountMap] => [
  read(a),
  read(b),
]

const recordCounts = ({ records }: Contents): CountMap =>
  new Map(
    records.map(({ day, node, count, from, to }) => [
      `${day} by ingest node ${node}`,
      `${count}, numbered from ${from} to ${to - 1}`,
    ]),
  )

const pointCounts = ({ points }: Contents): CountMap =>
  new Map(points.map(({ day, count }) => [day, count]))

async function countsByDay(store: Store): Promise<Map<string, number>> {
  const days = { kind: 'bin', widthUs: MICROS_PER_DAY } as const
  const range = { from: MIN_TIME, to: MAX_TIME }
  const groupings = [[days, keyOn('layer'), keyOn('severity')]]
  const counts = await groupsOf(store, { filter: ALL, range, groupings })
  return new Map(
    [...counts].map(([key, count]) => {
      const [start, layer, severity] = JSON.parse(key) as [Micros, string | null, number]
      return [`${dayOf(start)}, layer ${layer ?? 'unknown'}, severity ${severity}`, count]
    }),
  )
}

async function ledgersOf(store: Store): Promise<CountMap> {
  return new Map(
    (await store.sources()).map(({ source, counts, watermark, lastReceived }) => [
      source,
      { counts, watermark, lastReceived },
    ]),
  )
}

const entitiesOf = async (store: Store): Promise<CountMap> =>
  new Map((await store.entities()).map((entity) => [entity.id, entity]))

const relationsOf = async (store: Store): Promise<CountMap> =>
  new Map((await store.relations()).map((relation) => [relationKey(relation), relation]))

const topologyOf = async (store: Store): Promise<Topology> =>
  new Topology(await store.entities(), await store.relations())

async function lettersOf(store: Store): Promise<CountMap> {
  const letters = new Map<string, string>()
  for (let after = ''; ;) {
    const page = await store.deadLetters(LETTERS_AT_ONCE, after)
    for (const { id, source, reason, raw } of page) {
      letters.set(id, `${raw.length} bytes of ${source}: ${reason}`)
    }
    if (page.length < LETTERS_AT_ONCE) return letters
    after = page.at(-1)!.id
  }
}

/** Starts of days, of records and of points, evenly over all that there are. */
function sampledDays(counts: ReadonlyMap<string, number>, { points }: Contents): Micros[] {
  const names = [
    ...[...counts.keys()].map((key) => key.slice(0, key.indexOf(','))),
    ...points.map(({ day }) => day),
  ]
  const days = [...new Set(names)].sort()
  const step = Math.max(1, (days.length - 1) / (SAMPLED_DAYS - 1))
  const chosen = new Set<string>()
  for (let at = 0; at < days.length; at += step) chosen.add(days[Math.round(at)]!)
  return [...chosen].map((day) => parseTimeWord(day, MIN_TIME)!)
}

async function entitiesWithPoints(store: WholeStore, day: string): Promise<string[]> {
  const { series } = await store.pointsOf(day, null, LOOKED_AT)
  return [...new Set(series.map(({ entity }) => entity))].slice(0, SAMPLED_ENTITIES)
}
