import type { Logger } from 'pino'
import { MICROS_PER_HOUR, MICROS_PER_MS, type Micros } from '../model/time.ts'
import type { Store } from './store/store.ts'

const EVERY_MS = MICROS_PER_HOUR / MICROS_PER_MS

export interface RetentionPolicy {
  readonly maxAgeDays?: number
  readonly maxBytes?: number
}

/** Removes what is too old or too much, at the start and every hour. Answers how to stop it. */
export function keepRetention(
  store: Store,
  policy: RetentionPolicy,
  now: () => Micros,
  log: Logger,
): () => void {
  if (policy.maxAgeDays === undefined && policy.maxBytes === undefined) return () => undefined
  const retain = async (): Promise<void> => {
    try {
      const days = await store.retain(policy, now())
      if (days.length > 0) log.info({ days }, 'removed the oldest days')
    } catch (error) {
      log.error({ err: error }, 'cannot remove old days; trying again in an hour')
    }
  }
  const timer = setInterval(() => void retain(), EVERY_MS)
  timer.unref()
  void retain()
  return () => clearInterval(timer)
}
