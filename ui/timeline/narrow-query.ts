/**
 * A query with one more condition on a field, or without what has that value. Undefined where the query has pipes: what comes
 * behind them is not ours to move.
 */
export function narrowed(
  query: string,
  field: string,
  value: string,
  how: 'only' | 'not',
): string | undefined {
  if (query.includes('|')) return undefined
  const quoted = `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  const condition = `${how === 'not' ? 'not ' : ''}${field}:${quoted}`
  const whole = query.trim()
  return whole === '' ? condition : `(${whole}) and ${condition}`
}
