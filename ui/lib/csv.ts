export type CsvCell = string | number | boolean | null

/**
 * A table as comma-separated values (RFC 4180, CRLF). A text that a spreadsheet would take for a formula, one that begins
 * with `=`, `+`, `-`, `@`, a tab or a carriage return, gets an apostrophe before it: a log line is written by whoever
 * wants to. Numbers are left as they are.
 */
export function csvText(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')
}

function cellOf(value: CsvCell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
