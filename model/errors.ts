/**
 * Every code an error of ours can carry. `search/api/errors.ts` maps each to an HTTP status; a test
 * checks that each is used and documented in README's table of errors.
 */
export const ERROR_CODES = [
  'invalid_query',
  'invalid_request',
  'not_found',
  'not_implemented',
  'unsupported_media_type',
  'too_large',
  'overloaded',
  'wrong_role',
  'storage_full',
  'storage_unavailable',
  'data_locked',
  'data_version',
  'cancelled',
  'budget_exceeded',
  'address_in_use',
  'permission_denied',
  'configuration',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * An expected failure. `message` says what was being done, quotes the input and says what to do, in
 * lower case without a full stop. `offset` is the place in a query text, in UTF-16 units.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly offset: number | undefined
  readonly hint: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; offset?: number; hint?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.offset = options.offset
    this.hint = options.hint
  }
}

/** What an error says, for a log line or a wrapped message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** At most `limit` characters of an input, for quoting in a message. */
export function quote(input: string, limit = 80): string {
  const text = input.length > limit ? `${input.slice(0, limit)}…` : input
  return JSON.stringify(text)
}

/** Ends an exhaustive `switch`: reached only when a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`BUG: unexpected ${JSON.stringify(value)}`)
}
