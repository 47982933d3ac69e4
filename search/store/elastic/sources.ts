import type { TemplateDescriptor } from '../../../model/batch.ts'
import type { Micros } from '../../../model/time.ts'
import type { Recovery, SourceState } from '../store.ts'
import { joined, type KnownEntry } from './ledger.ts'
import { statesOfNodes } from './node-log.ts'
import type { Reading } from './reading.ts'
import { readRetryKeys } from './retry-keys.ts'
import type { StateIndex } from './state-index.ts'

/** The ledgers of all nodes, source by source. */
export async function readSources(state: StateIndex): Promise<SourceState[]> {
  const ledger = new Map<string, KnownEntry>()
  for (const { state: last } of (await statesOfNodes(state)).values()) {
    for (const [source, entry] of Object.entries(last?.ledger ?? {})) {
      const before = ledger.get(source)
      ledger.set(source, before === undefined ? entry : joined(before, entry))
    }
  }
  return [...ledger].map(([source, { counts, watermark, lastReceived, stream }]) => ({
    source,
    host: stream?.host ?? null,
    layer: stream?.layer ?? null,
    format: stream?.format ?? null,
    counts,
    watermark: watermark as Micros | null,
    lastReceived: lastReceived as Micros | null,
  }))
}

/** Where a node goes on. */
export async function readRecovery(
  reading: Reading,
  state: StateIndex,
  node: string,
): Promise<Recovery> {
  await state.refresh()
  const last = (await statesOfNodes(state)).get(node)
  const templates = await state.list('template')
  return {
    position: last?.state?.position ?? null,
    ...(last?.state?.writer === undefined ? {} : { writer: last.state.writer }),
    retryKeys: await readRetryKeys(reading, node, last?.committed ?? 0),
    fileRanges: new Map(Object.entries(last?.state?.fileRanges ?? {})),
    patterns: templates.map(({ value }) => (JSON.parse(value) as TemplateDescriptor).pattern),
    isShared: true,
  }
}
