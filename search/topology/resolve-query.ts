import type { Alias, EntityId } from '../../model/entity.ts'
import { quote, unreachable } from '../../model/errors.ts'
import { keysOf } from '../../model/keys.ts'
import { wildcardMatcher } from '../../model/match.ts'
import { and, type Filter } from '../../model/query.ts'
import { KEY_KINDS, type Key, type KeyKind } from '../../model/record.ts'
import { formatTime, type TimeRange } from '../../model/time.ts'
import { fold, tokensOf } from '../../model/tokens.ts'
import { keyOf, type Topology } from './topology.ts'

/**
 * Replaces every `entity:` and `near:` by what a store understands. An entity's records are those that
 * name it as their entity, come from a host it went by, carry one of its typed identifiers, or speak
 * its name in the text; a name that was valid in a part of the range counts in that part only. `team:`
 * becomes the entities that the team owns. Notes say what is unknown or ambiguous.
 */
export function resolveEntities(
  filter: Filter,
  topology: Topology,
  range: TimeRange,
): { readonly filter: Filter; readonly notes: readonly string[] } {
  const notes: string[] = []
  const resolve = (f: Filter): Filter => {
    switch (f.kind) {
      case 'and':
      case 'or':
        return { kind: f.kind, filters: f.filters.map(resolve) }
      case 'not':
        return { kind: 'not', filter: resolve(f.filter) }
      case 'entity':
        return entityFilter(f.name, topology, range, notes)
      case 'near':
        return nearFilter(f.name, topology, range, notes)
      case 'equals':
        return f.field === 'team' ? teamFilter(f, [f.value], topology, range, notes) : f
      case 'in':
        return f.field === 'team' ? teamFilter(f, f.values, topology, range, notes) : f
      case 'wildcard':
        return f.field === 'team' ? teamsLike(f, topology, range, notes) : f
      case 'all':
      case 'phrase':
      case 'compare':
      case 'regex':
      case 'exists':
        return f
      default:
        return unreachable(f)
    }
  }
  return { filter: resolve(filter), notes }
}

/**
 * The entities a filter names: by `entity:`, `near:`, `team:`, `layer:` or id, joined by `and` and `or`.
 * Undefined when it asks for anything else. A name that nobody knows stands for the id it may be.
 */
export function entitiesNamed(
  filter: Filter,
  topology: Topology,
  range: TimeRange,
): readonly EntityId[] | undefined {
  switch (filter.kind) {
    case 'entity':
      return namedBy(filter.name, topology, range)
    case 'near':
      return namedBy(filter.name, topology, range).flatMap((id) => topology.near(id, range))
    case 'equals':
      return entitiesOf(filter.field, [filter.value], topology, range)
    case 'in':
      return entitiesOf(filter.field, filter.values, topology, range)
    case 'and':
    case 'or': {
      const parts = filter.filters.map((part) => entitiesNamed(part, topology, range))
      if (parts.length === 0 || !parts.every((part) => part !== undefined)) return undefined
      if (filter.kind === 'or') return [...new Set(parts.flat())]
      return parts.reduce((all, part) => all.filter((id) => part.includes(id)))
    }
    case 'not':
    case 'all':
    case 'phrase':
    case 'wildcard':
    case 'compare':
    case 'regex':
    case 'exists':
      return undefined
    default:
      return unreachable(filter)
  }
}

function namedBy(name: string, topology: Topology, range: TimeRange): EntityId[] {
  const ids = topology.resolve(name, range)
  return ids.length > 0 ? ids : [name]
}

function entitiesOf(
  field: string,
  values: readonly string[],
  topology: Topology,
  range: TimeRange,
): readonly EntityId[] | undefined {
  switch (field) {
    case 'entity':
      return values
    case 'team':
      return values.flatMap((team) => topology.ownedBy(team, range))
    case 'layer':
      return [...topology.entities].flatMap(({ id, layer }) =>
        layer !== null && values.includes(layer) ? [id] : [],
      )
    default:
      return undefined
  }
}

function entityFilter(name: string, topology: Topology, range: TimeRange, notes: string[]): Filter {
  const ids = topology.resolve(name, range)
  if (ids.length === 0) {
    notes.push(`no inventory knows ${JSON.stringify(name)}; records are matched by that name alone`)
  } else if (ids.length > 1) {
    notes.push(`${JSON.stringify(name)} names ${ids.length} entities: ${ids.join(', ')}`)
  }
  const spoken = [name, ...ids.map((id) => topology.entity(id)?.name ?? keyOf(id))]
  return anyOf([
    namesFilter(name, ids, topology, range),
    ...[...new Set(spoken.map(fold))].map(phraseOf),
  ])
}

function nearFilter(name: string, topology: Topology, range: TimeRange, notes: string[]): Filter {
  const ids = topology.resolve(name, range)
  if (ids.length === 0) {
    notes.push(`no inventory knows ${JSON.stringify(name)}: its neighbourhood is itself alone`)
    return namesFilter(name, [], topology, range)
  }
  const around = new Set(ids.flatMap((id) => topology.near(id, range)))
  return namesFilter(name, [...around], topology, range)
}

