import { tz } from '@date-fns/tz'
import { format } from 'date-fns'
import type { WireTime } from '../../../model/api.ts'

/** `14 Mar 2025`, with the time of day where it is not midnight: `20 Nov 2026 10:31:12`. */
export function sinceText(time: WireTime, zone: string): string {
  const at = Date.parse(time)
  const inZone = { in: tz(zone) }
  const day = format(at, 'd MMM yyyy', inZone)
  const clock = format(at, 'HH:mm:ss', inZone)
  return clock === '00:00:00' ? day : `${day} ${clock}`
}
