import { Client, ClusterConnectionPool, errors } from '@elastic/elasticsearch'
import { AppError, messageOf } from '../../../model/errors.ts'
import type { QueryContext } from '../store.ts'
import { refusal } from './refusal.ts'
import { unreachable, type Tried } from './unreachable.ts'

export interface ConnectionOptions {
  /** `http://host:9200`; several nodes of one cluster are all tried. */
  readonly urls: readonly string[]
  readonly username?: string
  readonly password?: string
  /** Certificates (PEM) that vouch for that of the server; without them those that Node knows. */
  readonly ca?: string
}

/** One call of the REST interface. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
  /** Lines of a bulk request, in place of `body`. */
  readonly lines?: string | Buffer
}

/** What the server says it is. */
export interface ServerFacts {
  readonly versions: readonly string[]
  readonly nodes: number
}

/** Longest that a call without a bound of its own is waited for. */
const PATIENCE_MS = 120_000

/** Before a request goes to a node a second time; doubled each time. Ingest asks again by itself. */
const FIRST_WAIT_S = 0.1

/** The one way to the cluster. Every failure leaves it as an `AppError` in words of ours. */
export class Connection {
  readonly #client: Client
  readonly #place: string
  readonly #tried: Tried

  constructor({ urls, username, password, ca }: ConnectionOptions) {
    this.#place = urls.join(', ')
    this.#tried = { urls, hasCa: ca !== undefined }
    this.#client = new Client({
      nodes: [...urls],
      // The default pool, by weights, answers that there is no node for hundreds of calls after all have failed once.
      ConnectionPool: ClusterConnectionPool,
      requestTimeout: PATIENCE_MS,
      ...(ca === undefined ? {} : { tls: { ca } }),
      ...(username === undefined ? {} : { auth: { username, password: password ?? '' } }),
    })
  }

  /** The answer's body. A status in `accept` is answered with undefined instead of thrown. */
  async call<T>(
    call: Call,
    accept: readonly number[] = [],
    context: QueryContext = {},
  ): Promise<T> {
    return (await this.tryCall<T>(call, accept, context))!
  }

  async tryCall<T>(
    { method, path, query, body, lines }: Call,
    accept: readonly number[] = [],
    { signal, timeoutMs }: QueryContext = {},
  ): Promise<T | undefined> {
    if (signal?.aborted === true) throw cancelled()
    try {
      const params = {
        method,
        path,
        ...(query === undefined ? {} : { querystring: { ...query } }),
        ...(lines === undefined ? {} : { bulkBody: lines }),
        ...(body === undefined ? {} : { body: body as Record<string, unknown> }),
      }
      const options = {
        retryBackoff: (_least: number, _most: number, attempt: number) =>
          FIRST_WAIT_S * 2 ** attempt,
        ...(signal === undefined ? {} : { signal }),
        ...(timeoutMs === undefined ? {} : { requestTimeout: timeoutMs }),
      }
      return await this.#client.transport.request<T>(params, options)
    } catch (cause) {
      if (cause instanceof errors.ResponseError && accept.includes(cause.statusCode ?? 0)) {
        return undefined
      }
      throw this.#errorOf(cause, signal)
    }
  }

  /** Asks every node what it runs: `GET /` is not on every build. */
  async facts(): Promise<ServerFacts> {
    const { nodes } = await this.call<{ nodes: Record<string, { version: string }> }>({
      method: 'GET',
      path: '/_nodes/_all/none',
    })
    const versions = [...new Set(Object.values(nodes).map(({ version }) => version))].sort()
    return { versions, nodes: Object.keys(nodes).length }
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  #errorOf(cause: unknown, signal: AbortSignal | undefined): AppError {
    if (cause instanceof AppError) return cause
    if (signal?.aborted === true) return cancelled()
    if (cause instanceof errors.TimeoutError) return tooSlow()
    if (cause instanceof errors.ResponseError) return refusal(cause, this.#place)
    return unreachable(messageOf(cause), this.#tried, cause)
  }
}

const cancelled = (): AppError => new AppError('cancelled', 'the query was cancelled')

/** The end of a query that its time did not suffice for. */
export const tooSlow = (): AppError =>
  new AppError('budget_exceeded', 'the query took longer than its time allows', {
    hint: 'narrow the time range or the filter',
  })
