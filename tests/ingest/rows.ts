import type { RowInput } from '../../ingest/batch-builder.ts'
import { Stream } from '../../ingest/stream-table.ts'
import type { StreamDescriptor } from '../../model/batch.ts'
import { microsFromMillis } from '../../model/time.ts'

export const RECEIVED = microsFromMillis(Date.UTC(2026, 10, 21, 10, 42, 5))

export function stream(changes: Partial<StreamDescriptor> = {}): Stream {
  return new Stream({
    source: 'esx-01',
    host: 'esx-01',
    format: 'rfc3164',
    layer: 'hypervisor',
    kind: 'log',
    ...changes,
  })
}

/** A record whose raw bytes are its body, but for what is said otherwise. */
export function row(body: string, changes: Partial<RowInput> = {}): RowInput {
  const text = changes.text ?? body
  return {
    stream: stream(),
    entity: null,
    received: RECEIVED,
    time: microsFromMillis(Date.UTC(2026, 10, 21, 10, 42, 0)),
    timeNs: 0,
    uncertaintyUs: 500_000,
    timeFrom: 'assumed',
    app: 'hostd',
    severity: 9,
    severityText: null,
    eventName: null,
    attributes: {},
    body,
    raw: new TextEncoder().encode(text),
    text,
    lossy: false,
    ...changes,
  }
}
