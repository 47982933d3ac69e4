import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { ApiError } from '../../model/api.ts'
import { AppError, type ErrorCode } from '../../model/errors.ts'

/** The one table of codes and statuses; `cancelled` is nginx's 499, seen in logs only. */
export const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  invalid_query: 400,
  invalid_request: 400,
  not_found: 404,
  not_implemented: 501,
  unsupported_media_type: 415,
  too_large: 413,
  overloaded: 429,
  wrong_role: 421,
  storage_full: 503,
  storage_unavailable: 503,
  data_locked: 409,
  data_version: 409,
  cancelled: 499,
  budget_exceeded: 422,
  address_in_use: 409,
  permission_denied: 403,
  configuration: 400,
  internal: 500,
}

/** What a client is told of an error: never a stack, never the text of an unexpected one. */
export function errorBody(error: AppError): ApiError {
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.offset === undefined ? {} : { offset: error.offset }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    },
  }
}

/** Answers any error thrown by a route in the one shape; logs what the client cannot be told. */
export function sendError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const known = asAppError(error)
  const status = STATUS_OF[known.code]
  if (status >= 500 && known.code !== 'not_implemented') {
    request.log.error({ err: error }, 'request failed')
  }
  if (status === 429 || status === 503) void reply.header('retry-after', '1')
  return reply.code(status).send(errorBody(known))
}

/** Every error as an {@link AppError}: fastify's by what they are about, the unexpected as `internal`. */
export function asAppError(error: FastifyError | Error): AppError {
  if (error instanceof AppError) return error
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) {
    return new AppError('too_large', 'the request body is too large; send it in smaller parts')
  }
  if (status === 415) {
    return new AppError(
      'unsupported_media_type',
      'cannot read this content type; send application/json',
    )
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new AppError('invalid_request', lowerFirst(error.message), { cause: error })
  }
  return new AppError(
    'internal',
    'something unexpected went wrong; the server log has the details',
    {
      cause: error,
    },
  )
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
