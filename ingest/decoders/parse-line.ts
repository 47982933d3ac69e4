import { messageOf } from '../../model/errors.ts'

/** Why a line is not one JSON text. */
export class LineProblem {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/**
 * The JSON value of one line of a request, or why it is none. A bad line is a value, and cheap: a sender
 * of text where JSON is due sends a million of them, and to note for each where in our program it was
 * found to be bad takes longer than all the rest.
 */
export function parseLine(text: string): unknown {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return JSON.parse(text)
  } catch (error) {
    return new LineProblem(messageOf(error))
  } finally {
    Error.stackTraceLimit = limit
  }
}
