import type { ProtocolName } from '../port.ts'
import { bulkDecoder } from './bulk.ts'
import { changesDecoder } from './changes.ts'
import type { Decoder } from './decoder.ts'
import { inventoryDecoder } from './inventory.ts'
import { linesDecoder } from './lines.ts'
import { logsDecoder } from './logs.ts'
import { lokiDecoder } from './loki.ts'
import { metricsDecoder } from './metrics.ts'
import { otlpLogsDecoder } from './otlp-logs.ts'
import { otlpMetricsDecoder } from './otlp-metrics.ts'
import { remoteWriteDecoder } from './remote-write.ts'

/** Every protocol that carries records over HTTP or from files, each named by its `name`. */
export const DECODERS: readonly Decoder[] = [
  bulkDecoder,
  otlpLogsDecoder,
  otlpMetricsDecoder,
  remoteWriteDecoder,
  lokiDecoder,
  logsDecoder,
  metricsDecoder,
  inventoryDecoder,
  changesDecoder,
  linesDecoder,
]

const BY_NAME: ReadonlyMap<ProtocolName, Decoder> = new Map(DECODERS.map((d) => [d.name, d]))

/** The decoder of a protocol; undefined for one that is not in {@link DECODERS}. */
export function decoderFor(protocol: ProtocolName): Decoder | undefined {
  return BY_NAME.get(protocol)
}
