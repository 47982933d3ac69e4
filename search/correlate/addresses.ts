import { cellOf, type CountedKey } from '../../model/counted-key.ts'
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
import type { QueryContext } from '../store/store.ts'
import { templateOf } from './frequencies.ts'
import type { Reading } from './nearest.ts'
import { tellingOf, type Naming, type Telling } from './telling.ts'

/** How far on either side it is looked who names an address: what is named at all times is so for an hour. */
const SPAN_US = MICROS_PER_HOUR

/** What an address that is known so well tells of one line. */
export function tellingOfLine(record: LogRecord, telling: Telling): number {
  const template = templateOf(record)
  const ofTemplate = template === null ? undefined : telling.ofTemplates.get(template)
  return Math.min(telling.inGeneral, ofTemplate ?? 1)
}

const BY_TEMPLATE: CountKey = { kind: 'field', field: 'template' }
const BY_HOST: CountKey = { kind: 'field', field: 'host' }
const BY_MINUTE: CountKey = { kind: 'bin', widthUs: MICROS_PER_MINUTE }

/** What is said in a stretch of time, whoever is named. */
export interface Everything {
  /** How many lines there are of each template. */
  readonly templates: ReadonlyMap<string | null, number>
  /** How long the stretch is as far as there is anything. */
  readonly historyUs: number
}

/** What is said around a time. */
export async function everythingAround(
  at: Micros,
  store: Reading,
  context: QueryContext,
): Promise<Everything> {
  const groupings = [[BY_TEMPLATE], [BY_MINUTE]]
  const [all, inMinutes] = await store.counts(
    { filter: ALL, range: rangeAround(at), groupings },
    context,
  )
  const minutes = inMinutes!.keys[0]!.cells.map(Number)
  const first = minutes.reduce((a, b) => Math.min(a, b), at)
  const last = minutes.reduce((a, b) => Math.max(a, b), at)
  return {
    templates: new Map(
      Array.from(all!.counts, (count, group) => [templateOfGroup(all!.keys[0]!, group), count]),
    ),
    historyUs: last - first,
  }
}

/** How much the address that a filter asks for tells around a time, as {@link tellingOf} has it. */
export async function tellingAround(
  at: Micros,
  filter: Filter,
  around: Promise<Everything>,
  store: Reading,
  context: QueryContext,
): Promise<Telling> {
  const byMinute = [BY_TEMPLATE, BY_MINUTE]
  const byHost = [BY_TEMPLATE, BY_HOST]
  const [everything, [inMinutes, ofHosts]] = await Promise.all([
    around,
    store.counts({ filter, range: rangeAround(at), groupings: [byMinute, byHost] }, context),
  ])
  const namings = new Map<
    string,
    { named: number; all: number; hosts: number; minutes: number[] }
  >()
  inMinutes!.counts.forEach((count, group) => {
    const template = templateOfGroup(inMinutes!.keys[0]!, group)
    if (template === null) return
    const naming = namings.get(template) ?? { named: 0, all: 0, hosts: 0, minutes: [] }
    namings.set(template, naming)
    naming.named += count
    // What came between the two questions is not counted among all.
    naming.all = Math.max(naming.named, everything.templates.get(template) ?? 0)
    naming.minutes.push(Number(cellOf(inMinutes!.keys[1]!, group)))
  })
  for (const place of ofHosts!.keys[0]!.places) {
    const template = ofHosts!.keys[0]!.cells[place] as string | null
    const naming = template === null ? undefined : namings.get(template)
    if (naming !== undefined) naming.hosts++
  }
  return tellingOf(namings, everything.historyUs)
}

const templateOfGroup = (key: CountedKey, group: number): string | null =>
  cellOf(key, group) as string | null

function rangeAround(at: Micros): TimeRange {
  return {
    from: Math.max(MIN_TIME, at - SPAN_US) as Micros,
    to: Math.min(MAX_TIME, at + SPAN_US) as Micros,
  }
}

/** The same among the records of one view, of which `named` name the address. */
export function tellingAmong(named: readonly LogRecord[], everything: Everything): Telling {
  const ofTemplates = new Map<string, LogRecord[]>()
  for (const record of named) {
    const template = templateOf(record)
    if (template === null) continue
    const known = ofTemplates.get(template)
    if (known === undefined) ofTemplates.set(template, [record])
    else known.push(record)
  }
  const namings = [...ofTemplates].map(([template, records]): [string, Naming] => {
    const naming: Naming = {
      named: records.length,
      all: Math.max(records.length, everything.templates.get(template) ?? 0),
      hosts: new Set(records.map(({ host }) => host)).size,
      minutes: records.map(({ time }) => time - (time % MICROS_PER_MINUTE)),
    }
    return [template, naming]
  })
  return tellingOf(new Map(namings), everything.historyUs)
}
