/**
 * The rarest of some templates: those that together have at most `most` records, of equally rare ones the first by id.
 * How many records each has is in `counts`.
 */
export function rareTemplates(counts: ReadonlyMap<string, number>, most: number): string[] {
  const rarest = [...counts].sort(([a, ofA], [b, ofB]) => ofA - ofB || (a < b ? -1 : 1))
  let total = 0
  return rarest.filter(([, count]) => (total += count) <= most).map(([template]) => template)
}
