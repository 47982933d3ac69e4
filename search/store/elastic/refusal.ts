import { errors } from '@elastic/elasticsearch'
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
      return new AppError('permission_denied', `Elasticsearch at ${place} refused: ${said}`, {
        cause,
        hint: 'check PLUMBLINE_ELASTIC_USERNAME and PLUMBLINE_ELASTIC_PASSWORD: it does not know them',
      })
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
      return /circuit_breaking/.test(JSON.stringify(body)) ? overBudget(said) : busy(said, cause)
    default:
      return busy(said, cause)
  }
}

/** The write was refused for the sake of the disk. */
export function blocked(said: string): AppError {
  return new AppError('storage_full', `Elasticsearch takes no writes: ${said}`, {
    hint: 'free some disk on its nodes or lift the index block; nothing acknowledged is lost, and writing goes on by itself',
  })
}

/** The cluster cannot at the moment. */
export function busy(said: string, cause?: unknown): AppError {
  return new AppError('storage_unavailable', `Elasticsearch cannot answer now: ${said}`, {
    cause,
    hint: 'see the health of the cluster; it is asked again',
  })
}

const overBudget = (said: string): AppError =>
  new AppError('budget_exceeded', `the query needs more memory than Elasticsearch gives: ${said}`, {
    hint: 'narrow the time range or the filter',
  })

/** The innermost reason and its kind, which are what helps. */
export function wordsOf(error: Reason | undefined): string | undefined {
  if (error === undefined) return undefined
  const inner = error.caused_by ?? error.root_cause?.find(({ reason }) => reason !== error.reason)
  return (inner === undefined ? undefined : wordsOf(inner)) ?? saidBy(error)
}

const saidBy = ({ type, reason }: Reason): string =>
  typeof reason !== 'string' ? type : `${reason} (${type})`

/** True where no shard answered, one of them because it is starting. */
export function isOfStarting(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : undefined
  if (!(cause instanceof errors.ResponseError)) return false
  const { error: reason } = (cause.body ?? {}) as { readonly error?: Reason }
  return [reason?.caused_by, ...(reason?.root_cause ?? [])].some(
    (one) => one !== undefined && isStarting(one),
  )
}

/** True for a shard that has just been made or is moving: a moment later it answers. */
export function isStarting({ type }: Reason): boolean {
  return /^(?:no_shard_available_action|illegal_index_shard_state|shard_not_found)_exception$/.test(
    type,
  )
}
