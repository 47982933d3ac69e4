import type { LogRecord } from '../../model/record.ts'
import { identifierLinks } from './identifier-links.ts'
import type { Correlating, Link } from './link.ts'
import { NotedReading } from './noted-reading.ts'
import { entityLinks, topologyLinks } from './topology-links.ts'

/** What belongs with a record, and what was not seen when it was looked for. */
export interface Related {
  readonly links: readonly Link[]
  readonly notes: readonly string[]
}

/**
 * What belongs with a record: records that carry one of its identifiers, warnings of what its entities
 * depend on, and the entities that its identifiers name. Nearness in time alone is no link. Strongest
 * first, to a hundredth, which is more than a strength can say; equal ones by nearness; each record and entity
 * once, by its strongest link.
 */
export async function related(record: LogRecord, asked: Correlating): Promise<Related> {
  const store = new NotedReading(asked.store)
  const correlating = { ...asked, store }
  const [byIdentifier, byTopology] = await Promise.all([
    identifierLinks(record, correlating),
    topologyLinks(record, correlating),
  ])
  const links = new Map<string, Link>()
  for (const link of [...entityLinks(record, correlating), ...byIdentifier, ...byTopology]) {
    const known = links.get(targetOf(link))
    if (known === undefined || known.strength < link.strength) links.set(targetOf(link), link)
  }
  const sorted = [...links.values()].sort(
    (a, b) =>
      worthOf(b) - worthOf(a) ||
      gapOf(a, record) - gapOf(b, record) ||
      (targetOf(a) < targetOf(b) ? -1 : 1),
  )
  return { links: sorted, notes: store.notes }
}

const worthOf = ({ strength }: Link): number => Math.round(100 * strength)

const targetOf = ({ to }: Link): string => ('record' in to ? to.record.id : to.entity)

const gapOf = ({ to }: Link, record: LogRecord): number =>
  'record' in to ? Math.abs(to.record.time - record.time) : 0
