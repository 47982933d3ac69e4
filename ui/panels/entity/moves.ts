import type { ApiAlias, ApiRelation, EntitySummary, HistoryEntry } from '../../../model/api.ts'
import type { EntityId, RelationType } from '../../../model/entity.ts'
import { RELATION_WORDS } from '../../lib/entity-words.ts'
import type { Millis } from '../../lib/zoned-time.ts'

/** One change in the life of an entity. */
export interface Move {
  readonly key: string
  readonly at: Millis
  /** Came, went, or is another than before. */
  readonly mark: '+' | '−' | '~'
  /** The other end of a relation; null for names. */
  readonly who: EntitySummary | null
  readonly what: string
  readonly from: string | null
  readonly to: string | null
  /** Where it was learnt. */
  readonly by: string
}

type Named = (id: EntityId) => EntitySummary | undefined

/**
 * The rows of a history, newest first. An end and a beginning of the same kind at the same moment are one change:
 * `host esx-07 → esx-01`.
 */
export function movesOf(
  id: EntityId,
  history: readonly HistoryEntry[],
  entities: readonly EntitySummary[],
): readonly Move[] {
  const byId = new Map(entities.map((each) => [each.id, each]))
  const named: Named = (each) => byId.get(each)
  const used = new Set<HistoryEntry>()
  const moves: Move[] = []
  for (const entry of history) {
    if (used.has(entry)) continue
    const other = history.find(
      (each) => each !== entry && !used.has(each) && isOtherHalf(id, entry, each),
    )
    used.add(entry)
    if (other !== undefined) used.add(other)
    const [ended, began] = entry.what.endsWith('ended') ? [entry, other] : [other, entry]
    moves.push(moveOf(id, named, ended, began, moves.length))
  }
  return moves.sort((a, b) => b.at - a.at)
}

/** Whether one is the end and the other the beginning of the same kind at the same moment. */
function isOtherHalf(id: EntityId, a: HistoryEntry, b: HistoryEntry): boolean {
  if (a.time !== b.time || a.what === b.what) return false
  if (a.relation !== undefined && b.relation !== undefined) {
    // What depends on this one comes and goes by itself.
    return a.relation.type === b.relation.type && a.relation.from === id && b.relation.from === id
  }
  return a.alias !== undefined && a.alias.kind === b.alias?.kind && a.alias.scope === b.alias.scope
}

function moveOf(
  id: EntityId,
  named: Named,
  ended: HistoryEntry | undefined,
  began: HistoryEntry | undefined,
  n: number,
): Move {
  const entry = (began ?? ended)!
  const base = {
    key: `${entry.time} ${n}`,
    at: Date.parse(entry.time),
    mark:
      began === undefined ? ('−' as const) : ended === undefined ? ('+' as const) : ('~' as const),
  }
  if (entry.relation === undefined) return { ...base, ...aliasMove(ended?.alias, began?.alias) }
  const isEffect = entry.relation.to === id && entry.relation.from !== id
  const nameOf = (relation: ApiRelation | undefined): string | null => {
    if (relation === undefined) return null
    const end = isEffect ? relation.from : relation.to
    return named(end)?.name ?? end
  }
  const words = RELATION_WORDS[entry.relation.type]
  return {
    ...base,
    who: named(isEffect ? entry.relation.from : entry.relation.to) ?? null,
    what: isEffect ? `${words} this` : words,
    from: nameOf(ended?.relation),
    to: nameOf(began?.relation),
    by: entry.relation.provenance,
  }
}

function aliasMove(
  ended: ApiAlias | undefined,
  began: ApiAlias | undefined,
): Pick<Move, 'who' | 'what' | 'from' | 'to' | 'by'> {
  return {
    who: null,
    what: `name, ${(began ?? ended)!.kind}`,
    from: ended?.value ?? null,
    to: began?.value ?? null,
    by: 'inventory',
  }
}

/** What holds for an entity at one moment: its relations on both sides. */
export interface Standing {
  readonly relations: readonly ApiRelation[]
  readonly entities: readonly EntitySummary[]
  /** Why not all of them are here; null when they are. */
  readonly missing: string | null
}

