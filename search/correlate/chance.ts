import { MICROS_PER_SECOND } from '../../model/time.ts'

/**
 * How many events like one would lie as near by chance: of `others` spread evenly over a window of
 * `windowUs`, so many are expected within the gap on both sides. A gap below a second counts as one, the
 * resolution of most sources.
 */
export function expectedByChance(others: number, gapUs: number, windowUs: number): number {
  const gap = Math.max(Math.abs(gapUs), MICROS_PER_SECOND)
  return Math.max(0, others) * Math.min(1, (2 * gap) / windowUs)
}

/** The probability that none lies so near by chance (Poisson): what nearness and rarity are worth together. */
export const notByChance = (expected: number): number => Math.exp(-expected)
