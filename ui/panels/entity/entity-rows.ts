import type { ApiEntity } from '../../../model/api.ts'
import { ENTITY_TYPES, LAYERS, type EntityType } from '../../../model/entity.ts'

const LAYER_ORDER = new Map<string | null, number>(LAYERS.map((layer, i) => [layer, i]))
const TYPE_ORDER = new Map<string, number>(ENTITY_TYPES.map((type, i) => [type, i]))
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Entities by layer from session to service, then by type, then by name, in which 9 stands before 10. */
export function byLayer(entities: readonly ApiEntity[]): readonly ApiEntity[] {
  const layer = (each: ApiEntity): number => LAYER_ORDER.get(each.layer) ?? LAYERS.length
  return [...entities].sort(
    (a, b) =>
      layer(a) - layer(b) ||
      TYPE_ORDER.get(a.type)! - TYPE_ORDER.get(b.type)! ||
      collator.compare(a.name, b.name) ||
      (a.id < b.id ? -1 : 1),
  )
}

/** How many there are of each type, in the order of {@link byLayer}. */
export function typesOf(
  entities: readonly ApiEntity[],
): readonly { readonly type: EntityType; readonly n: number }[] {
  const counts = new Map<EntityType, number>()
  for (const { type } of byLayer(entities)) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, n]) => ({ type, n }))
}

/** Names that say more than the first, as far as a row has room. */
export function otherNames({ name, aliases }: ApiEntity, most: number): string {
  const others = aliases.map(({ value }) => value).filter((value) => value !== name)
  return others.slice(0, most).join(', ')
}
