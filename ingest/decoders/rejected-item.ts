import type { AppError } from '../../model/errors.ts'
import type { Item } from './decoder.ts'
import { LimitError, LIMITS } from './limits.ts'

type RejectedItem = Extract<Item, { kind: 'rejected' }>

/** So much of a record that is too large to be kept is shown with its rejection. */
const SHOWN_BYTES = 1024

/** An item that cannot be read, kept as a dead letter with its bytes. */
export function rejectedItem(reason: string | AppError, raw: Uint8Array): RejectedItem {
  const limit = reason instanceof LimitError ? { limit: reason.limit } : {}
  const text = typeof reason === 'string' ? reason : reason.message
  // An empty one is nothing to keep, and one over the limit is what the limit is there against.
  if (raw.length > LIMITS.recordBytes) {
    return { kind: 'rejected', reason: text, raw: raw.subarray(0, SHOWN_BYTES), ...limit }
  }
  return {
    kind: 'rejected',
    reason: text,
    raw,
    ...(raw.length > 0 ? { keep: true } : {}),
    ...limit,
  }
}

/** An item of more than {@link LIMITS.recordBytes}, named by `noun`. */
export function oversized(noun: string, raw: Uint8Array): RejectedItem {
  const message = `${noun} has ${raw.length} bytes, more than ${LIMITS.recordBytes}`
  return rejectedItem(new LimitError('recordBytes', message), raw)
}
