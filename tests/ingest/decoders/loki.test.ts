import snappy from 'snappyjs'
import { describe, expect, it } from 'vitest'
import { lokiDecoder } from '../../../ingest/decoders/loki.ts'
import { parseLabels } from '../../../ingest/decoders/loki-labels.ts'
import { ProtobufWriter } from '../../../ingest/decoders/protobuf.ts'
import { envelope, logItems, roundTrip } from '../../support/envelopes.ts'
import { recordedRequests } from '../../support/shared-fixtures.ts'

const json = (body: unknown) =>
  envelope('loki', JSON.stringify(body), { 'content-type': 'application/json' })

const push = (stream: Record<string, string>, ...values: unknown[][]) =>
  logItems(roundTrip(lokiDecoder, json({ streams: [{ stream, values }] })).items)

describe('a Loki push', () => {
  const recorded = recordedRequests('loki')

  it.skipIf(recorded.length === 0)('of real clients is read, protobuf and JSON', () => {
    const read = recorded.map(({ body, headers }) =>
      logItems(roundTrip(lokiDecoder, envelope('loki', body, headers)).items),
    )
    expect(read[0]!.map((item) => [item.text, item.parsed!.severityText])).toEqual([
      ['hello winston {"vm":"desk-02","level":"info"}', 'info'],
      ['bad {"level":"error"}', 'error'],
    ])
    expect(read[1]!.map((item) => item.parsed!.attributes)).toEqual([
      { level: 'info', job: 'winjson', vm: 'desk-02' },
      { level: 'error', job: 'winjson' },
    ])
    expect(read[1]![0]!.parsed!.stamp).toMatchObject({ us: 1795220908568000, ns: 0 })
  })

  it('keeps times to the nanosecond, labels, structured metadata and severity', () => {
    const [item] = push({ host: 'esx-1', app: 'hostd', level: 'warn' }, [
      '1795255200123456789',
      'a plain sentence',
      { trace_id: 'abc' },
    ])
    expect(item).toMatchObject({
      text: 'a plain sentence',
      format: 'loki',
      parsed: {
        body: 'a plain sentence',
        host: 'esx-1',
        app: 'hostd',
        severity: 13,
        stamp: { us: 1795255200123456, ns: 789 },
        attributes: { host: 'esx-1', trace_id: 'abc' },
      },
    })
  })

  it('reads a line of a known format by that format', () => {
    const line = '<11>1 2026-11-21T10:00:00.5Z esx-9 sshd 42 - - refused'
    const [item] = push({ job: 'syslog' }, ['1795255200000000000', line])
    expect(item!.format).toBe('rfc5424')
    expect(item!.parsed).toMatchObject({ body: 'refused', host: 'esx-9', severity: 17 })
    expect(Buffer.from(item!.raw).toString()).toBe(line)
  })

  it('tells a retry from a line said again', () => {
    const first = push({ a: 'b' }, ['1', 'same'], ['1', 'same'], ['2', 'same'])
    const retried = push({ a: 'b' }, ['1', 'same'], ['1', 'same'], ['2', 'same'])
    expect(new Set(first.map((item) => item.retry)).size).toBe(3)
    expect(retried.map((item) => item.retry)).toEqual(first.map((item) => item.retry))
  })

  it('takes the legacy form and times as numbers', () => {
    const body = {
      streams: [{ labels: '{a="b"}', entries: [{ ts: '2026-11-21T10:00:00Z', line: 'old' }] }],
    }
    const [old] = logItems(roundTrip(lokiDecoder, json(body)).items)
    expect(old!.parsed!.stamp).toMatchObject({ us: 1795255200000000 })
    const [rounded] = push({}, [1795255200123456789, 'x'])
    expect(rounded!.parsed!.stamp).toMatchObject({ us: 1795255200123457, ns: 0 })
  })

  it('keeps the neighbours of a bad entry and answers 204, or 400 when nothing could be read', () => {
    const mixed = json({ streams: [{ stream: {}, values: [['1', 'ok'], ['1'], 7] }, 'no'] })
    const { items, reply } = roundTrip(lokiDecoder, mixed)
    expect(items.map((item) => item.kind)).toEqual(['log', 'rejected', 'rejected', 'rejected'])
    expect(reply.status).toBe(204)
    expect(roundTrip(lokiDecoder, json({ streams: [7] })).reply.status).toBe(400)
    expect(() => lokiDecoder.decode(json({}))).toThrow(/no list "streams"/)
  })

  it('with labels that cannot be read rejects that stream only', () => {
    const stream = (labels: string) =>
      new ProtobufWriter()
        .string(1, labels)
        .bytes(2, new ProtobufWriter().string(2, 'line').finish())
        .finish()
    const request = new ProtobufWriter()
      .bytes(1, stream('{oops'))
      .bytes(1, stream('{a="b"}'))
      .finish()
    const sent = envelope('loki', snappy.compress(request), {
      'content-type': 'application/x-protobuf',
    })
    expect(roundTrip(lokiDecoder, sent).items.map((item) => item.kind)).toEqual(['rejected', 'log'])
  })

  it('keeps the bytes of a line that is no UTF-8, and reads its neighbours as they are', () => {
    const latin = Buffer.from('Z\xfcrich', 'latin1')
    const line = (bytes: Uint8Array) => new ProtobufWriter().bytes(2, bytes).finish()
    const stream = new ProtobufWriter()
      .string(1, '{a="b"}')
      .bytes(2, line(latin))
      .bytes(2, line(Buffer.from('Genève')))
    const request = new ProtobufWriter().bytes(1, stream.finish()).finish()
    const values = Buffer.concat([
      Buffer.from('{"streams":[{"stream":{"a":"b"},"values":[["1","'),
      latin,
      Buffer.from('"],["2","Genève"]]}]}'),
    ])
    for (const sent of [
      envelope('loki', snappy.compress(request), { 'content-type': 'application/x-protobuf' }),
      envelope('loki', values, { 'content-type': 'application/json' }),
    ]) {
      const items = logItems(roundTrip(lokiDecoder, sent).items)
      expect(items.map((item) => [item.text, item.lossy ?? false])).toEqual([
        ['Zürich', true],
        ['Genève', false],
      ])
      expect(Buffer.from(items[0]!.raw)).toEqual(latin)
    }
  })

  it('keeps the neighbours of an entry that is no message', () => {
    const entry = new ProtobufWriter().string(2, 'line').finish()
    const stream = new ProtobufWriter()
      .bytes(2, entry)
      .bytes(2, Uint8Array.of(0x09, 1))
      .bytes(2, entry)
    const request = new ProtobufWriter().bytes(1, stream.finish()).finish()
    const sent = envelope('loki', snappy.compress(request))
    const { items, reply } = roundTrip(lokiDecoder, sent)
    expect(items.map((item) => item.kind)).toEqual(['log', 'rejected', 'log'])
    expect(reply.status).toBe(204)
  })

  it('keeps what it cannot read of a JSON request, for the dead letters', () => {
    const { items } = roundTrip(lokiDecoder, json({ streams: [{ stream: {}, values: [['1']] }] }))
    expect(items).toMatchObject([{ kind: 'rejected', keep: true }])
    expect(String((items[0] as { raw: Uint8Array }).raw)).toBe('["1"]')
  })

  it('that claims a gigabyte in seven bytes is refused before anything is allocated', () => {
    const bomb = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x04, 0, 0])
    expect(() => lokiDecoder.decode(envelope('loki', bomb))).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    )
  })
})

describe('a snappy block', () => {
  it('whose literal has a length past 2^31 is refused: the library would run backwards for ever', () => {
    const block = Buffer.from([10, 0xfc, 0xfa, 0xff, 0xff, 0xff])
    expect(() => lokiDecoder.decode(envelope('loki', block))).toThrow(/not one sound snappy block/)
  })
})

describe('labels', () => {
  it.each([
    ['{}', {}],
    ['{a="b",c="d"}', { a: 'b', c: 'd' }],
    ['{ a = "b" , c="d", }', { a: 'b', c: 'd' }],
    [String.raw`{p="C:\\x \"y\" \n é",q="},{"}`, { p: 'C:\\x "y" \n é', q: '},{' }],
    ['{a=`raw \\n`}', { a: 'raw \\n' }],
  ])('%s are read', (text, labels) => {
    expect(Object.fromEntries(parseLabels(text)!)).toEqual(labels)
  })

  it.each(['', '{', '{a}', '{a="b"', '{a="b"} x', '{a="\\u12"}', '{a="b" c="d"}', '{="x"}'])(
    '%s are none',
    (text) => {
      expect(parseLabels(text)).toBeUndefined()
    },
  )
})
