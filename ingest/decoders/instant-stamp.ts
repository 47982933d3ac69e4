import type { Stamp } from '../formats/format.ts'
import type { Instant } from '../../model/time.ts'

/**
 * The stamp of a protocol's binary or decimal time, which stands nowhere in the text. Its step is read
 * off its trailing zeros: a nanosecond field filled from a millisecond clock says so.
 */
export function instantStamp({ us, ns }: Instant): Stamp {
  const isMilliseconds = ns === 0 && us % 1000 === 0
  return { kind: 'instant', us, ns, resolutionUs: isMilliseconds ? 1000 : 1, text: '' }
}
