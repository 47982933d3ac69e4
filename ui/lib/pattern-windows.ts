import type { Pattern } from '../../model/api.ts'
import type { Millis } from './zoned-time.ts'

/** A half-open range of time on the screen. */
export interface Span {
  readonly from: Millis
  readonly to: Millis
}

/** What patterns are compared: those of `now` against those of `before`, scaled to the same length. */
export interface Comparison {
  readonly id: 'window' | 'since-a' | 'marks'
  readonly label: string
  readonly now: Span
  readonly before: Span
}

const justBefore = ({ from, to }: Span): Span => ({ from: from - (to - from), to: from })

/** The comparisons that a view offers: its window against as long before, and what its marks cut out of it. */
export function comparisonsOf(
  window: Span,
  a: Millis | undefined,
  b: Millis | undefined,
): readonly Comparison[] {
  const make = (id: Comparison['id'], label: string, now: Span): Comparison => ({
    id,
    label,
    now,
    before: justBefore(now),
  })
  const all = [make('window', 'this window against as long before it', window)]
  if (a !== undefined && a < window.to) {
    all.push(make('since-a', 'since A against as long before A', { from: a, to: window.to }))
  }
  if (a !== undefined && b !== undefined && a !== b) {
    const now = { from: Math.min(a, b), to: Math.max(a, b) }
    all.push(make('marks', 'between the marks against as long before them', now))
  }
  return all
}

/** Seen now and not at all before. */
export const isNew = ({ count, before }: Pattern): boolean => count > 0 && before === 0

/** Size of the change in records. */
export const grownBy = ({ count, before = 0 }: Pattern): number => count - before

/** New ones first, of them the gravest; then by the size of the change. */
export function newFirst(patterns: readonly Pattern[]): readonly Pattern[] {
  return [...patterns].sort(
    (x, y) =>
      Number(isNew(y)) - Number(isNew(x)) ||
      (isNew(x) ? y.severity - x.severity : 0) ||
      Math.abs(grownBy(y)) - Math.abs(grownBy(x)),
  )
}

/** `+ 38`, `− 1,204`, `× 22` from ten times on, `gone`; empty where nothing changed. */
export function changeText(pattern: Pattern): string {
  const { count, before } = pattern
  if (before === undefined || Math.round(before) === count) return ''
  if (count === 0) return 'gone'
  if (before > 0 && count >= 10 * before) return `× ${Math.round(count / before)}`
  const by = Math.round(count - before)
  return `${by < 0 ? '−' : '+'} ${Math.abs(by).toLocaleString('en-US')}`
}
