import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatDetector } from '../../ingest/detect.ts'
import { FORMATS } from '../../ingest/formats/index.ts'

describe('FormatDetector', () => {
  test('finds the format of a line and of the line inside its envelope', () => {
    const found = new FormatDetector().detect(
      'udp',
      '<187>Nov 21 10:42:00 relay-1 app[7]: 2026-11-21T09:41:59.123Z|00042|bridge|WARN|port down',
    )
    expect(found).toMatchObject({
      format: 'openvswitch',
      parsed: {
        host: 'relay-1',
        severity: 13,
        stamp: { text: '2026-11-21T09:41:59.123Z' },
        attributes: {
          'log.syslog.severity.code': 3,
          'log.relay_time': 'Nov 21 10:42:00',
          'process.pid': 7,
        },
      },
    })
  })

  test('opens an envelope in an envelope, but no endless nest', () => {
    const detector = new FormatDetector()
    const relayed = '<13>Nov 21 10:42:00 relay-1 fwd: <11>Nov 21 10:41:58 vdi-1 sshd[9]: denied'
    expect(detector.detect('udp', relayed)?.parsed).toMatchObject({
      host: 'vdi-1',
      app: 'sshd',
      body: 'denied',
      severity: 17,
    })
    const nest = '<13>x: '.repeat(50) + 'end'
    expect(detector.detect('udp', nest)?.parsed.body).toContain('<13>x: ')
  })

  test('takes a byte order mark for no part of the line', () => {
    const found = new FormatDetector().detect('file', '\uFEFF<13>1 - - app - - - hello')
    expect(found).toMatchObject({ format: 'rfc5424', parsed: { app: 'app', body: 'hello' } })
  })

  test('reads a line behind the name of the file it was copied from', () => {
    const found = new FormatDetector().detect(
      'file',
      'log/ovs-vswitchd.log:2026-11-21T09:41:59.123Z|00042|bridge|WARN|port down',
    )
    expect(found).toMatchObject({
      format: 'openvswitch',
      parsed: { severity: 13, attributes: { 'log.file.path': 'log/ovs-vswitchd.log' } },
    })
  })

  test('answers nothing for text that no format knows', () => {
    expect(new FormatDetector().detect('file', 'just some words')).toBeUndefined()
  })

  test('a pinned format is the only one asked', () => {
    const detector = new FormatDetector()
    const line = '<13>1 - - - - - - hello'
    expect(detector.detect('a', line)?.format).toBe('rfc5424')
    expect(detector.detect('a', line, 'rfc3164')?.format).toBe('rfc3164')
    expect(detector.detect('a', line, 'openvswitch')).toBeUndefined()
  })

  test('a record of several lines is read by its first', () => {
    const found = new FormatDetector().detect('f', '<11>1 - - app - - - boom\n\tat a\n\tat b')
    expect(found?.parsed).toMatchObject({ app: 'app', body: 'boom\n\tat a\n\tat b', severity: 17 })
  })

  test('a format for whole records is given all lines of one', () => {
    const uuid = '7b2f0c1e-2bd6-41e7-8337-e4115b9a50d0'
    const found = new FormatDetector().detect(
      'f',
      `2026-01-24 05:06:07.089+0000: starting up libvirt version: 9.0.0\n-name guest=vdi-0417 \\\n-uuid ${uuid} \\`,
    )
    expect(found?.parsed).toMatchObject({
      entity: `vm:${uuid}`,
      attributes: { 'vm.name': 'vdi-0417' },
    })
  })

  test('gives each line of a mixed channel the format it has on its own', () => {
    const samples = FORMATS.flatMap((format) => format.samples.map(({ line }) => line))
    const header = fc.constantFrom(
      '',
      '<134>Nov 21 10:42:00 h app[1]: ',
      '<134>1 2026-11-21T10:42:00Z h app 1 - - ',
      'Nov 21 10:42:00 h app: ',
      '2026-11-21T10:42:00+01:00 h app[1]: ',
      '2026-11-21T10:42:00.1Z stdout F ',
    )
    const line = fc
      .tuple(
        header,
        header,
        fc.constantFrom(...samples),
        fc.double({ min: 0.2, max: 1, noNaN: true }),
      )
      .map(([outer, inner, sample, share]) =>
        `${outer}${inner}${sample}`.slice(0, 40 + Math.floor(share * sample.length * 2)),
      )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (mixed) => {
        const detector = new FormatDetector()
        for (const text of mixed) {
          expect(detector.detect('x', text)).toEqual(new FormatDetector().detect('x', text))
        }
      }),
      { numRuns: 100 },
    )
  })

  test('forgets the channels unused the longest', () => {
    const detector = new FormatDetector(10)
    for (let i = 0; i < 1_000; i++) detector.detect(`channel-${i}`, '<13>1 - - - - - - x')
    expect(detector.detect('channel-0', '<13>1 - - - - - - x')?.format).toBe('rfc5424')
  })

  test('joins what a known channel does not understand, and only indented lines elsewhere', () => {
    const detector = new FormatDetector()
    expect(detector.continues('known', '<13>1 - - - - - - x')).toBe(false)
    expect(detector.continues('known', 'Caused by: nothing')).toBe(true)
    expect(detector.continues('known', '<13>1 - - - - - - y')).toBe(false)
    expect(detector.continues('free', 'some words')).toBe(false)
    expect(detector.continues('free', 'more words')).toBe(false)
    expect(detector.continues('free', '   indented')).toBe(true)
  })
})
