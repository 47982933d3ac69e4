import type { ApiError } from '../../model/api.ts'

/** What the server refused or could not do, in its own words. */
export class RequestError extends Error {
  readonly code: string
  /** UTF-16 offset into the query text, where the fault is in it. */
  readonly offset: number | undefined
  readonly hint: string | undefined

  constructor(fields: {
    readonly code: string
    readonly message: string
    readonly offset?: number
    readonly hint?: string
  }) {
    super(fields.message)
    this.name = 'RequestError'
    this.code = fields.code
    this.offset = fields.offset
    this.hint = fields.hint
  }
}

/** Asks the server and reads JSON. Throws {@link RequestError}; an aborted request throws `AbortError`. */
export async function ask<T>(path: string, options: RequestInit = {}): Promise<T> {
  const response = await reach(path, options)
  if (!response.ok) throw await errorOf(response)
  return (await response.json()) as T
}

/** POST of a JSON body. */
export function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, {
    ...jsonBody('POST', body),
    ...(signal === undefined ? {} : { signal }),
  })
}

/** Method, header and body of a request that carries JSON. */
export const jsonBody = (method: 'POST' | 'PUT', body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** The response as it is, for bodies that are read as they come. Throws where the server was not reached. */
export async function reach(path: string, options: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(path, options)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new RequestError({
      code: 'unreachable',
      message: 'The server did not answer. Is it still running?',
    })
  }
}

/** The server's error of a response that is not 2xx. */
export async function errorOf(response: Response): Promise<RequestError> {
  try {
    const { error } = (await response.json()) as ApiError
    return new RequestError(error)
  } catch {
    return new RequestError({
      code: 'unreadable',
      message: `The server answered ${response.status} without saying why.`,
    })
  }
}
