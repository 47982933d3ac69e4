import { once } from 'node:events'

/**
 * Characters that a terminal acts on, that cannot be seen, or that change the order of what is seen:
 * controls, format characters (bidi, zero width, tags), line and paragraph separators, lone surrogates.
 */
const HOSTILE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text from a log made harmless for a terminal: one line, control characters as visible escapes. */
export function printable(text: string): string {
  return text.replace(HOSTILE, (c) => SHORT[c] ?? escapeOf(c.codePointAt(0)!))
}

function escapeOf(code: number): string {
  const hex = code.toString(16).padStart(4, '0')
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex}`
}

/** Most characters of a log's text shown in one place; `--json` has all of it. */
const SHOWN = 2_000

/** A text of a log for one line of a terminal: harmless, and cut where it is very long. */
export function shownText(text: string): string {
  return printable(text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`)
}

/** Scripts and symbols of which a character takes two columns (Unicode UAX #11, W and F). */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u
const COMBINING = /[\p{Mn}\p{Me}]/u

/** How many columns a printable text takes. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let columns = 0
  for (const char of text) columns += COMBINING.test(char) ? 0 : WIDE.test(char) ? 2 : 1
  return columns
}

export type TableCell = string | number | boolean | null | undefined

/** A cell wider than this pushes only its own row to the right. */
const WIDEST = 80

/** Rows under a heading in aligned columns; numbers to the right. */
export function textTable(
  heading: readonly string[],
  rows: readonly (readonly TableCell[])[],
): string {
  const cells = [heading, ...rows].map((row) => row.map(cellText))
  const widths = heading.map((_, i) =>
    cells.reduce((widest, row) => Math.max(widest, Math.min(columnsOf(row[i] ?? ''), WIDEST)), 0),
  )
  const isNumber = heading.map((_, i) => rows.every((row) => typeof row[i] === 'number'))
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => {
        const blanks = ' '.repeat(Math.max(0, widths[i]! - columnsOf(text)))
        return isNumber[i] ? blanks + text : text + blanks
      })
      .join('  ')
      .trimEnd()
  return cells.map(line).join('\n') + '\n'
}

function cellText(value: TableCell): string {
  return value === null || value === undefined ? '-' : shownText(String(value))
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

/** Writes to stdout at the pace of its reader. */
export async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}
