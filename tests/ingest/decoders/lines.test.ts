import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linesDecoder } from '../../../ingest/decoders/lines.ts'
import type { Envelope } from '../../../ingest/port.ts'
import { micros } from '../../../model/time.ts'

function envelope(body: string | Uint8Array, meta: Record<string, string> = {}): Envelope {
  return {
    protocol: 'lines',
    received: micros(1_795_000_000_000_000),
    peer: 'file',
    meta: { file: 'f', path: '/var/log/app.log', ...meta },
    body: Buffer.from(body),
  }
}

function logsOf(body: string | Uint8Array, meta: Record<string, string> = {}) {
  return linesDecoder
    .decode(envelope(body, meta))
    .items.flatMap((item) => (item.kind === 'log' ? [item] : []))
}

test('a trace stays with the line above it, byte for byte', () => {
  const body =
    '<11>Nov 21 10:42:00 app-01 billing[12]: cannot charge\r\n' +
    '\tat charge (card.js:12)\r\n' +
    '\r\n' +
    '\tat main (main.js:3)\r\n' +
    '\r\n' +
    '<14>Nov 21 10:42:01 app-01 billing[12]: charged\r\n'
  const logs = logsOf(body)
  expect(logs.map(({ text }) => text)).toEqual([
    '<11>Nov 21 10:42:00 app-01 billing[12]: cannot charge\r\n\tat charge (card.js:12)\r\n\r\n\tat main (main.js:3)',
    '<14>Nov 21 10:42:01 app-01 billing[12]: charged',
  ])
  for (const { raw, text } of logs) expect(Buffer.from(raw).toString()).toBe(text)
})

test('spans touch and cover the file from the offset of the chunk', () => {
  const spans = logsOf('one\n\ntwo\nthree', { offset: '100' }).map(({ span }) => span!)
  expect(spans).toEqual([
    { file: 'f', from: 100, to: 105, end: 103 },
    { file: 'f', from: 105, to: 109, end: 108 },
    { file: 'f', from: 109, to: 114, end: 114 },
  ])
})

test('the format given decides what continues a record', () => {
  const body =
    '<14>Nov 21 10:42:01 app-01 billing: a\nno syslog line\n<14>Nov 21 10:42:02 app-01 billing: b\n'
  expect(logsOf(body, { format: 'rfc3164' }).map(({ text }) => text.split('\n').length)).toEqual([
    2, 1,
  ])
})

test('the first line of a file tells what continues it', () => {
  const body =
    '2026-01-24 05:06:07.089+0000: starting up libvirt version: 9.0.0\n' +
    'LC_ALL=C \\\n' +
    '-name guest=vdi-0417 \\\n' +
    '-msg timestamp=on\n' +
    '2026-01-23 09:00:01.285+0000: shutting down, reason=destroyed\n'
  expect(logsOf(body).map(({ text }) => text.split('\n').length)).toEqual([4, 1])
})

test('a file of Windows may begin with a byte order mark', () => {
  const body = '\uFEFF2026-01-23 09:00:00 INFO started\n2026-01-23 09:00:01 INFO done\n'
  expect(logsOf(body).map(({ text }) => text)).toEqual(body.trimEnd().split('\n'))
})

test('a journal export is read by entries: empty lines inside, bytes that are no text', () => {
  const length = Buffer.alloc(8)
  length.writeUInt32LE(9)
  const binary = Buffer.concat([
    Buffer.from('__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795255200000001\n_HOSTNAME=desk-1\nMESSAGE\n'),
    ...[length, Buffer.from([0x61, 0xff, 10, 10, 0x62, 0xfe, 10, 10, 0x63]), Buffer.from('\n')],
  ])
  const plain = '__CURSOR=s=2\n__REALTIME_TIMESTAMP=1795255200000002\n_HOSTNAME=desk-1\nMESSAGE=x\n'
  const body = Buffer.concat([binary, Buffer.from(`\n${plain}\n`)])
  const [first, second, ...more] = logsOf(body, { format: 'journald-export' })
  expect(more).toEqual([])
  expect(first!.parsed).toMatchObject({ body: 'a\uFFFD\n\nb\uFFFD\n\nc', host: 'desk-1' })
  expect(Buffer.concat([first!.raw, Buffer.from('\n')])).toEqual(binary)
  expect(second!.text).toBe(plain.trimEnd())
})

test('no byte of a file is lost or moved, whatever it holds', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('<14>Nov 21 10:42:01 h app: x', ' blank', '', '\t').map((t) => Buffer.from(t)),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const body = Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')]))
      let at = 0
      for (const { raw, span } of logsOf(body)) {
        const skipped = body.subarray(at, span!.from).toString('latin1')
        expect(skipped).toMatch(/^[\r\n]*$/)
        const rest = body.subarray(span!.from, span!.to)
        expect(rest.subarray(0, raw.length)).toEqual(Buffer.from(raw))
        expect(rest.subarray(raw.length).toString('latin1')).toMatch(/^[\r\n]*$/)
        at = span!.to
      }
      expect(body.subarray(at).toString('latin1')).toMatch(/^[\r\n]*$/)
    }),
    { numRuns: 2_000 },
  )
})

test('the answer counts what was stored, understood, known and refused', () => {
  const decoded = linesDecoder.decode(envelope('a\nb\nc\nd\n'))
  const reply = linesDecoder.reply(decoded, [
    { kind: 'stored' },
    { kind: 'stored', unparsed: true },
    { kind: 'duplicate' },
    { kind: 'rejected', reason: 'no' },
  ])
  expect(JSON.parse(reply.body as string)).toEqual({
    accepted: 2,
    unparsed: 1,
    duplicates: 1,
    rejected: 1,
  })
})
