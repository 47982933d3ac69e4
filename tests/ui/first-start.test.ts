import { describe, expect, test } from 'vitest'
import type { SampleStatus, StartFacts } from '../../model/api.ts'
import { LAYERS } from '../../model/entity.ts'
import {
  addresses,
  loadingTime,
  roomText,
  sampleText,
  WAITING,
} from '../../ui/panels/first-start/first-start-words.ts'

const start: StartFacts = {
  empty: true,
  dataFolder: { given: './data', path: '/srv/data' },
  freeBytes: 41e9,
  recordsThatFit: 160e6,
  listeners: [
    { protocol: 'http', address: '127.0.0.1:7600' },
    { protocol: 'syslog-tcp', address: '127.0.0.1:5514' },
    { protocol: 'syslog-udp', address: '127.0.0.1:5514' },
    { protocol: 'syslog-tls', address: '127.0.0.1:6514' },
  ],
}
const sample: SampleStatus = {
  available: true,
  missing: null,
  state: 'absent',
  shown: false,
  progress: 0,
  failure: null,
  folder: './data/sample',
  ownRecords: 0,
  loaded: { records: 0, points: 0 },
  about: {
    records: 137_828,
    points: 941_906,
    vms: 200,
    hosts: 16,
    from: '2026-11-20T09:00:00Z',
    to: '2026-11-20T11:00:00Z',
    slow: { desktop: 'VDI-0417', from: '2026-11-20T10:38:00Z', to: '2026-11-20T10:52:00Z' },
    view: { query: 'near:VDI-0417', from: '2026-11-20T10:30:00Z', to: '2026-11-20T11:00:00Z' },
  },
}

describe('the first start', () => {
  test('shows a lane for each layer, in their order', () => {
    expect(WAITING.map(({ layer }) => layer)).toEqual(LAYERS)
  })

  test('says how much room there is and what the sample is', () => {
    expect(roomText(start)).toBe('41 GB free, about 160 M records')
    expect(sampleText(sample)).toBe(
      '2 hours of a data centre with one slow desktop: 200 VMs, 16 hosts, 1.08 M records and measured values. Removable.',
    )
    expect(loadingTime(sample)).toBe('about 15 s')
    expect(sampleText({ ...sample, about: null })).toBe('A data centre with one slow desktop.')
    expect(loadingTime({ ...sample, about: null })).toBe('')
  })

  test('gives the addresses that really listen, one line for each', () => {
    expect(addresses(start.listeners, 'http://127.0.0.1:7600')).toEqual([
      ['Syslog udp and tcp', '127.0.0.1:5514'],
      ['Syslog tls', '127.0.0.1:6514'],
      ['Elasticsearch', 'http://127.0.0.1:7600/_bulk'],
      ['OpenTelemetry', 'http://127.0.0.1:7600/v1/logs'],
      ['Prometheus', 'http://127.0.0.1:7600/api/v1/write'],
      ['Loki', 'http://127.0.0.1:7600/loki/api/v1/push'],
    ])
    expect(addresses([], 'http://x').map(([name]) => name)).not.toContain('Syslog')
  })
})
