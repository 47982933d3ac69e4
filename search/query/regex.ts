import { RE2JS, RE2JSException } from 're2js'
import { AppError, quote } from '../../model/errors.ts'
import type { CompileRegex } from '../../model/match.ts'

/**
 * RE2 syntax (https://github.com/google/re2/wiki/Syntax) on the linear-time engine: no pattern can hang
 * a query. `.` does not match a line break. Throws `invalid_query` for what RE2 cannot read,
 * look-around and back-references among it.
 */
export const compileRegex: CompileRegex = (source, ignoreCase) => {
  const pattern = compile(source, ignoreCase)
  return (text) => pattern.test(text)
}

function compile(source: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause
    const reason = cause.message.replace(/^error parsing regexp: /, '')
    throw new AppError(
      'invalid_query',
      `cannot read the regular expression ${quote(source)}: ${reason}`,
      {
        cause,
        hint: 'it is RE2 syntax: no look-around, no back-references',
      },
    )
  }
}
