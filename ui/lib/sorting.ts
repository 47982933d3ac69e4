/** By which column a table is ordered, and which way. */
export interface Sorting {
  readonly column: string
  readonly isDescending: boolean
}

type Value = number | string | boolean | null

/** The rows in order; numbers by size, words as people sort them, null last whichever way, equals as they came. */
export function sortedBy<Row>(
  rows: readonly Row[],
  by: (row: Row) => Value,
  isDescending: boolean,
): readonly Row[] {
  const sign = isDescending ? -1 : 1
  return rows
    .map((row) => ({ row, value: by(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        return Number(a.value === null) - Number(b.value === null)
      }
      return sign * compare(a.value, b.value)
    })
    .map(({ row }) => row)
}

const words = new Intl.Collator('en', { numeric: true })

function compare(a: Exclude<Value, null>, b: Exclude<Value, null>): number {
  if (typeof a === 'string' || typeof b === 'string') {
    // Numbers before words, as in a table whose column holds both.
    if (typeof a !== typeof b) return typeof a === 'string' ? 1 : -1
    return words.compare(String(a), String(b))
  }
  return Number(a) - Number(b)
}
