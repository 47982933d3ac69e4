import type { Logger } from 'pino'
import { MICROS_PER_HOUR, MICROS_PER_MS, type Micros } from '../model/time.ts'
import type { Measurement } from './api/parts.ts'
import type { Store } from './store/store.ts'
import type { Turn } from './turn.ts'

const EVERY_MS = MICROS_PER_HOUR / MICROS_PER_MS

export interface RetentionPolicy {
  readonly maxAgeDays?: number
  readonly maxBytes?: number
}

export interface Retention {
  measurements(): readonly Measurement[]
  stop(): Promise<void>
}

/**
 * Removes what is too old or too much whenever it becomes the turn of this process, and every hour while it is.
 * Undefined where all is kept.
 */
export function keepRetention(
  store: Pick<Store, 'retain'>,
  policy: RetentionPolicy,
  now: () => Micros,
  log: Logger,
  turn: Turn,
): Retention | undefined {
  if (policy.maxAgeDays === undefined && policy.maxBytes === undefined) return undefined
  let runs = 0
  const retain = async (): Promise<void> => {
    try {
      if (!(await turn.isMine())) return
      runs++
      const days = await store.retain(policy, now())
      if (days.length > 0) log.info({ days }, 'removed the oldest days')
    } catch (error) {
      log.error({ err: error }, 'cannot remove old days; trying again in an hour')
    }
  }
  const timer = setInterval(() => void retain(), EVERY_MS)
  timer.unref()
  turn.begin(() => void retain())
  return {
    measurements: () => [
      { name: 'job_runs', labels: { job: 'retention' }, value: runs },
      { name: 'job_held', labels: { job: 'retention' }, value: turn.isHeld ? 1 : 0 },
    ],
    stop: async () => {
      clearInterval(timer)
      await turn.end()
    },
  }
}
