import { SECOND_US } from '../clock.ts'
import type { Random } from '../random.ts'

/** How far the clock of a machine that runs NTP is off, microseconds: within 20 ms either way. */
export function ntpOffsetUs(random: Random): number {
  return Math.round(random.between(-0.02, 0.02) * SECOND_US)
}