export interface Comparison {
  readonly on: readonly Changed[]
  readonly off: readonly Changed[]
  /** What it depends on that is another at B. */
  readonly changed: readonly {
    readonly relation: RelationType
    readonly from: EntitySummary
    readonly to: EntitySummary
    readonly at: string | null
  }[]
  /** Relations that are the same. */
  readonly same: readonly ApiRelation[]
  readonly couldNotSee: readonly string[]
}

export interface Changed {
  readonly entity: EntitySummary
  readonly relation: ApiRelation
  /** When it came or went; null where that is not known. */
  readonly at: string | null
}

/** What moved between A and B: came, went, is another, is the same. */
export function between(id: EntityId, a: Standing, b: Standing): Comparison {
  const entities = new Map([...a.entities, ...b.entities].map((each) => [each.id, each]))
  const [atA, atB] = [keyed(id, a), keyed(id, b)]
  const same = [...atA].flatMap(([key, relation]) => (atB.has(key) ? [relation] : []))
  const gone = [...atA].flatMap(([key, relation]) => (atB.has(key) ? [] : [relation]))
  const come = [...atB].flatMap(([key, relation]) => (atA.has(key) ? [] : [relation]))
  const changed: Comparison['changed'][number][] = []
  for (const type of new Set(gone.map((relation) => relation.type))) {
    const isOwn = (relation: ApiRelation): boolean => relation.type === type && relation.from === id
    const [left, arrived] = [gone.filter(isOwn), come.filter(isOwn)]
    if (left.length !== 1 || arrived.length !== 1) continue
    const [from, to] = [entities.get(left[0]!.to), entities.get(arrived[0]!.to)]
    if (from === undefined || to === undefined) continue
    changed.push({ relation: type, from, to, at: arrived[0]!.validFrom })
    gone.splice(gone.indexOf(left[0]!), 1)
    come.splice(come.indexOf(arrived[0]!), 1)
  }
  const told = (relation: ApiRelation, at: string | null): Changed[] => {
    const entity = entities.get(relation.from === id ? relation.to : relation.from)
    return entity === undefined ? [] : [{ entity, relation, at }]
  }
  return {
    on: come.flatMap((relation) => told(relation, relation.validFrom)),
    off: gone.flatMap((relation) => told(relation, relation.validTo)),
    changed,
    same,
    couldNotSee: [...new Set([a.missing, b.missing].filter((reason) => reason !== null))],
  }
}

/** Only the relations of the entity itself: what its causes rest on is their matter. */
function keyed(id: EntityId, { relations }: Standing): Map<string, ApiRelation> {
  const own = relations.filter(({ from, to }) => from === id || to === id)
  return new Map(own.map((each) => [`${each.type} ${each.from} ${each.to}`, each]))
}

/** `3 moved on, 2 moved off, 1 changed, 43 the same.` */
export function comparisonText({ on, off, changed, same }: Comparison): string {
  if (on.length + off.length + changed.length === 0) {
    return `Nothing moved: ${same.length} ${same.length === 1 ? 'relation is' : 'relations are'} the same at A and B.`
  }
  return `${on.length} moved on, ${off.length} moved off, ${changed.length} changed.`
}

/** The comparison as text, for a ticket. */
export function comparisonReport(
  name: string,
  comparison: Comparison,
  times: { readonly a: string; readonly b: string },
): string {
  const line = (mark: string, { entity, relation, at }: Changed): string =>
    `${mark} ${entity.name} (${RELATION_WORDS[relation.type]}${at === null ? '' : `, ${at}`})`
  return [
    `${name}, A ${times.a}, B ${times.b}`,
    comparisonText(comparison),
    ...comparison.on.map((each) => line('+', each)),
    ...comparison.off.map((each) => line('-', each)),
    ...comparison.changed.map(
      ({ relation, from, to, at }) =>
        `~ ${RELATION_WORDS[relation]} ${from.name} -> ${to.name}${at === null ? '' : ` (${at})`}`,
    ),
    `${comparison.same.length} the same`,
    ...comparison.couldNotSee.map((reason) => `could not see: ${reason}`),
  ].join('\n')
}
