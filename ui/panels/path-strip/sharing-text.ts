import type { EntityType } from '../../../model/entity.ts'
import type { Sharing } from '../../../model/timeline.ts'
import { times } from '../../lib/quantity.ts'

const NOUNS: Readonly<Partial<Record<EntityType, string>>> = { volume: 'LUN', hypervisor: 'host' }

/** What is shared, in a word: `LUN`, `datastore`. */
const noun = (type: EntityType): string => NOUNS[type] ?? type.replaceAll('_', ' ')

const doneTo = (metric: string): string =>
  metric.includes('write') ? 'of writes' : metric.includes('read') ? 'of reads' : 'of its use'

/** Who else uses it, as the strip says it. */
export interface SharingText {
  /** `on the same LUN`. */
  readonly where: string
  /** `39 VMs, most by`. */
  readonly who: string
  /** `build-22 on esx-11`. */
  readonly largest: string
  /** `94 % of writes, × 44`. */
  readonly share: string
}

export function sharingText(sharing: Sharing, isShort = false): SharingText {
  const { resource, users, largest, largestOn, metric, share, ratio } = sharing
  const host = largestOn === null || isShort ? '' : ` on ${largestOn.name.split('.', 1)[0]!}`
  return {
    where: `on the same ${noun(resource.type)}`,
    who: `${users} VM${users === 1 ? '' : 's'}, most by`,
    largest: `${largest.name}${host}`,
    share: `${Math.round(share * 100)} % ${doneTo(metric)}${ratio === null ? '' : `, ${times(ratio)}`}`,
  }
}
