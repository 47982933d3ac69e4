import {
  defaultLayer,
  entityTypeOf,
  LAYERS,
  RELATION_TYPES,
  type Alias,
  type Entity,
  type Relation,
} from '../../model/entity.ts'
import { quote } from '../../model/errors.ts'
import { MAX_TIME, MIN_TIME } from '../../model/time.ts'
import type { Decoder, Item } from './decoder.ts'
import { isJsonObject, JsonFields } from './json-fields.ts'
import { ndjsonDecoder } from './ndjson.ts'
import { entityField } from './own-fields.ts'

/**
 * Our inventory lines: an entity or a relation each (product.md 5).
 *
 * - A relation holds from `validFrom`, else from the line's `time`, until `validTo`, else for good.
 * - An alias holds for all time unless it carries its own `from` and `to`: the contract gives aliases no
 *   interval, and an inventory taken after an incident must still name what the incident was about.
 */
export const inventoryDecoder: Decoder = ndjsonDecoder('inventory', readInventory)

const PROVENANCE = 'inventory'

function readInventory(fields: JsonFields): Item | undefined {
  const entity = fields.raw('entity')
  const relation = fields.raw('relation')
  if (isJsonObject(entity)) return readEntity(fields, new JsonFields(entity, 'entity.'))
  if (isJsonObject(relation)) return readRelation(fields, new JsonFields(relation, 'relation.'))
  fields.fail('an inventory line needs an object under "entity" or "relation"')
  return undefined
}

function readEntity(line: JsonFields, fields: JsonFields): Item {
  line.time('time')
  const id = entityField(fields, 'id')
  const type = entityTypeOf(id) ?? 'service'
  const entity: Entity = {
    id,
    type,
    name: fields.optionalText('name') ?? id.slice(id.indexOf(':') + 1),
    layer: fields.optionalOneOf('layer', LAYERS) ?? defaultLayer(type),
    team: fields.optionalText('team') ?? null,
    aliases: fields.list('aliases').map((alias) => readAlias(fields, alias)),
    attributes: withoutNulls(fields.attributes('attributes')),
  }
  adopt(line, fields)
  return { kind: 'entity', entity }
}

function readAlias(entity: JsonFields, value: unknown): Alias {
  const fields = new JsonFields(isJsonObject(value) ? value : {}, 'entity.aliases.')
  const scope = fields.optionalText('scope')
  const alias: Alias = {
    kind: fields.text('kind'),
    value: fields.text('value'),
    ...(scope === undefined ? {} : { scope }),
    from: fields.optionalTime('from')?.us ?? MIN_TIME,
    to: fields.optionalTime('to')?.us ?? MAX_TIME,
  }
  adopt(entity, fields)
  return alias
}

function readRelation(line: JsonFields, fields: JsonFields): Item {
  const time = line.time('time')
  const relation: Relation = {
    type: fields.oneOf('type', RELATION_TYPES),
    from: entityField(fields, 'from'),
    to: entityField(fields, 'to'),
    validFrom: fields.optionalTime('validFrom')?.us ?? time.us,
    validTo: fields.optionalTime('validTo')?.us ?? MAX_TIME,
    provenance: PROVENANCE,
  }
  if (relation.validTo <= relation.validFrom) {
    const text = quote(String(fields.raw('validTo')))
    fields.fail(`"relation.validTo" is ${text}: give a time after its beginning`)
  }
  adopt(line, fields)
  return { kind: 'relation', relation }
}

/** What is wrong with an inner object is wrong with the line. */
function adopt(outer: JsonFields, inner: JsonFields): void {
  if (inner.problem !== undefined) outer.fail(inner.problem)
}

function withoutNulls(
  attributes: Record<string, string | number | boolean | null>,
): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(attributes)) if (value !== null) kept[name] = value
  return kept
}
