import type {
  ApiRelation,
  DependantsAnswer,
  EntitySummary,
  PathAnswer,
} from '../../../model/api.ts'
import type { EntityId, EntityType, RelationType } from '../../../model/entity.ts'
import { RELATION_WORDS, typeCount, typeWord } from '../../lib/entity-words.ts'

/** A place in the tree: one entity, or several behind one chip. */
export type TreeChip =
  | {
      readonly kind: 'one'
      readonly entity: EntitySummary
      /** How it hangs on its neighbour towards the middle; null in the middle itself. */
      readonly relation: RelationType | null
      readonly since: string | null
    }
  | {
      readonly kind: 'fold'
      readonly title: string
      readonly about: string
      readonly layer: EntitySummary['layer']
      /** Those that are known; `total` may be more. */
      readonly entities: readonly EntitySummary[]
      readonly total: number
    }

/** Columns from effect to cause; `middle` is the place of the one that the page is about. */
export interface Tree {
  readonly columns: readonly (readonly TreeChip[])[]
  readonly middle: number
  /** What it, or a step of its path, is only a member of: clusters, pools; null for nothing. */
  readonly memberOf: TreeChip | null
}

/** Chips that stand over each other in a column. */
const ROWS = 2
/** What carries load comes before what only groups. */
const RANK: Readonly<Record<RelationType, number>> = {
  runs_on: 0,
  serves: 0,
  backed_by: 0,
  stores_on: 1,
  path: 2,
  served_by: 2,
  connects_to: 3,
  uplink: 4,
  used_by: 5,
  uses_image: 6,
  in_scope: 7,
  member_of: 8,
  owned_by: 8,
}

interface Group {
  readonly type: EntityType
  readonly relation: RelationType
  readonly members: readonly { readonly entity: EntitySummary; readonly relation: ApiRelation }[]
  readonly total: number
}

/** The strip of an entity: what depends on it directly, itself, and what it depends on, step by step. */
export function treeOf(
  entity: EntitySummary,
  dependants: Pick<DependantsAnswer, 'counts' | 'entities' | 'relations'> | undefined,
  path: Pick<PathAnswer, 'entities' | 'relations'> | undefined,
): Tree {
  const before = dependants === undefined ? [] : dependantGroups(dependants)
  const self: TreeChip = { kind: 'one', entity, relation: null, since: null }
  const { steps: after, members } =
    path === undefined ? { steps: [], members: [] } : pathGroups(entity.id, path)
  const effects = before.length === 0 ? [] : [chipsOf(before)]
  return {
    columns: [...effects, [self], ...after.map((groups) => chipsOf(groups))],
    middle: effects.length,
    memberOf: memberChip(members),
  }
}

/** The tree with the steps behind the first `most` columns as one chip, which lists them; never without the middle. */
export function foldSteps(tree: Tree, most: number): Tree {
  const shown = Math.max(tree.middle + 1, most)
  const rest = tree.columns.slice(shown).flat()
  if (tree.columns.length <= shown) return tree
  const entities = rest.flatMap((chip) => (chip.kind === 'one' ? [chip.entity] : chip.entities))
  const total = rest.reduce((sum, chip) => sum + (chip.kind === 'one' ? 1 : chip.total), 0)
  const steps = tree.columns.length - shown
  const fold: TreeChip = {
    kind: 'fold',
    title: `${total} more`,
    about: steps === 1 ? 'a step on' : `in ${steps} steps on`,
    layer: null,
    entities,
    total,
  }
  return { ...tree, columns: [...tree.columns.slice(0, shown), [fold]] }
}

function memberChip(members: readonly EntitySummary[]): TreeChip | null {
  if (members.length === 0) return null
  return {
    kind: 'fold',
    title: 'member of',
    about: members.map(({ name }) => name).join(', '),
    layer: members[0]!.layer,
    entities: members,
    total: members.length,
  }
}

