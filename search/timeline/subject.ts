import type { PathStep } from '../../model/timeline.ts'
import { entityTypeOf, type EntityId, type EntityType, type Relation } from '../../model/entity.ts'
import type { Filter } from '../../model/query.ts'
import { formatTime, MIN_TIME, type TimeRange } from '../../model/time.ts'
import type { Topology } from '../topology/topology.ts'
import { laneSummary } from './voices.ts'

/**
 * The one entity that a query is about: that of its one `near:`, else of its one `entity:`, which must hold
 * for every match; or a query of words alone that are together the name of exactly one entity.
 */
export function subjectOf(
  text: string,
  filter: Filter,
  topology: Topology,
  range: TimeRange,
): EntityId | undefined {
  const names = namesIn(filter)
  const near = names.filter(({ kind }) => kind === 'near')
  const asked = [...new Set((near.length > 0 ? near : names).map(({ name }) => name))]
  if (filter.kind === 'phrase') asked.push(text.trim().replace(/^"(.*)"$/, '$1'))
  const ids = [...new Set(asked.flatMap((name) => topology.resolve(name, range)))]
  return asked.length === 1 && ids.length === 1 ? ids[0] : undefined
}

function namesIn(filter: Filter): { readonly kind: 'near' | 'entity'; readonly name: string }[] {
  if (filter.kind === 'and') return filter.filters.flatMap(namesIn)
  return filter.kind === 'near' || filter.kind === 'entity' ? [filter] : []
}

/** What a person calls a step of the way down, in the order in which an effect meets its causes. */
const STEPS: readonly EntityType[] = [
  'user',
  'vdi_session',
  'vm',
  'hypervisor',
  'fc_switch',
  'datastore',
  'volume',
  'pool',
  'storage_controller',
  'array',
  'switch',
  'dhcp_scope',
  'broker',
  'profile_share',
  'service',
]

/** False of ports, adapters and what only groups others. */
export function isStepType(id: EntityId): boolean {
  return STEPS.includes(entityTypeOf(id)!)
}

/**
 * What the subject depends on at an instant, itself included, effect to cause. A VM begins with the session
 * that it serves, a user with theirs. Ports, adapters and what only groups others are left out.
 */
export function pathOf(subject: EntityId, topology: Topology, at: TimeRange): PathStep[] {
  const top = effectAbove(subject, topology, at)
  const { entities, relations } = topology.path(top, at)
  const isStep = (id: EntityId): boolean => {
    if (id === subject || id === top) return true
    // The session stands for its user.
    return isStepType(id) && entityTypeOf(id) !== 'user'
  }
  const steps = (top === subject || entities.includes(subject) ? entities : [subject, ...entities])
    .filter(isStep)
    .sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0))
  const shown = new Set(steps)
  // A step that is shown says more than an adapter on another way.
  const holding = (id: EntityId): Relation | undefined =>
    relations.find(({ from, to }) => to === id && shown.has(from)) ??
    relations.find(({ to }) => to === id)
  return steps.map((id, index) => ({
    ...laneSummary(id, topology, at),
    ...heldBy(index === 0 ? undefined : holding(id)),
  }))
}

const rankOf = (id: EntityId): number => {
  const rank = STEPS.indexOf(entityTypeOf(id)!)
  return rank < 0 ? STEPS.length : rank
}

function heldBy(relation: Relation | undefined): Pick<PathStep, 'relation' | 'since'> {
  if (relation === undefined) return { relation: null, since: null }
  const { type, validFrom } = relation
  return { relation: type, since: validFrom <= MIN_TIME ? null : formatTime(validFrom) }
}

/** The session through which people feel it: of a VM the one it serves, of a user theirs, else itself. */
function effectAbove(subject: EntityId, topology: Topology, at: TimeRange): EntityId {
  const type = entityTypeOf(subject)
  if (type !== 'vm' && type !== 'user') return subject
  const through = type === 'vm' ? 'serves' : 'used_by'
  const sessions = topology.effectsOf(subject, at).filter((one) => one.type === through)
  return sessions.length === 1 ? sessions[0]!.from : subject
}

/** The VMs that use a volume or a datastore at an instant. */
export function usersOf(resource: EntityId, topology: Topology, at: TimeRange): EntityId[] {
  const users = new Set<EntityId>()
  const seen = new Set([resource])
  for (const id of seen) {
    for (const { type, from } of topology.effectsOf(id, at)) {
      if (type === 'stores_on') users.add(from)
      else if (type === 'backed_by') seen.add(from)
    }
  }
  return [...users].sort()
}

/** Where a VM runs at an instant. */
export function hostOf(vm: EntityId, topology: Topology, at: TimeRange): EntityId | undefined {
  return topology.causesOf(vm, at).find(({ type }) => type === 'runs_on')?.to
}

/** `naa.600a…4337`, `vm-0417`: a name short enough for a label. */
export function shortName(name: string): string {
  return name.replace(/\b(naa|eui|t10|wwn)\.(\w{4})\w{5,}(\w{4})\b/g, '$1.$2…$3')
}
