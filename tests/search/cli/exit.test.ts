import { afterEach, expect, test, vi } from 'vitest'
import { AppError } from '../../../model/errors.ts'
import { EXIT, reportError } from '../../../search/cli/exit.ts'

afterEach(() => vi.restoreAllMocks())

/** What is printed about an error, and the exit status. */
function report(error: unknown, query?: string): { status: number; lines: string[] } {
  let text = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  const status = reportError(error, query)
  return { status, lines: text.split('\n') }
}

const invalid = (offset: number) =>
  new AppError('invalid_query', 'cannot read it', { offset, hint: 'quote it' })

test('a bad query is wrong usage, shown with a caret under the place', () => {
  expect(report(invalid(2), 'a (b')).toEqual({
    status: EXIT.usage,
    lines: ['plumbline: cannot read it', '  a (b', '    ^', '  quote it', ''],
  })
})

test('the caret stands right behind wide characters and escapes', () => {
  expect(report(invalid(3), '日本\u001b(').lines.slice(1, 3)).toEqual([
    '  日本\\u001b(',
    '            ^',
  ])
})

test('of a long query only the part around the place is shown', () => {
  const [, shown, caret] = report(invalid(500), `${'a'.repeat(500)}(${'b'.repeat(500)}`).lines
  expect(shown!.length).toBeLessThan(80)
  expect(shown![caret!.indexOf('^')]).toBe('(')
})

test('an error of another kind fails without a caret', () => {
  const error = new AppError('storage_unavailable', 'cannot reach it')
  expect(report(error, 'x')).toEqual({
    status: EXIT.failed,
    lines: ['plumbline: cannot reach it', ''],
  })
})
