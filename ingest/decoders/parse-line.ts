import { messageOf } from '../../model/errors.ts'
import { readJson } from '../../model/json.ts'
import type { JsonObject } from './json-fields.ts'

/** Why a line is not one JSON text. */
export class LineProblem {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

const OBJECT = /^[ \t\r]*\{/

/**
 * The JSON object on one line of a request, or why it is none. A bad line is a value, and cheap: a sender
 * of text where JSON is due sends a million of them, and to note for each where in our program it was
 * found to be bad takes longer than all the rest.
 */
export function parseLine(text: string): JsonObject | LineProblem {
  if (!OBJECT.test(text)) return new LineProblem('it is not a JSON object')
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return readJson(text) as JsonObject
  } catch (error) {
    return new LineProblem(messageOf(error))
  } finally {
    Error.stackTraceLimit = limit
  }
}
