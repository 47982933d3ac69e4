import type { ApiError } from '../../model/api.ts'
import { AppError, ERROR_CODES, messageOf, type ErrorCode } from '../../model/errors.ts'

/** Talks to a running server over its public API; errors come back as the {@link AppError} it threw. */
export class ApiClient {
  readonly url: string

  /** `url` as given by the user. Throws `configuration` when it is not an http address. */
  constructor(url: string) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
      throw new AppError(
        'configuration',
        `cannot use ${JSON.stringify(url)} as the server's address; give --url http://HOST:PORT`,
      )
    }
    this.url = parsed.href.replace(/\/$/, '')
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.request(path, {})).json()) as T
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return (await (await this.#postJson(path, body, 'application/json')).json()) as T
  }

  /** The lines of an NDJSON answer, parsed, as they arrive. */
  async *stream(path: string, body: unknown): AsyncGenerator<unknown> {
    const response = await this.#postJson(path, body, 'application/x-ndjson')
    for await (const line of linesOf(response)) {
      const value: unknown = JSON.parse(line)
      if (isError(value)) throw errorOf(value, 500)
      yield value
    }
  }

  /** Any request; throws for an answer that is not 2xx. */
  async request(path: string, init: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await fetch(`${this.url}${path}`, init)
    } catch (cause) {
      throw new AppError('storage_unavailable', `cannot reach ${this.url}: ${reasonOf(cause)}`, {
        cause,
        hint: 'start it with "plumbline serve", name another with --url URL, or read a folder with --data DIR',
      })
    }
    if (response.ok) return response
    throw await refusalOf(response)
  }

  #postJson(path: string, body: unknown, accept: string): Promise<Response> {
    return this.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
    })
  }
}

/** The lines of a response's text, without their ends, as they arrive. */
export async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of response.body ?? []) {
    const lines = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split('\n')
    rest = lines.pop()!
    yield* lines
  }
  if (rest !== '') yield rest
}

async function refusalOf(response: Response): Promise<AppError> {
  const text = await response.text()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (cause) {
    const start = text.slice(0, 200)
    return new AppError(codeOfStatus(response.status), `answered ${response.status}: ${start}`, {
      cause,
    })
  }
  return errorOf(body, response.status)
}

function isError(value: unknown): value is ApiError {
  return typeof value === 'object' && value !== null && 'error' in value && !('id' in value)
}

function errorOf(body: unknown, status: number): AppError {
  const error = isError(body) ? body.error : undefined
  if (error === undefined || typeof error.message !== 'string') {
    return new AppError(codeOfStatus(status), `answered ${status}: ${JSON.stringify(body)}`)
  }
  const code = ERROR_CODES.find((known) => known === error.code) ?? codeOfStatus(status)
  return new AppError(code, error.message, {
    ...(error.offset === undefined ? {} : { offset: error.offset }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
}

/** For answers in a shape that carries no code of ours (a proxy, an ingest protocol). */
function codeOfStatus(status: number): ErrorCode {
  if (status === 429) return 'overloaded'
  if (status === 503) return 'storage_unavailable'
  return status < 500 ? 'invalid_request' : 'internal'
}

/** What fetch hides in the cause of its "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause === undefined ? messageOf(error) : messageOf(cause)
}
