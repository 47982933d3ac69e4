import { parentPort, workerData } from 'node:worker_threads'
import { serveSink } from '../ingest/sink.ts'
import { AppError, messageOf } from '../model/errors.ts'
import { compileRegex } from './query/regex.ts'
import { EmbeddedStore } from './store/embedded/embedded-store.ts'
import type { StoreThreadData, StoreThreadReport } from './store/open.ts'
import { serveStore } from './store/remote.ts'

/** The store thread: opens the store, then answers questions on one port and takes commits on another. */
const data = workerData as StoreThreadData

const report = (message: StoreThreadReport): void => parentPort?.postMessage(message)

try {
  const store = await EmbeddedStore.open({ ...data, compileRegex })
  serveStore(data.storePort, store)
  serveSink(data.commitPort, {
    commit: (commit) => store.commit(commit),
    applyInventory: async (entities, relations) => {
      await store.putEntities(entities)
      await store.putRelations(relations)
    },
  })
  report({ kind: 'open' })
} catch (error) {
  const known = error instanceof AppError ? error : undefined
  const hint = known?.hint === undefined ? {} : { hint: known.hint }
  report({ kind: 'failed', code: known?.code ?? 'internal', message: messageOf(error), ...hint })
  data.storePort.close()
  data.commitPort.close()
}
