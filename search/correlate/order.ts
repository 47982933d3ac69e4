import { compareRecords } from '../../model/record-order.ts'
import type { LogRecord } from '../../model/record.ts'

/** Which of two events came first, as far as their clocks can tell. */
export interface Order {
  /** Of the first against the second; `undecided` between a tenth and nine tenths. */
  readonly verdict: 'before' | 'after' | 'undecided'
  /** That the first came before the second. */
  readonly probability: number
}

/** From here on an order is told; below one minus it, the opposite order. */
const DECIDED = 0.9

/** Whether `a` came before `b`. Lines of one source are in the order in which they were written. */
export function orderOf(a: LogRecord, b: LogRecord): Order {
  const probability =
    a.source === b.source ? (compareRecords(a, b) < 0 ? 1 : 0) : probabilityBefore(a, b)
  const verdict =
    probability >= DECIDED ? 'before' : probability <= 1 - DECIDED ? 'after' : 'undecided'
  return { verdict, probability }
}

type Moment = Pick<LogRecord, 'time' | 'uncertaintyUs'>

/**
 * P(A < B) of two times, each anywhere within its uncertainty with equal chance:
 * `[F(b2−a1) − F(b1−a1) − F(b2−a2) + F(b1−a2)] / (w_A·w_B)` with `F(x) = max(0,x)²/2`. A time without
 * uncertainty is a microsecond wide.
 */
export function probabilityBefore(a: Moment, b: Moment): number {
  const [a1, a2] = boundsOf(a)
  const [b1, b2] = boundsOf(b)
  // Far apart, squares of microseconds lose their last digits; the answer is known without them.
  if (a2 <= b1) return 1
  if (b2 <= a1) return 0
  const f = (x: number): number => Math.max(0, x) ** 2 / 2
  const area = f(b2 - a1) - f(b1 - a1) - f(b2 - a2) + f(b1 - a2)
  return Math.min(1, Math.max(0, area / ((a2 - a1) * (b2 - b1))))
}

function boundsOf({ time, uncertaintyUs }: Moment): [number, number] {
  const half = Math.max(uncertaintyUs, 0.5)
  return [time - half, time + half]
}
