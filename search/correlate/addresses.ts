import { ALL, type CountKey, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import {
  MAX_TIME,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MIN_TIME,
  type Micros,
  type TimeRange,
} from '../../model/time.ts'
import type { QueryContext, SearchPage } from '../store/store.ts'
import { templateOf } from './frequencies.ts'
import type { Reading } from './nearest.ts'
import { isNamedForAll } from './services.ts'
import { tellingOf, type Naming, type Telling } from './telling.ts'

/** How far on either side it is looked who names an address: what is named at all times is so for hours. */
const SPAN_US = 2 * MICROS_PER_HOUR

/** What is left of what an address tells where a line says that it is everybody's. */
const OF_ALL = 0.25

/** What an address tells of one line. */
export function tellingOfLine(record: LogRecord, address: string, telling: Telling): number {
  const template = templateOf(record)
  const ofTemplate = template === null ? undefined : telling.ofTemplates.get(template)
  const said = Math.min(telling.inGeneral, ofTemplate ?? 1)
  return isNamedForAll(record, address) ? OF_ALL * said : said
}

const BY_TEMPLATE: CountKey = { kind: 'field', field: 'template' }
const BY_HOST: CountKey = { kind: 'field', field: 'host' }
const BY_MINUTE: CountKey = { kind: 'bin', widthUs: MICROS_PER_MINUTE }

/** How much the address that a filter asks for tells around a time, as {@link tellingOf} has it. */
export async function tellingAround(
  at: Micros,
  filter: Filter,
  store: Reading,
  context: QueryContext,
): Promise<Telling> {
  const range: TimeRange = {
    from: Math.max(MIN_TIME, at - SPAN_US) as Micros,
    to: Math.min(MAX_TIME, at + SPAN_US) as Micros,
  }
  const [inMinutes, ofHosts] = await store.counts(
    {
      filter,
      range,
      groupings: [
        [BY_TEMPLATE, BY_MINUTE],
        [BY_TEMPLATE, BY_HOST],
      ],
    },
    context,
  )
  const templates = new Map<string, { named: number; hosts: number; minutes: number[] }>()
  inMinutes!.counts.forEach((count, group) => {
    const template = inMinutes!.keys[0]![group] as string | null
    if (template === null) return
    const naming = templates.get(template) ?? { named: 0, hosts: 0, minutes: [] }
    templates.set(template, naming)
    naming.named += count
    naming.minutes.push(Number(inMinutes!.keys[1]![group]))
  })
  for (const template of ofHosts!.keys[0]! as readonly (string | null)[]) {
    const naming = template === null ? undefined : templates.get(template)
    if (naming !== undefined) naming.hosts++
  }
  const edge = (order: 'oldest' | 'newest'): Promise<SearchPage> =>
    store.search({ filter: ALL, range, order, limit: 1 }, context)
  const [[all], ...edges] = await Promise.all([
    store.counts(
      {
        filter: { kind: 'in', field: 'template', values: [...templates.keys()] },
        range,
        groupings: [[BY_TEMPLATE]],
      },
      context,
    ),
    edge('oldest'),
    edge('newest'),
  ])
  const alls = new Map(all!.keys[0]!.map((template, group) => [template, all!.counts[group]!]))
  const namings = [...templates].map(([template, naming]): [string, Naming] => {
    return [template, { ...naming, all: Math.max(naming.named, alls.get(template) ?? 0) }]
  })
  const [first, last] = edges.map(({ records: [record] }) => record?.time ?? at)
  return tellingOf(new Map(namings), last! - first!)
}

/** The same among the records of one view, of which `named` name the address. */
export function tellingAmong(
  named: readonly LogRecord[],
  all: ReadonlyMap<string | null, number>,
  historyUs: number,
): Telling {
  const templates = new Map<string, LogRecord[]>()
  for (const record of named) {
    const template = templateOf(record)
    if (template === null) continue
    const known = templates.get(template)
    if (known === undefined) templates.set(template, [record])
    else known.push(record)
  }
  const namings = [...templates].map(([template, records]): [string, Naming] => {
    const naming: Naming = {
      named: records.length,
      all: Math.max(records.length, all.get(template) ?? 0),
      hosts: new Set(records.map(({ host }) => host)).size,
      minutes: records.map(({ time }) => time - (time % MICROS_PER_MINUTE)),
    }
    return [template, naming]
  })
  return tellingOf(new Map(namings), historyUs)
}
