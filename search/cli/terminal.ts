/** Characters that a terminal acts on or that change the order of what is seen: C0, DEL, C1, bidi, BOM. */
const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text from a log made harmless for a terminal: one line, control characters as visible escapes. */
export function printable(text: string): string {
  return text.replace(
    HOSTILE,
    (c) => SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

export type TableCell = string | number | boolean | null | undefined

/** Rows under a heading in aligned columns; numbers to the right. */
export function textTable(
  heading: readonly string[],
  rows: readonly (readonly TableCell[])[],
): string {
  const cells = rows.map((row) => row.map(cellText))
  const widths = heading.map((name, i) =>
    Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)),
  )
  const isNumber = heading.map((_, i) => rows.every((row) => typeof row[i] === 'number'))
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  return [heading, ...cells].map(line).join('\n') + '\n'
}

function cellText(value: TableCell): string {
  return value === null || value === undefined ? '-' : printable(String(value))
}

/** `1.2 GB`, powers of ten. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}
