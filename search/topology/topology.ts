import {
  RELATION_TYPES,
  type Alias,
  type Entity,
  type EntityId,
  type Relation,
} from '../../model/entity.ts'
import { compareText } from '../../model/match.ts'
import { fold } from '../../model/tokens.ts'
import type { TimeRange } from '../../model/time.ts'

/** What an entity depends on, and how: every relation starts and ends at a listed entity. */
export interface DependencyPath {
  readonly entities: readonly EntityId[]
  readonly relations: readonly Relation[]
}

/**
 * Entities and relations as the inventory and the sources told them, answered as of a time. Immutable:
 * built anew when the store's change; pure, so that a question about the past has one answer, in whatever order a store
 * gives what it knows.
 */
export class Topology {
  readonly #entities = new Map<EntityId, Entity>()
  readonly #byName = new Map<string, NamedEntity[]>()
  readonly #byScopedName = new Map<string, NamedEntity[]>()
  readonly #byAddress = new Map<string, NamedEntity[]>()
  readonly #from = new Map<EntityId, Relation[]>()
  readonly #to = new Map<EntityId, Relation[]>()

  constructor(entities: readonly Entity[], relations: readonly Relation[]) {
    for (const entity of [...entities].sort((a, b) => compareText(a.id, b.id))) this.#index(entity)
    for (const relation of relations) {
      listOf(this.#from, relation.from).push(relation)
      listOf(this.#to, relation.to).push(relation)
    }
    // List by list: of many relations each entity has few.
    for (const lists of [this.#from, this.#to]) {
      for (const list of lists.values()) list.sort(compareRelations)
    }
  }

  get entities(): Iterable<Entity> {
    return this.#entities.values()
  }

  entity(id: EntityId): Entity | undefined {
    return this.#entities.get(id)
  }

  /** Every entity that the inventory describes or a relation names. */
  get ids(): ReadonlySet<EntityId> {
    return new Set([...this.#entities.keys(), ...this.#from.keys(), ...this.#to.keys()])
  }

  /** True when the inventory or a relation speaks of it. */
  knows(id: EntityId): boolean {
    return this.#entities.has(id) || this.#from.has(id) || this.#to.has(id)
  }

  /**
   * Ids of the entities that went by `name` at some time in the range: by id, key, name, or an alias
   * that is not scoped and not an address. An address moves between machines and a scoped alias means
   * something only inside its scope, so neither names an entity alone (product.md 4).
   */
  resolve(name: string, range: TimeRange): EntityId[] {
    if (this.knows(name)) return [name]
    const ids = new Set<EntityId>()
    for (const named of this.#byName.get(fold(name)) ?? []) {
      if (isValidIn(range)(named)) ids.add(named.id)
    }
    return [...ids].sort()
  }

  /**
   * Ids of the entities that went by `name` inside a scope, such as a moref of one vCenter. The scope is the
   * entity that gives the names, or what the inventory calls it.
   */
  resolveIn(scope: string, name: string, range: TimeRange): EntityId[] {
    const entity = this.#entities.get(scope)
    const spellings = entity === undefined ? [scope] : [scope, keyOf(scope), entity.name]
    const named = [...new Set(spellings.map(fold))].flatMap(
      (spelling) => this.#byScopedName.get(scopedName(spelling, name)) ?? [],
    )
    return [...new Set(named.filter(isValidIn(range)).map(({ id }) => id))].sort()
  }

  /** A scope as one text, however it is spelt: the entity that it names, else folded. */
  scopeOf(scope: string, range: TimeRange): string {
    const ids = this.resolve(scope, range)
    return ids.length === 1 ? ids[0]! : fold(scope)
  }

  /** Who had an IP address at some time in the range, and inside which scope it was given. */
  holdersOf(address: string, range: TimeRange): AddressHolder[] {
    return (this.#byAddress.get(fold(address)) ?? [])
      .filter(isValidIn(range))
      .map(({ id, alias }) => ({ id, scope: alias?.scope ?? null }))
  }

  /** What the entity depends on directly, at any time. */
  dependenciesOf(id: EntityId): readonly Relation[] {
    return this.#from.get(id) ?? []
  }

  /** What depends on the entity directly, at any time. */
  dependentsOf(id: EntityId): readonly Relation[] {
    return this.#to.get(id) ?? []
  }

  /** Everything the entity depends on, transitively, by relations valid at some time in the range. */
  path(id: EntityId, range: TimeRange): DependencyPath {
    const entities = new Set([id])
    const relations: Relation[] = []
    for (const at of entities) {
      for (const relation of this.#from.get(at) ?? []) {
        if (!overlaps(relation.validFrom, relation.validTo, range)) continue
        relations.push(relation)
        entities.add(relation.to)
      }
    }
    return { entities: [...entities], relations }
  }

  /** What depends on the entity directly, by relations valid at some time in the range. */
  dependants(id: EntityId, range: TimeRange): Relation[] {
    return (this.#to.get(id) ?? []).filter((r) => overlaps(r.validFrom, r.validTo, range))
  }

  /**
   * The dependency neighbourhood: the entity, all it depends on, and what depends on it directly. Teams
   * are left out, they own but do not cause.
   */
  near(id: EntityId, range: TimeRange): EntityId[] {
    const ids = new Set(this.path(id, range).entities)
    for (const { from } of this.dependants(id, range)) ids.add(from)
    return [...ids].filter((near) => !near.startsWith('team:'))
  }

  /** What the entity itself depends on in the range. */
  causesOf(id: EntityId, range: TimeRange): Relation[] {
    return (this.#from.get(id) ?? []).filter((r) => overlaps(r.validFrom, r.validTo, range))
  }

  /** What depends on the entity itself in the range. */
  effectsOf(id: EntityId, range: TimeRange): Relation[] {
    return (this.#to.get(id) ?? []).filter((r) => overlaps(r.validFrom, r.validTo, range))
  }

  /** Every relation the entity ever had, on either side. */
  relationsOf(id: EntityId): Relation[] {
    return [...(this.#from.get(id) ?? []), ...(this.#to.get(id) ?? [])]
  }

  /** The team that owns the entity in the range, by relation or by the entity itself. */
  teamOf(id: EntityId, range: TimeRange): string | null {
    const owned = (this.#from.get(id) ?? []).find(
      (r) => r.type === 'owned_by' && overlaps(r.validFrom, r.validTo, range),
    )
    if (owned !== undefined) return owned.to.slice(owned.to.indexOf(':') + 1)
    return this.#entities.get(id)?.team ?? null
  }

  /** The teams that own something in the range. */
  teams(range: TimeRange): string[] {
    const teams = [...this.#entities.keys()].map((id) => this.teamOf(id, range))
    return [...new Set(teams.filter((team) => team !== null))]
  }

  /** The entities a team owns in the range; team names compare without regard to case. */
  ownedBy(team: string, range: TimeRange): EntityId[] {
    const wanted = fold(team)
    return [...this.#entities.keys()].filter((id) => fold(this.teamOf(id, range) ?? '') === wanted)
  }

  #index(entity: Entity): void {
    this.#entities.set(entity.id, entity)
    const own = new Set([fold(keyOf(entity.id)), fold(entity.name)])
    for (const name of own) listOf(this.#byName, name).push({ id: entity.id, alias: undefined })
    for (const alias of entity.aliases) {
      const named = { id: entity.id, alias }
      if (alias.kind === 'ip') listOf(this.#byAddress, fold(alias.value)).push(named)
      else if (alias.scope === undefined) listOf(this.#byName, fold(alias.value)).push(named)
      else listOf(this.#byScopedName, scopedName(fold(alias.scope), alias.value)).push(named)
    }
  }
}

/** By who depends, by kind in the order of {@link RELATION_TYPES}, by what is depended on, oldest first: total. */
function compareRelations(a: Relation, b: Relation): number {
  return (
    compareText(a.from, b.from) ||
    rankOf(a) - rankOf(b) ||
    compareText(a.to, b.to) ||
    a.validFrom - b.validFrom
  )
}

const rankOf = ({ type }: Relation): number => RELATION_TYPES.indexOf(type)

interface NamedEntity {
  readonly id: EntityId
  readonly alias: Alias | undefined
}

/** Who has an IP address; the scope is null where the inventory gives none. */
export interface AddressHolder {
  readonly id: EntityId
  readonly scope: string | null
}

const scopedName = (scope: string, name: string): string => `${scope}\0${fold(name)}`

/** Names that hold at some time in the range. */
const isValidIn =
  (range: TimeRange) =>
  ({ alias }: NamedEntity): boolean =>
    alias === undefined || overlaps(alias.from, alias.to, range)

/** `vdi-0417` of `vm:vdi-0417`. */
export function keyOf(id: EntityId): string {
  return id.slice(id.indexOf(':') + 1)
}

/** Whether `[from, to)` and the range share an instant. */
export function overlaps(from: number, to: number, range: TimeRange): boolean {
  return from < range.to && to > range.from
}

function listOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  let list = map.get(key)
  if (list === undefined) {
    list = []
    map.set(key, list)
  }
  return list
}
