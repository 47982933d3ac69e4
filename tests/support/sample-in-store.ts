import { join } from 'node:path'
import { Pipeline } from '../../ingest/pipeline.ts'
import type { Envelope } from '../../ingest/port.ts'
import { MessagePortSink } from '../../ingest/sink.ts'
import { Spool } from '../../ingest/spool.ts'
import { MICROS_PER_DAY, micros } from '../../model/time.ts'
import { storeFolder } from '../../search/main.ts'
import { FIRST_NODE, nodeIdentity } from '../../search/node-name.ts'
import { sampleEnvelopes } from '../../search/sample/envelopes.ts'
import { checkLoaded, feed } from '../../search/sample/feed.ts'
import { rangeOf, readManifest } from '../../search/sample/manifest.ts'
import { openStore, type ElasticPlace, type OpenedStore } from '../../search/store/open.ts'
import { silentLog } from '../ingest/silent-log.ts'
import { REPOSITORY } from './requirements.ts'

const FILES = join(REPOSITORY, 'dist/sample')
/** When all of it is received, after its end: long enough ago to be history, as it is to whoever loads it. */
const RECEIVED_AFTER_US = 2 * MICROS_PER_DAY

/**
 * Takes the sample incident into the own store of a data folder, which exists, or into indices, as what node n1 has
 * received at one moment: whatever the store is, records have the same ids and times. (The product itself keeps the
 * sample in a folder beside its own store, whichever that is.) Throws unless the store has all of it.
 */
export async function takeSample(data: string, elastic?: ElasticPlace['elastic']): Promise<void> {
  const spool = join(data, 'spool')
  const { id } = await nodeIdentity({ data, spool }, FIRST_NODE)
  const opened = await openStore(
    elastic === undefined ? { folder: storeFolder(data) } : { elastic: { ...elastic, writer: id } },
  )
  try {
    await take(opened, spool)
    await opened.store.close()
  } finally {
    await opened.stop()
  }
}

async function take({ store, commitPort }: OpenedStore, folder: string): Promise<void> {
  const manifest = await readManifest(FILES)
  const received = micros(rangeOf(manifest).to + RECEIVED_AFTER_US)
  const pipeline = await Pipeline.start({
    node: FIRST_NODE,
    spool: await Spool.open({ folder, log: silentLog }),
    sink: new MessagePortSink(commitPort),
    log: silentLog,
    known: await store.recovery(FIRST_NODE),
  })
  const envelopes = sampleEnvelopes(
    FILES,
    manifest,
    () => received,
    () => {},
  )
  const wayIn = {
    submit: (envelope: Envelope) => pipeline.submit(envelope),
    stats: () => Promise.resolve({ pipeline: pipeline.stats() }),
  }
  await feed(wayIn, envelopes, new AbortController().signal)
  await pipeline.close()
  await checkLoaded(store, manifest)
}
