/**
 * Where the time of an action goes. `…Service` is the work itself, the rest is waiting for a place,
 * a path or a packet. Together they are the response time.
 */
export const WAITS = [
  'cpu.service',
  'cpu.ready',
  'io.service',
  'io.pool',
  'io.kernel',
  'io.path',
  'net.roundtrip',
  'net.lost',
] as const
export type Wait = (typeof WAITS)[number]

export const WAIT: Readonly<Record<Wait, number>> = Object.fromEntries(
  WAITS.map((name, index) => [name, index]),
) as Record<Wait, number>
