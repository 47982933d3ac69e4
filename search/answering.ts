import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Micros } from '../model/time.ts'
import { SourceWatch } from './api/source-watch.ts'
import { Sample } from './sample/sample.ts'
import { shownStore } from './sample/shown-store.ts'
import type { Store } from './store/store.ts'
import { CachedTopology } from './topology/cached-topology.ts'
import { PACKAGE_FOLDER } from './version.ts'

/** The sample as the build puts it beside the program. */
const SAMPLE_FILES = join(PACKAGE_FOLDER, 'dist', 'sample')

/** The side of a process that answers questions. */
export interface Answering {
  /** What is asked is asked of what is shown: the sample, or the own store. */
  readonly shown: Store
  readonly topology: CachedTopology
  readonly sources: SourceWatch
  readonly sample: Sample
  close(): Promise<void>
}

/** Begins to watch what a store holds; `data` is the data folder, in which the sample has a folder of its own. */
export async function startAnswering(
  store: Store,
  data: string,
  log: Logger,
  now: () => Micros,
): Promise<Answering> {
  const sample = new Sample({
    folder: join(data, 'sample-incident'),
    files: SAMPLE_FILES,
    own: store,
    log,
    onShown: () => {
      topology.expire()
      sources.forget()
    },
  })
  const shown = shownStore(store, () => sample.store)
  // How old it is must not depend on a clock that somebody sets.
  const topology = new CachedTopology(shown, () => performance.now())
  const sources = new SourceWatch(shown, now, (error) =>
    log.error({ err: error }, 'cannot read the sources'),
  )
  const close = async (): Promise<void> => {
    await sample.close()
    sources.close()
  }
  try {
    await sample.resume()
  } catch (error) {
    await close()
    throw error
  }
  return { shown, topology, sources, sample, close }
}
