import { AppError, quote } from '../../model/errors.ts'

/** A part of a place in the order of records. */
type Part = string | number

/** Where a page of a search has ended, as text that a client hands back. */
export const cursorOf = (place: readonly Part[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url')

/** The place of a cursor; its parts are of the types named. Throws `invalid_request`. */
export function placeOfCursor(
  cursor: string,
  types: readonly ('string' | 'number')[],
): readonly Part[] {
  let place: unknown
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw badCursor(cursor, cause)
  }
  const isPlace =
    Array.isArray(place) &&
    place.length === types.length &&
    place.every((part, i) =>
      types[i] === 'string' ? typeof part === 'string' : Number.isSafeInteger(part),
    )
  if (!isPlace) throw badCursor(cursor)
  return place as readonly Part[]
}

function badCursor(cursor: string, cause?: unknown): AppError {
  return new AppError('invalid_request', `cannot read the cursor ${quote(cursor)}`, {
    cause,
    hint: 'pass "next" of an earlier answer unchanged, or leave it out',
  })
}
