/**
 * Mean time in the queue of a station with several servers, in the unit of `meanService`:
 * `S/c * rho^(sqrt(2(c+1))-1) / (1-rho)` (Sakasegawa's approximation of M/M/c, with the Allen-Cunneen
 * factor for variability at 1). `rho` in `[0, 1)`; from 0.9999 on it counts as that.
 */
export function queueWait(rho: number, servers: number, meanService: number): number {
  if (rho <= 0) return 0
  const load = Math.min(rho, 0.9999)
  const exponent = Math.sqrt(2 * (servers + 1)) - 1
  return ((meanService / servers) * load ** exponent) / (1 - load)
}

/**
 * Where a falling function crosses the diagonal, `f(x) = x` at or above 0, to a millionth of it. The
 * answer is at most `f(0)`.
 */
export function fixedPoint(f: (x: number) => number): number {
  let low = 0
  let high = f(0)
  while (high - low > 1e-7 + high * 1e-6) {
    const middle = (low + high) / 2
    if (f(middle) > middle) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Where a falling function crosses zero, at or above 0; 0 when it is not positive there. */
export function fallingRoot(f: (x: number) => number): number {
  if (f(0) <= 0) return 0
  let low = 0
  let high = 0.001
  for (; f(high) > 0 && high < 1e4; high *= 2) low = high
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2
    if (f(middle) > 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}