function dependantGroups({
  counts,
  entities,
  relations,
}: Pick<DependantsAnswer, 'counts' | 'entities' | 'relations'>): Group[] {
  const byId = new Map(entities.map((each) => [each.id, each]))
  return counts
    .filter(({ relation }) => relation !== 'owned_by')
    .map(({ type, relation, count }) => ({
      type,
      relation,
      total: count,
      members: relations.flatMap((each) => {
        const found = byId.get(each.from)
        return each.type === relation && found?.type === type
          ? [{ entity: found, relation: each }]
          : []
      }),
    }))
}

/**
 * Groups by how many relations away they are; an entity stands where it is nearest. What is reached only by being a
 * member carries no load and is no step.
 */
function pathGroups(
  id: EntityId,
  path: Pick<PathAnswer, 'entities' | 'relations'>,
): { readonly steps: Group[][]; readonly members: readonly EntitySummary[] } {
  const byId = new Map(path.entities.map((each) => [each.id, each]))
  const seen = new Set([id])
  const steps: Group[][] = []
  let edge: readonly EntityId[] = [id]
  while (edge.length > 0) {
    const groups = new Map<string, { -readonly [K in keyof Group]: Group[K] }>()
    const next: EntityId[] = []
    for (const relation of path.relations) {
      const entity = byId.get(relation.to)
      if (!edge.includes(relation.from) || seen.has(relation.to) || entity === undefined) continue
      if (relation.type === 'member_of' || relation.type === 'owned_by') continue
      seen.add(relation.to)
      next.push(relation.to)
      const key = `${entity.type} ${relation.type}`
      const group = groups.get(key) ?? {
        type: entity.type,
        relation: relation.type,
        members: [],
        total: 0,
      }
      group.members = [...group.members, { entity, relation }]
      group.total++
      groups.set(key, group)
    }
    if (groups.size > 0) {
      steps.push([...groups.values()].sort((a, b) => RANK[a.relation] - RANK[b.relation]))
    }
    edge = next
  }
  const isMember = ({ id: each, type }: EntitySummary): boolean =>
    !seen.has(each) && type !== 'team'
  return { steps, members: path.entities.filter(isMember) }
}

/** As many chips as a column has rows; what is left stands behind the last of them. */
function chipsOf(groups: readonly Group[]): readonly TreeChip[] {
  if (groups.length <= ROWS) return groups.map(chipOf)
  const shown = groups.slice(0, ROWS - 1)
  const rest = groups.slice(ROWS - 1)
  const entities = rest.flatMap(({ members }) => members.map(({ entity }) => entity))
  const total = rest.reduce((sum, group) => sum + group.total, 0)
  const fold: TreeChip = {
    kind: 'fold',
    title: `${total} more`,
    about: rest.map(({ total: n, type }) => typeCount(n, type)).join(', '),
    layer: null,
    entities,
    total,
  }
  return [...shown.map(chipOf), fold]
}

function chipOf({ type, relation, members, total }: Group): TreeChip {
  const [only] = members
  if (total === 1 && only !== undefined) {
    return { kind: 'one', entity: only.entity, relation, since: only.relation.validFrom }
  }
  return {
    kind: 'fold',
    title: typeCount(total, type),
    about: RELATION_WORDS[relation],
    layer: only?.entity.layer ?? null,
    entities: members.map(({ entity }) => entity),
    total,
  }
}

/** The path in words, for screen readers: `39 VMs, then DS-VDI-03, datastore, then …`. */
export function treeText({ columns, memberOf }: Tree): string {
  const steps = columns
    .map((chips) =>
      chips
        .map((chip) =>
          chip.kind === 'one' ? `${chip.entity.name}, ${typeWord(chip.entity.type)}` : chip.title,
        )
        .join(' and '),
    )
    .join('; then ')
  return memberOf?.kind === 'fold' ? `${steps}; member of ${memberOf.about}` : steps
}
