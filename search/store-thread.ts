import { parentPort, workerData } from 'node:worker_threads'
import { serveSink } from '../ingest/sink.ts'
import { AppError, messageOf } from '../model/errors.ts'
import { compileRegex } from './query/regex.ts'
import { ElasticStore } from './store/elastic/elastic-store.ts'
import { EmbeddedStore } from './store/embedded/embedded-store.ts'
import type { OpenOptions, StoreThreadData, StoreThreadReport } from './store/open.ts'
import { serveStore } from './store/remote.ts'
import type { Store } from './store/store.ts'

/** The store thread: opens the store, then answers questions on one port and takes commits on another. */
const data = workerData as StoreThreadData

const report = (message: StoreThreadReport): void => parentPort?.postMessage(message)

interface Opened {
  readonly store: Store
  readonly server: string | null
}

async function open(place: OpenOptions): Promise<Opened> {
  if (!('elastic' in place)) {
    return { store: await EmbeddedStore.open({ ...place, compileRegex }), server: null }
  }
  const store = await ElasticStore.open({ ...place.elastic, compileRegex })
  return { store, server: `Elasticsearch ${store.server.versions.join(' and ')}` }
}

try {
  const { store, server } = await open(data.place)
  serveStore(data.storePort, store)
  serveSink(data.commitPort, {
    commit: (commit) => store.commit(commit),
    applyInventory: async (entities, relations) => {
      await store.putEntities(entities)
      await store.putRelations(relations)
    },
  })
  report({ kind: 'open', server })
} catch (error) {
  const known = error instanceof AppError ? error : undefined
  const hint = known?.hint === undefined ? {} : { hint: known.hint }
  report({ kind: 'failed', code: known?.code ?? 'internal', message: messageOf(error), ...hint })
  data.storePort.close()
  data.commitPort.close()
}
