import type { IngestPort } from '../ingest/port.ts'
import type { CachedTopology } from './topology/cached-topology.ts'

/**
 * The way in, with an eye on inventories: what one tells is asked for as soon as the store has it, not
 * when the topology that was read before has grown old.
 */
export function watchInventory(
  port: IngestPort,
  settled: () => Promise<void>,
  topology: Pick<CachedTopology, 'expire'>,
  onError: (error: unknown) => void,
): IngestPort {
  return {
    submit: async (envelope) => {
      const reply = await port.submit(envelope)
      if (envelope.protocol === 'inventory') {
        settled().then(() => topology.expire(), onError)
      }
      return reply
    },
  }
}
