import { tz } from '@date-fns/tz'
import { format } from 'date-fns'
import type { WireTime } from '../../../model/api.ts'
import type { Millis } from '../../lib/zoned-time.ts'

/** `14 Mar 2025`, with the time of day where it is not midnight: `20 Nov 2026 10:31:12`. */
export function sinceText(time: WireTime, zone: string): string {
  const at = Date.parse(time)
  const inZone = { in: tz(zone) }
  const day = format(at, 'd MMM yyyy', inZone)
  const clock = format(at, 'HH:mm:ss', inZone)
  return clock === '00:00:00' ? day : `${day} ${clock}`
}

/** What is enough where room is short: `10:31:12` of the same day, `21 Oct` of the same year, else `14 Mar 2025`. */
export function sinceShort(time: WireTime, seen: Millis, zone: string): string {
  const at = Date.parse(time)
  const inZone = { in: tz(zone) }
  const isSame = (pattern: string): boolean =>
    format(at, pattern, inZone) === format(seen, pattern, inZone)
  if (isSame('yyyy-MM-dd')) return format(at, 'HH:mm:ss', inZone)
  return format(at, isSame('yyyy') ? 'd MMM' : 'd MMM yyyy', inZone)
}
