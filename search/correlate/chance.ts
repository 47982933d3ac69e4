import { MICROS_PER_SECOND } from '../../model/time.ts'

/** Events like each other this near are one happening that several report. */
export const HAPPENING_US = 2 * MICROS_PER_SECOND

/** The happening that a time belongs to: stretches of equal length, aligned to the epoch. */
export const happeningOf = (time: number): number => Math.floor(time / HAPPENING_US)

/**
 * How many happenings other than one there are in a window, when its `count` events fall into `occupied`
 * stretches of {@link HAPPENING_US}: as many as would, spread by chance, fall into so many (the occupancy of
 * `n` balls in `m` boxes, `m(1 − e^(−n/m))`, solved for `n`). Sixteen hosts that complain at once are one; what
 * is said all the time is as many as it is said.
 */
export function otherHappenings(count: number, occupied: number, windowUs: number): number {
  const stretches = windowUs / HAPPENING_US
  const free = 1 - (occupied - 1) / stretches
  const spread = free <= 0 ? Infinity : -stretches * Math.log(free)
  return Math.max(0, Math.min(count - 1, spread))
}

/**
 * What a rate that was counted in one window is, on average, beyond the count (Jeffreys' prior of a Poisson rate): that
 * nothing else like it was seen does not say that nothing ever comes, so what is rare and far is not worth what is near.
 */
const BEYOND_COUNT = 0.5

/**
 * How many events like one would lie as near by chance: where `others` were seen in a window of `windowUs`,
 * so many are expected within the gap on both sides. A gap below a second counts as one, the resolution of
 * most sources.
 */
export function expectedByChance(others: number, gapUs: number, windowUs: number): number {
  const gap = Math.max(Math.abs(gapUs), MICROS_PER_SECOND)
  return (Math.max(0, others) + BEYOND_COUNT) * Math.min(1, (2 * gap) / windowUs)
}

/** The probability that none lies so near by chance (Poisson): what nearness and rarity are worth together. */
export const notByChance = (expected: number): number => Math.exp(-expected)
