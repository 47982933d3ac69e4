import { readJson } from '../../model/json.ts'
import { AppError, messageOf, quote } from '../../model/errors.ts'

/** A body that is one JSON text. Throws `invalid_request`. */
export function parseJson(text: string): unknown {
  try {
    return readJson(text)
  } catch (cause) {
    const message = `cannot read ${quote(text)} as JSON: ${messageOf(cause)}`
    throw new AppError('invalid_request', message, { cause })
  }
}
