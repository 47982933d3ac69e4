import { LAYERS } from '../../model/entity.ts'
import { FIELDS, resolveField } from '../../model/fields.ts'
import { TIME_ORIGINS } from '../../model/record.ts'
import { isOneSlipAway } from './suggest.ts'

/** Names that are resolved by the inventory before a store sees the filter. */
const RESOLVED_NAMES: readonly string[] = ['near', 'team']

/** True for a name that can only be meant as a field: ours, an alias, `key.<kind>`, `attributes.<name>`. */
export function isKnownField(name: string): boolean {
  const lower = name.toLowerCase()
  if (lower.startsWith('attributes.') || RESOLVED_NAMES.includes(lower)) return true
  return resolveField(name).kind !== 'attribute'
}

const KNOWN_NAMES = [...FIELDS.map((field) => field.name), ...RESOLVED_NAMES]
const SHORTEST_SLIP = 4
/** From this length on, one wrong letter does not make another word that is as likely. */
const LONG_ENOUGH = 5

/**
 * Our field that a name is one slip away from. Undefined for a name we know and for one too short to tell;
 * of four letters only two that changed places count, because `cost` and `post` are no `host`.
 */
export function slipOf(name: string): string | undefined {
  if (name.length < SHORTEST_SLIP || isKnownField(name)) return undefined
  const lower = name.toLowerCase()
  return KNOWN_NAMES.find((field) => {
    const known = field.toLowerCase()
    const isLong = lower.length >= LONG_ENOUGH
    return isOneSlipAway(lower, known) && (isLong || hasSameLetters(lower, known))
  })
}

const hasSameLetters = (a: string, b: string): boolean =>
  [...a].sort().join('') === [...b].sort().join('')

/** Fields whose values are ours to give: any other value finds nothing. */
export const CLOSED_VALUES: Readonly<Record<string, readonly string[]>> = {
  layer: LAYERS,
  kind: ['log', 'change'],
  timeFrom: TIME_ORIGINS,
}

/** False for a value that no record can have in the field. */
export function isPossible(field: string, value: string): boolean {
  const lower = value.toLowerCase()
  return CLOSED_VALUES[field]?.some((known) => known.toLowerCase() === lower) ?? true
}
