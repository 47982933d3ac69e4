import { CommanderError } from 'commander'
import { AppError, messageOf, type ErrorCode } from '../../model/errors.ts'
import { columnsOf, printable } from './terminal.ts'

/** Exit statuses of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const

/** Errors that the command line itself is the cause of. */
const USAGE: ReadonlySet<ErrorCode> = new Set(['configuration', 'invalid_query'])

/** Prints an error for a person and answers the exit status. `query` is shown under its offset. */
export function reportError(error: unknown, query?: string): number {
  // commander has printed its own message; 0 is --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  const lines = [`plumbline: ${printable(messageOf(error))}`]
  if (error instanceof AppError) {
    if (error.offset !== undefined && query !== undefined)
      lines.push(...pointAt(query, error.offset))
    if (error.hint !== undefined) lines.push(`  ${printable(error.hint)}`)
  } else if (error instanceof Error && error.stack !== undefined) {
    lines.push(error.stack)
  }
  process.stderr.write(`${lines.join('\n')}\n`)
  return error instanceof AppError && USAGE.has(error.code) ? EXIT.usage : EXIT.failed
}

/** Columns of a query that are shown on either side of the place. */
const AROUND = 36

/** The query, or the part of it around the place, with a caret under the place. */
function pointAt(query: string, offset: number): string[] {
  const start = offset > 2 * AROUND ? offset - AROUND : 0
  const end = query.length > start + 3 * AROUND ? offset + AROUND : query.length
  const before = (start > 0 ? '…' : '') + printable(query.slice(start, offset))
  const after = printable(query.slice(offset, end)) + (end < query.length ? '…' : '')
  return [`  ${before}${after}`, `  ${' '.repeat(columnsOf(before))}^`]
}
