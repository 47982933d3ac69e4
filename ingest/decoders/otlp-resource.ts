import { ENTITY_TYPES, entityTypeOf, type EntityId } from '../../model/entity.ts'
import { AppError } from '../../model/errors.ts'
import {
  AttributeReading,
  attributesFromJson,
  listOf,
  objectOf,
  textOf,
  type Attributes,
} from './otlp-values.ts'
import type { ProtobufReader } from './protobuf.ts'

/** Who a request's records are about, read once per resource. */
export interface OtlpResource {
  readonly attributes: Attributes
  readonly host: string | undefined
  readonly service: string | undefined
  readonly entity: EntityId | undefined
  /** Who the records are counted under; undefined leaves it to the peer. */
  readonly source: string | undefined
}

/** OpenTelemetry's own entity identity (`Resource.entity_refs`). */
interface EntityRef {
  readonly type: string
  readonly idKeys: readonly string[]
}

/** Entities that a resource names, and keys of one of them, as far as we look. */
const MAX_REFS = 16

/** opentelemetry.proto.resource.v1.Resource. */
export function readResource(reader: ProtobufReader): OtlpResource {
  const reading = new AttributeReading()
  const refs: EntityRef[] = []
  while (reader.next()) {
    if (reader.field === 1) reading.read(reader.message())
    else if (reader.field === 3 && refs.length < MAX_REFS)
      refs.push(readEntityRef(reader.message()))
    else reader.skip()
  }
  return resourceOf(reading.attributes, refs)
}

function readEntityRef(reader: ProtobufReader): EntityRef {
  let type = ''
  const idKeys: string[] = []
  while (reader.next()) {
    if (reader.field === 2) type = reader.string()
    else if (reader.field === 3 && idKeys.length < MAX_REFS) idKeys.push(reader.string())
    else reader.skip()
  }
  return { type, idKeys }
}

export function resourceFromJson(value: unknown): OtlpResource {
  const refs = listOf(value, 'entityRefs').map((item): EntityRef => {
    const idKeys = listOf(item, 'idKeys').map(textOf)
    return { type: textOf(objectOf(item)['type']), idKeys }
  })
  return resourceOf(attributesFromJson(listOf(value, 'attributes')), refs)
}

/** A resource, or why its records cannot be read: those of its neighbours can. */
export type ResourceReading = OtlpResource | AppError

export function resourceOrWhyNot(read: () => OtlpResource): ResourceReading {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error
  }
}

/** Records without a resource. */
export const NO_RESOURCE: OtlpResource = {
  attributes: {},
  host: undefined,
  service: undefined,
  entity: undefined,
  source: undefined,
}

function resourceOf(attributes: Attributes, refs: readonly EntityRef[]): OtlpResource {
  const host = textAt(attributes, 'host.name')
  const service = textAt(attributes, 'service.name')
  return {
    attributes,
    host,
    service,
    entity: entityOf(attributes, refs),
    source: host ?? service,
  }
}

function textAt(attributes: Attributes, name: string): string | undefined {
  const value = attributes[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Attributes that name an entity, the most specific first. `vcenter.*` as in the collector's vcenter
 * receiver, where a VM's metrics also name its host and cluster.
 */
const ENTITY_ATTRIBUTES: readonly (readonly [string, string])[] = [
  ['vm.id', 'vm'],
  ['vcenter.vm.id', 'vm'],
  ['vcenter.vm.name', 'vm'],
  ['vcenter.datastore.name', 'datastore'],
  ['vcenter.host.name', 'hypervisor'],
  ['hypervisor.id', 'hypervisor'],
  ['hypervisor.name', 'hypervisor'],
  ['storage.volume.id', 'volume'],
  ['storage.array.id', 'array'],
  ['vdi.session.id', 'vdi_session'],
  ['vcenter.cluster.name', 'cluster'],
  ['vcenter.datacenter.name', 'datacenter'],
]

/**
 * The entity of a resource: its own reference where its type is ours; an attribute that names one; the
 * service, unless its name is the SDK's stand-in; else the host. OpenTelemetry's `host` can be a VM, a
 * hypervisor or a device: it is taken as a VM, which is where agents run here, and the inventory's
 * aliases bind it to what it really is.
 */
function entityOf(attributes: Attributes, refs: readonly EntityRef[]): EntityId | undefined {
  const own = textAt(attributes, 'entity.id')
  if (own !== undefined && entityTypeOf(own) !== undefined) return own
  for (const ref of refs) {
    const keys = ref.idKeys.map((key) => textAt(attributes, key))
    const isOurs = (ENTITY_TYPES as readonly string[]).includes(ref.type)
    if (isOurs && keys.length > 0 && !keys.includes(undefined))
      return `${ref.type}:${keys.join('/')}`
  }
  for (const [name, type] of ENTITY_ATTRIBUTES) {
    const key = textAt(attributes, name)
    if (key !== undefined) return `${type}:${key}`
  }
  const service = textAt(attributes, 'service.name')
  if (service !== undefined && !service.startsWith('unknown_service')) return `service:${service}`
  const host = textAt(attributes, 'host.id') ?? textAt(attributes, 'host.name')
  return host === undefined ? undefined : `vm:${host}`
}
