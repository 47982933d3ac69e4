import { describe, expect, it } from 'vitest'
import { changesDecoder } from '../../../ingest/decoders/changes.ts'
import { inventoryDecoder } from '../../../ingest/decoders/inventory.ts'
import { LIMITS } from '../../../ingest/decoders/limits.ts'
import { linesDecoder } from '../../../ingest/decoders/lines.ts'
import { logsDecoder } from '../../../ingest/decoders/logs.ts'
import { metricsDecoder } from '../../../ingest/decoders/metrics.ts'
import { MAX_TIME, MIN_TIME, parseRfc3339 } from '../../../model/time.ts'
import { envelope, logItems, metricItems, roundTrip } from '../../support/envelopes.ts'

const at = (text: string) => parseRfc3339(text)!

describe('our log lines', () => {
  const send = (...lines: string[]) => roundTrip(logsDecoder, envelope('logs', lines.join('\n')))

  it('become records with exact time, severity, entity and dotted attributes', () => {
    const line =
      '{"time":"2026-11-21T10:00:00.123456789+01:00","source":"san-1","entity":"array:san-1",' +
      '"severity":"warning","body":"slow","attributes":{"disk":{"bay":7},"tags":["a"]}}'
    const [item] = logItems(send(line).items)
    expect(item).toMatchObject({
      text: line,
      source: 'san-1',
      format: 'plumbline',
      retry: 'content',
    })
    expect(item!.parsed).toEqual({
      body: 'slow',
      stamp: {
        kind: 'instant',
        ...at('2026-11-21T09:00:00.123456789Z'),
        resolutionUs: 1,
        text: '2026-11-21T10:00:00.123456789+01:00',
      },
      entity: 'array:san-1',
      severity: 13,
      severityText: 'warning',
      attributes: { 'disk.bay': 7, tags: '["a"]' },
    })
  })

  it('are answered per line: what was not accepted is named by its number', () => {
    const good = '{"time":"2026-11-21T10:00:00Z","source":"s","body":"b"}'
    const { items, reply } = send(good, '', '{"time":', good.replace('10:00', '25:00'), good)
    expect(items.map((item) => item.kind)).toEqual(['log', 'rejected', 'rejected', 'log'])
    const answer = JSON.parse(String(reply.body)) as { results: { line: number; error: string }[] }
    expect(answer).toMatchObject({ accepted: 2, duplicates: 0, rejected: 2 })
    expect(answer.results.map((result) => result.line)).toEqual([3, 4])
    expect(answer.results[1]!.error).toMatch(/"time" is .*25:00.*: give a time such as/)
  })

  it('are read behind a byte order mark', () => {
    const { reply } = send('\ufeff{"time":"2026-11-21T10:00:00Z","source":"s","body":"b"}')
    expect(reply.status).toBe(200)
  })

  it('are refused with 400 when none can be read', () => {
    const { reply } = send('{"source":"s"}')
    expect(reply.status).toBe(400)
    expect(JSON.parse(String(reply.body))).toMatchObject({
      error: { code: 'invalid_request', message: expect.stringMatching(/^line 1: /) as string },
    })
  })

  it.each([
    ['no body', '{"time":"2026-11-21T10:00:00Z","source":"s"}', /"body" is missing/],
    [
      'an unknown entity type',
      '{"time":"2026-11-21T10:00:00Z","source":"s","body":"b","entity":"pc:1"}',
      /type:key/,
    ],
    [
      'an unknown severity',
      '{"time":"2026-11-21T10:00:00Z","source":"s","body":"b","severity":"bad"}',
      /"severity" is "bad"/,
    ],
    ['a list', '[]', /not a JSON object/],
  ])('are rejected with the reason for %s', (_name, line, reason) => {
    const [item] = send(line).items
    expect(item).toMatchObject({
      kind: 'rejected',
      keep: true,
      reason: expect.stringMatching(reason) as string,
    })
  })

  it('with too many attributes or too deep ones are bounded', () => {
    const many = Object.fromEntries(
      Array.from({ length: LIMITS.attributes + 1 }, (_, i) => [`a${i}`, i]),
    )
    const line = { time: '2026-11-21T10:00:00Z', source: 's', body: 'b', attributes: many }
    expect(send(JSON.stringify(line)).items[0]!.kind).toBe('rejected')
    const deep = `${'{"a":['.repeat(5000)}1${']}'.repeat(5000)}`
    const [item] = send(
      `{"time":"2026-11-21T10:00:00Z","source":"s","body":"b","attributes":${deep}}`,
    ).items
    expect(item).toMatchObject({ reason: expect.stringContaining('nested too deeply') as string })
  })
})

