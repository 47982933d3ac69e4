import type { Log } from '../../ingest/log.ts'

/** For tests that provoke what would be logged. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }
