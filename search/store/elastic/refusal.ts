import type { errors } from '@elastic/elasticsearch'
import { AppError } from '../../../model/errors.ts'

/** Why the server refused something, as it says so. */
export interface Reason {
  readonly type: string
  readonly reason?: string
  readonly root_cause?: readonly Reason[]
  readonly caused_by?: Reason
}

/** True where the server takes no writes because its disk is nearly full, or an operator said so. */
export function isBlocked({ type }: Reason): boolean {
  return type === 'cluster_block_exception'
}

/** What the server refused as a whole, in words of ours. */
export function refusal(cause: errors.ResponseError, place: string): AppError {
  const body = cause.body as { error?: Reason | string } | undefined
  const error = typeof body?.error === 'object' ? body.error : undefined
  const said = wordsOf(error) ?? cause.message
  if (error !== undefined && isBlocked(error)) return blocked(said)
  switch (cause.statusCode) {
    case 401:
    case 403:
      return new AppError('permission_denied', `Elasticsearch at ${place} refused: ${said}`, {
        cause,
        hint: 'set PLUMBLINE_ELASTIC_USERNAME and PLUMBLINE_ELASTIC_PASSWORD to a user that may manage and write the indices',
      })
    case 400:
      return /circuit_breaking|too_many_buckets/.test(JSON.stringify(body))
        ? overBudget(said)
        : new AppError('internal', `Elasticsearch at ${place} could not read a request: ${said}`, {
            cause,
          })
    case 429:
      return /circuit_breaking/.test(JSON.stringify(body)) ? overBudget(said) : busy(said)
    default:
      return busy(said)
  }
}

/** The write was refused for the sake of the disk. */
export function blocked(said: string): AppError {
  return new AppError('storage_full', `Elasticsearch takes no writes: ${said}`, {
    hint: 'free some disk on its nodes or lift the index block; nothing acknowledged is lost, and writing goes on by itself',
  })
}

/** The cluster cannot at the moment. */
export function busy(said: string): AppError {
  return new AppError('storage_unavailable', `Elasticsearch cannot answer now: ${said}`, {
    hint: 'see the health of the cluster; it is asked again',
  })
}

const overBudget = (said: string): AppError =>
  new AppError('budget_exceeded', `the query needs more memory than Elasticsearch gives: ${said}`, {
    hint: 'narrow the time range or the filter',
  })

/** The innermost reason, which is the one that helps. */
export function wordsOf(error: Reason | undefined): string | undefined {
  if (error === undefined) return undefined
  const inner = error.caused_by ?? error.root_cause?.find(({ reason }) => reason !== error.reason)
  return (inner === undefined ? undefined : wordsOf(inner)) ?? error.reason ?? error.type
}
