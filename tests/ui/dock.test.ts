import { describe, expect, test } from 'vitest'
import type { ApiLink, ApiRecord } from '../../model/api.ts'
import type { TimelineAnswer } from '../../model/timeline.ts'
import { fromBase64, hexDump } from '../../ui/lib/hex-dump.ts'
import { groupLinks, recordCount } from '../../ui/lib/link-groups.ts'
import { leftText, leftUsualIn } from '../../ui/lib/left-usual.ts'
import { fieldsOf } from '../../ui/lib/record-fields.ts'
import { severityBand } from '../../ui/lib/severity-class.ts'

describe('bytes as received', () => {
  test('in hex, sixteen a line, what cannot be seen as a dot', () => {
    expect(hexDump(new TextEncoder().encode('<180>esx\u001b[0m\0 kernel'))).toBe(
      [
        '00000000  3c 31 38 30 3e 65 73 78  1b 5b 30 6d 00 20 6b 65  <180>esx.[0m. ke',
        '00000010  72 6e 65 6c                                       rnel',
      ].join('\n'),
    )
    expect(hexDump(new Uint8Array(0))).toBe('')
  })

  test('of base64 are the bytes, and a long one says what is left out', () => {
    expect([...fromBase64('/wAb')]).toEqual([255, 0, 27])
    expect(hexDump(new Uint8Array(20_000)).split('\n').at(-1)).toBe('… 3616 bytes more')
  })
})

test('every field of a record is named as a query names it', () => {
  const record = {
    id: 'r1',
    kind: 'log',
    source: 's',
    format: 'vmkernel',
    layer: null,
    entity: null,
    host: 'esx-07',
    app: null,
    severity: 13,
    severityText: 'WARNING',
    eventName: null,
    template: { id: 't1', text: 'Device <naa>' },
    keys: [{ kind: 'naa', value: 'naa.6005' }],
    attributes: { cpu: 14, empty: null, ok: false },
  } as unknown as ApiRecord
  expect(fieldsOf(record).map(({ field, value, shown }) => [field, value, shown])).toEqual([
    ['key.naa', 'naa.6005', 'naa.6005'],
    ['host', 'esx-07', 'esx-07'],
    ['source', 's', 's'],
    ['format', 'vmkernel', 'vmkernel'],
    ['kind', 'log', 'log'],
    ['severity', '13', 'WARNING'],
    ['template', 't1', 'Device <naa>'],
    ['attributes.cpu', '14', '14'],
    ['attributes.ok', 'false', 'false'],
    ['id', 'r1', 'r1'],
  ])
})

test('metrics that left their band in an area come in the order of leaving', () => {
  const metric = (name: string, leftMs: number | null) => ({ metric: name, leftMs })
  const answer = {
    from: '2026-11-20T09:00:00Z',
    lanes: [
      { metrics: [metric('late', 30_000), metric('never', null)] },
      { metrics: [metric('early', 10_000), metric('outside', 60_000)] },
    ],
  } as unknown as TimelineAnswer
  const start = Date.parse(answer.from)
  const left = leftUsualIn(answer, start + 10_000, start + 60_000)
  expect(left.map(({ metric: { metric }, at }) => [metric, at - start])).toEqual([
    ['early', 10_000],
    ['late', 30_000],
  ])
})

test('when one left is told as exactly as the view knows it', () => {
  const at = Date.UTC(2026, 10, 20, 10, 35, 52)
  expect(leftText(at, 3_700, 'UTC')).toBe('10:35:52')
  expect(leftText(at, 178_000, 'UTC')).toBe('≈ 10:37')
})

test('bands of severity have the words that the screens use', () => {
  expect([0, 1, 9, 14, 18, 22].map(severityBand)).toEqual([
    'unknown',
    'trace',
    'info',
    'warning',
    'error',
    'fatal',
  ])
})

test('what belongs with a record is one row for each pattern of a speaker, the weak apart', () => {
  const link = (id: string, host: string, template: string | null, strength: number): ApiLink =>
    ({
      record: { id, host, template: template === null ? null : { id: template } },
      strength,
    }) as unknown as ApiLink
  const links = [
    { entity: { id: 'volume:1' }, strength: 0.98 } as unknown as ApiLink,
    link('1', 'esx-01', 'slow', 0.9),
    link('2', 'esx-02', 'slow', 0.8),
    link('3', 'esx-01', 'slow', 0.7),
    link('4', 'esx-01', null, 0.6),
    link('5', 'esx-01', null, 0.5),
    link('6', 'esx-01', 'slow', 0.09),
  ]
  const { strong, weak } = groupLinks(links, ({ host }) => host!)
  const ids = (groups: typeof strong) =>
    groups.map((group) => group.links.map(({ record }) => record.id))
  expect(ids(strong)).toEqual([['1', '3'], ['2'], ['4'], ['5']])
  expect(strong[0]!.first.record.id).toBe('1')
  expect(ids(weak)).toEqual([['6']])
  expect(recordCount(strong)).toBe(5)
})
