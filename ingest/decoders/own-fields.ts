import { ENTITY_TYPES, entityTypeOf, type EntityId } from '../../model/entity.ts'
import { quote } from '../../model/errors.ts'
import type { Instant } from '../../model/time.ts'
import type { Stamp } from '../formats/format.ts'
import type { JsonFields } from './json-fields.ts'

/** Reads an entity id and says what is wrong with it. */
export function entityField(fields: JsonFields, name: string): EntityId {
  const id = fields.text(name)
  if (id === '') return id
  if (entityTypeOf(id) === undefined) {
    const types = ENTITY_TYPES.join(', ')
    fields.fail(`"${name}" is ${quote(id)}: give type:key with a type of ${types}`)
  } else if (id.endsWith(':')) fields.fail(`"${name}" is ${quote(id)}: the key is missing`)
  return id
}

/** The stamp of an RFC 3339 time: as exact as its digits say. */
function stampOf(instant: Instant, text: string): Stamp {
  const digits = /\.(\d+)/.exec(text)?.[1]?.length ?? 0
  const resolutionUs = Math.max(1, 10 ** (6 - digits))
  return { kind: 'instant', us: instant.us, ns: instant.ns, resolutionUs, text }
}

/** `time` of a line as instant and stamp. */
export function stampField(fields: JsonFields, name: string): Stamp {
  const instant = fields.time(name)
  const text = fields.raw(name)
  return stampOf(instant, typeof text === 'string' ? text : '')
}
