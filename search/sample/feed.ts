import { setTimeout as sleep } from 'node:timers/promises'
import type { Envelope, IngestPort } from '../../ingest/port.ts'
import type { IngestStats } from '../../ingest/worker-port.ts'
import { AppError } from '../../model/errors.ts'
import type { Store } from '../store/store.ts'
import type { SampleManifest } from './manifest.ts'

/** Envelopes on their way: while one waits for the disk the next is decoded. */
const AT_ONCE = 2
const PAUSE_MS = 20

/** A way in that tells how it is: the ingest thread. */
interface WayIn extends IngestPort {
  stats(): Promise<Pick<IngestStats, 'pipeline'>>
}

/**
 * Submits the envelopes, waiting while there is no room, until all are in the store.
 * Throws what the way in refuses for good, why the store takes nothing, and `cancelled` at the signal.
 */
export async function feed(
  port: WayIn,
  envelopes: AsyncIterable<Envelope>,
  signal: AbortSignal,
): Promise<void> {
  const sending: Promise<void>[] = []
  try {
    for await (const envelope of envelopes) {
      const sent = submit(port, envelope, signal)
      // Heard below, perhaps not before the next has been read.
      sent.catch(() => undefined)
      sending.push(sent)
      if (sending.length >= AT_ONCE) await sending.shift()
    }
    await Promise.all(sending)
  } finally {
    await Promise.allSettled(sending)
  }
  await untilStored(port, signal)
}

async function submit(port: WayIn, envelope: Envelope, signal: AbortSignal): Promise<void> {
  for (;;) {
    throwIfCancelled(signal)
    try {
      // A copy: a body that owns its memory is gone once it has been handed over.
      await port.submit({ ...envelope, body: new Uint8Array(envelope.body) })
      return
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'overloaded') throw error
    }
    await throwIfStoreFails(port)
    await sleep(PAUSE_MS)
  }
}

async function untilStored(port: WayIn, signal: AbortSignal): Promise<void> {
  for (;;) {
    throwIfCancelled(signal)
    const { heldItems, queued } = await throwIfStoreFails(port)
    if (heldItems === 0 && queued === 0) return
    await sleep(PAUSE_MS)
  }
}

async function throwIfStoreFails(port: WayIn) {
  const { pipeline } = await port.stats()
  if (pipeline.storeFailure === null) return pipeline
  throw new AppError('storage_unavailable', pipeline.storeFailure)
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', 'loading the sample was broken off')
}

/** Throws unless the store has everything the manifest promises, and took all of it. */
export async function checkLoaded(store: Store, manifest: SampleManifest): Promise<void> {
  const [{ points }, sources] = await Promise.all([store.stats(), store.sources()])
  const total = { received: 0, stored: 0 }
  for (const { counts } of sources) {
    total.received += counts.received
    total.stored += counts.stored
  }
  if (points !== manifest.points || total.stored !== total.received) {
    const message = `the sample is not whole: ${points} of ${manifest.points} points, ${total.stored} of ${total.received} records stored`
    throw new AppError('internal', message)
  }
}
