import type { LogRecord } from '../../model/record.ts'
import { micros } from '../../model/time.ts'

/** A plain record of an ESXi host, with the fields a test cares about in place of the usual ones. */
export function record(fields: Partial<LogRecord>): LogRecord {
  return {
    id: '20261120-n1-1',
    kind: 'log',
    time: micros(1_795_000_000_000_000),
    timeNs: 0,
    received: micros(1_795_000_000_500_000),
    uncertaintyUs: 500,
    timeFrom: 'explicit',
    source: 'syslog:esx-01',
    format: 'esxi-vmkernel',
    layer: 'hypervisor',
    entity: 'hypervisor:esx-01',
    host: 'esx-01',
    app: 'vmkernel',
    severity: 13,
    severityText: 'warning',
    body: 'Device naa.600a has entered the All Paths Down state',
    eventName: null,
    template: null,
    keys: [],
    attributes: {},
    raw: new Uint8Array(),
    ...fields,
  }
}
