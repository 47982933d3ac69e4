import type { Alias, Entity, EntityId, Relation } from '../../model/entity.ts'
import { fold } from '../../model/tokens.ts'
import type { TimeRange } from '../../model/time.ts'

/** What an entity depends on, and how: every relation starts and ends at a listed entity. */
export interface DependencyPath {
  readonly entities: readonly EntityId[]
  readonly relations: readonly Relation[]
}

/**
 * Entities and relations as the inventory and the sources told them, answered as of a time. Immutable:
 * built anew when the store's change; pure, so that a question about the past has one answer.
 */
export class Topology {
  readonly #entities = new Map<EntityId, Entity>()
  readonly #byName = new Map<string, NamedEntity[]>()
  readonly #from = new Map<EntityId, Relation[]>()
  readonly #to = new Map<EntityId, Relation[]>()

  constructor(entities: readonly Entity[], relations: readonly Relation[]) {
    for (const entity of entities) this.#index(entity)
    for (const relation of relations) {
      listOf(this.#from, relation.from).push(relation)
      listOf(this.#to, relation.to).push(relation)
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
    for (const { id, alias } of this.#byName.get(fold(name)) ?? []) {
      if (alias === undefined || overlaps(alias.from, alias.to, range)) ids.add(id)
    }
    return [...ids].sort()
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
      if (alias.kind === 'ip' || alias.scope !== undefined) continue
      listOf(this.#byName, fold(alias.value)).push({ id: entity.id, alias })
    }
  }
}

interface NamedEntity {
  readonly id: EntityId
  readonly alias: Alias | undefined
}

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
