import { cpus, totalmem } from 'node:os'

/** A Markdown table: columns by name, comma separated; the first is text, the others numbers. */
export function table(header: string, rows: readonly (readonly string[])[]): string {
  const columns = header.split(',')
  const lines = [columns, columns.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export const count = (value: number): string => Math.round(value).toLocaleString('en-US')
/** Milliseconds, to a tenth below ten; a dash for none. */
export const ms = (value: number | undefined): string => {
  if (value === undefined) return '–'
  return Number.isNaN(value) ? 'failed' : value.toFixed(value < 10 ? 1 : 0)
}

/** When and on what a report was made. */
export function machine(): string {
  const cores = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${new Date().toISOString().slice(0, 10)}: ${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ${memory} GiB, ${process.platform}, Node ${process.version}`
}