describe('our metric lines', () => {
  const send = (line: object) =>
    roundTrip(metricsDecoder, envelope('metrics', JSON.stringify(line))).items

  it('become points; a series seen again is the same object', () => {
    const line = {
      time: '2026-11-21T10:00:00Z',
      entity: 'vm:v1',
      name: 'vm.cpu.usage',
      value: 0.5,
      unit: '1',
    }
    const [one] = metricItems(send(line))
    const [two] = metricItems(send({ ...line, value: 0.6 }))
    expect(one).toMatchObject({ value: 0.5, time: at('2026-11-21T10:00:00Z').us, timeNs: 0 })
    expect(two!.series).toBe(one!.series)
    expect(one!.series).toMatchObject({
      entity: 'vm:v1',
      name: 'vm.cpu.usage',
      unit: '1',
      kind: 'gauge',
    })
  })

  it('are translated where the native name is known, the native name kept', () => {
    const [point] = metricItems(
      send({
        time: '2026-11-21T10:00:00Z',
        entity: 'vm:v1',
        name: 'cpu.ready.summation',
        value: 2000,
        unit: 'ms',
        intervalS: 20,
      }),
    )
    expect(point!.value).toBeCloseTo(0.1)
    expect(point!.series).toMatchObject({
      name: 'vm.cpu.ready',
      unit: '1',
      attributes: { 'metric.native': 'cpu.ready.summation', interval_s: 20 },
    })
  })

  it('without a number are rejected', () => {
    const [item] = send({
      time: '2026-11-21T10:00:00Z',
      entity: 'vm:v1',
      name: 'n',
      value: '5',
      unit: '1',
    })
    expect(item).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('"value" is') as string,
    })
  })
})

describe('inventory lines', () => {
  const send = (line: object) =>
    roundTrip(inventoryDecoder, envelope('inventory', JSON.stringify(line))).items[0]!

  it('give entities with their type, name and layer filled in', () => {
    const entity = {
      id: 'volume:naa.600a',
      aliases: [{ kind: 'naa', value: 'naa.600a' }],
      attributes: { size: 5 },
    }
    expect(send({ time: '2026-11-21T10:00:00Z', entity })).toEqual({
      kind: 'entity',
      entity: {
        id: 'volume:naa.600a',
        type: 'volume',
        name: 'naa.600a',
        layer: 'storage',
        team: null,
        aliases: [{ kind: 'naa', value: 'naa.600a', from: MIN_TIME, to: MAX_TIME }],
        attributes: { size: 5 },
      },
    })
  })

  it('give relations valid from the time of the line unless they say otherwise', () => {
    const relation = { type: 'runs_on', from: 'vm:a', to: 'hypervisor:h' }
    expect(send({ time: '2026-11-21T10:00:00Z', relation })).toMatchObject({
      relation: {
        validFrom: at('2026-11-21T10:00:00Z').us,
        validTo: MAX_TIME,
        provenance: 'inventory',
      },
    })
    const bounded = {
      ...relation,
      validFrom: '2026-11-20T00:00:00Z',
      validTo: '2026-11-21T00:00:00Z',
    }
    expect(send({ time: '2026-11-21T10:00:00Z', relation: bounded })).toMatchObject({
      relation: {
        validFrom: at('2026-11-20T00:00:00Z').us,
        validTo: at('2026-11-21T00:00:00Z').us,
      },
    })
  })

  it.each([
    [{ time: '2026-11-21T10:00:00Z' }, /needs an object under "entity" or "relation"/],
    [
      { time: '2026-11-21T10:00:00Z', relation: { type: 'likes', from: 'vm:a', to: 'vm:b' } },
      /one of runs_on/,
    ],
    [{ time: '2026-11-21T10:00:00Z', entity: { id: 'vm:' } }, /the key is missing/],
    [
      { time: '2026-11-21T10:00:00Z', entity: { id: 'vm:a', aliases: [5] } },
      /entity\.aliases\.kind" is missing/,
    ],
    [{ entity: { id: 'vm:a' } }, /"time" is missing/],
  ])('that say nothing are rejected: %j', (line, reason) => {
    expect(send(line)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(reason) as string,
    })
  })
})

describe('change lines', () => {
  it('become change records', () => {
    const line = {
      time: '2026-11-21T10:00:00Z',
      entity: 'array:a',
      kind: 'firmware',
      actor: 'ops',
      summary: 'updated',
    }
    const [item] = logItems(
      roundTrip(changesDecoder, envelope('changes', JSON.stringify(line))).items,
    )
    expect(item).toMatchObject({
      change: true,
      source: 'changes',
      parsed: {
        body: 'updated',
        entity: 'array:a',
        eventName: 'change.firmware',
        attributes: { 'change.actor': 'ops' },
      },
    })
  })
})

describe('lines of a file', () => {
  it('know where they stand in it', () => {
    const sent = envelope('lines', 'one\r\n\ntwo\nthree', {
      file: 'id-7',
      path: '/var/log/x',
      offset: '100',
      source: 'esx',
    })
    const { items, reply } = roundTrip(linesDecoder, sent)
    expect(logItems(items).map((item) => [item.text, item.span])).toEqual([
      ['one', { file: 'id-7', from: 100, to: 106, end: 103 }],
      ['two', { file: 'id-7', from: 106, to: 110, end: 109 }],
      ['three', { file: 'id-7', from: 110, to: 115, end: 115 }],
    ])
    expect(logItems(items)[0]).toMatchObject({ source: 'esx', channel: '/var/log/x' })
    expect(JSON.parse(String(reply.body))).toMatchObject({
      accepted: 3,
      duplicates: 0,
      rejected: 0,
    })
  })

  it('with a strange offset are refused', () => {
    expect(() => linesDecoder.decode(envelope('lines', 'x', { offset: '-1' }))).toThrow(
      /"offset" is "-1"/,
    )
  })
})
