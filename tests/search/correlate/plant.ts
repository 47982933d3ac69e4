import { defaultLayer, type Alias, type Entity, type Relation } from '../../../model/entity.ts'
import { keysOfRecord } from '../../../model/keys.ts'
import type { LogRecord } from '../../../model/record.ts'
import { MAX_TIME, MIN_TIME, type Micros } from '../../../model/time.ts'
import { Topology } from '../../../search/topology/topology.ts'
import { record } from '../../support/record.ts'

export const SECOND = 1_000_000
export const START = 1_795_000_000 * SECOND
/** The device of {@link plant}. */
export const NAA = 'naa.600a0980383036326a5d4f6e75713451'

/** A record `seconds` after the start; its template is its body without digits. */
export function line(
  id: number,
  seconds: number,
  body: string,
  fields: Partial<LogRecord> = {},
): LogRecord {
  const text = body.replaceAll(/\w*\d[\w.]*/g, '#')
  return record({
    id: `20261120-n1-${id.toString(36)}`,
    time: (START + seconds * SECOND) as Micros,
    host: null,
    entity: null,
    source: `source ${id}`,
    severity: 9,
    body,
    template: { id: text, text },
    keys: keysOfRecord(body, fields.attributes ?? {}),
    ...fields,
  })
}

export function entity(id: string, name: string, aliases: readonly Alias[] = []): Entity {
  const type = id.slice(0, id.indexOf(':')) as Entity['type']
  return { id, type, name, layer: defaultLayer(type), team: null, aliases, attributes: {} }
}

export const alias = (kind: string, value: string): Alias => ({
  kind,
  value,
  from: MIN_TIME,
  to: MAX_TIME,
})

export function relation(
  type: Relation['type'],
  from: string,
  to: string,
  until: number = MAX_TIME,
): Relation {
  return { type, from, to, validFrom: MIN_TIME, validTo: until as Micros, provenance: 'inventory' }
}

export const plant = new Topology(
  [
    entity('vm:a', 'vdi-0417'),
    entity('vm:b', 'vdi-0418'),
    entity('hypervisor:h1', 'esx-01'),
    entity('hypervisor:h2', 'esx-02'),
    entity(`volume:${NAA}`, 'lun 7', [alias('naa', NAA)]),
    entity('array:x', 'filer-1'),
  ],
  [
    relation('runs_on', 'vm:a', 'hypervisor:h1', START - 3_600 * SECOND),
    {
      ...relation('runs_on', 'vm:a', 'hypervisor:h2'),
      validFrom: (START - 3_600 * SECOND) as Micros,
    },
    relation('runs_on', 'vm:b', 'hypervisor:h1'),
    relation('stores_on', 'vm:a', 'datastore:d'),
    relation('backed_by', 'datastore:d', `volume:${NAA}`),
    relation('backed_by', `volume:${NAA}`, 'array:x'),
  ],
)

export const nowhere = new Topology([], [])