function teamsLike(
  filter: Extract<Filter, { readonly kind: 'wildcard' }>,
  topology: Topology,
  range: TimeRange,
  notes: string[],
): Filter {
  const fits = wildcardMatcher(fold(filter.pattern))
  const teams = topology.teams(range).filter((team) => fits(fold(team)))
  if (teams.length === 0) notes.push(`no inventory knows a team like ${quote(filter.pattern)}`)
  return teamFilter(filter, teams, topology, range, notes)
}

/** What the teams own, or what says so itself in an attribute of that name. */
function teamFilter(
  filter: Filter,
  teams: readonly string[],
  topology: Topology,
  range: TimeRange,
  notes: string[],
): Filter {
  const owned = teams.map((team) => topology.ownedBy(team, range))
  for (const [i, team] of teams.entries()) {
    if (owned[i]!.length > 0) continue
    notes.push(`no inventory says what the team ${JSON.stringify(team)} owns`)
  }
  const ids = owned.flat()
  return ids.length === 0 ? filter : anyOf([filter, namesFilter('', ids, topology, range)])
}

/** Records of the entities by field: entity, host, typed identifier. */
function namesFilter(
  name: string,
  ids: readonly EntityId[],
  topology: Topology,
  range: TimeRange,
): Filter {
  const hosts = new Set(ids.length === 0 ? [keyOf(name)] : [])
  const keys = new Map<KeyKind, Set<string>>()
  const addKey = ({ kind, value }: Key): void => {
    keys.set(kind, (keys.get(kind) ?? new Set()).add(value))
  }
  const dated: Filter[] = []
  for (const id of ids) {
    const entity = topology.entity(id)
    hosts.add(entity?.name ?? keyOf(id))
    for (const alias of entity?.aliases ?? []) {
      const names = alias.kind === 'hostname' || alias.kind === 'fqdn'
      const kind = KEY_KINDS.find((one) => one === alias.kind)
      // A scoped alias (a moref of one vCenter) means something else outside its scope.
      if ((!names && kind === undefined) || alias.scope !== undefined) continue
      if (alias.to <= range.from || alias.from >= range.to) continue
      if (alias.from <= range.from && alias.to >= range.to) {
        if (kind === undefined) hosts.add(alias.value)
        else addKey(asRead(kind, alias.value))
      } else dated.push(datedFilter(alias, kind, range))
    }
    const own = identifierOf(keyOf(id))
    if (own !== undefined) addKey(own)
  }
  return anyOf([
    isIn('entity', ids.length === 0 ? [name] : ids),
    isIn('host', [...hosts]),
    ...[...keys].map(([kind, values]) => isIn(`key.${kind}`, [...values])),
    ...dated,
  ])
}

/** Kinds that mean one thing everywhere: a moref or an address is another one's in another vCenter or network. */
const WORLDWIDE: ReadonlySet<KeyKind> = new Set<KeyKind>([
  'naa',
  'eui',
  't10',
  'wwn',
  'mac',
  'uuid',
  'vmfs_uuid',
])

/** An entity's key as an identifier that messages hold: `naa.600a…`, a UUID, a WWN; undefined for any other. */
function identifierOf(key: string): Key | undefined {
  const kind = /^(naa|eui|t10)\./.exec(key)?.[1] as KeyKind | undefined
  if (kind !== undefined) return { kind, value: key }
  return keysOf(key).find((one) => WORLDWIDE.has(one.kind) && one.value === fold(key))
}

/** An alias as messages are read: an inventory may write a MAC address with hyphens. */
function asRead(kind: KeyKind, value: string): Key {
  const [key, ...others] = keysOf(value)
  return key === undefined || others.length > 0 ? { kind, value } : key
}

/** The alias, a host name where it is of no kind of identifier, within its validity. */
function datedFilter(alias: Alias, ofKind: KeyKind | undefined, range: TimeRange): Filter {
  const key = ofKind && asRead(ofKind, alias.value)
  const parts: Filter[] = [
    key === undefined ? isIn('host', [alias.value]) : isIn(`key.${key.kind}`, [key.value]),
  ]
  if (alias.from > range.from) parts.push(timeIs('>=', alias.from))
  if (alias.to < range.to) parts.push(timeIs('<', alias.to))
  return and(...parts)
}

function timeIs(operator: '>=' | '<', at: TimeRange['from']): Filter {
  return { kind: 'compare', field: 'time', operator, value: formatTime(at) }
}

function isIn(field: string, values: readonly string[]): Filter {
  return { kind: 'in', field, values }
}

function phraseOf(name: string): Filter {
  const tokens = tokensOf(name).map((text) => ({ text, wildcard: false }))
  return tokens.length === 0 ? anyOf([]) : { kind: 'phrase', tokens }
}

/** The disjunction without the parts that match nothing. */
function anyOf(filters: readonly Filter[]): Filter {
  const parts = filters.filter(
    (f) =>
      !(f.kind === 'in' && f.values.length === 0) && !(f.kind === 'or' && f.filters.length === 0),
  )
  return parts.length === 1 ? parts[0]! : { kind: 'or', filters: parts }
}
