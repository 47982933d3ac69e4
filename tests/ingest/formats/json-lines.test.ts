import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_LEAVES } from '../../../ingest/formats/json-document.ts'
import { jsonLines } from '../../../ingest/formats/json-lines.ts'
import { severityOfKeywords, severityOfMember } from '../../../ingest/formats/json-severity.ts'
import { logfmt } from '../../../ingest/formats/logfmt.ts'

const parse = (document: unknown): ReturnType<typeof jsonLines.parse> =>
  jsonLines.parse(JSON.stringify(document))

describe('reading JSON documents', () => {
  test('nested and dotted members are the same', () => {
    const nested = { host: { name: 'kvm-03' }, log: { level: 'warn' }, event: { code: 'E1' } }
    const dotted = { 'host.name': 'kvm-03', 'log.level': 'warn', 'event.code': 'E1' }
    const body = ''
    expect({ ...parse(nested), body }).toEqual({ ...parse(dotted), body })
  })

  test('nanoseconds written as a bare number stay exact', () => {
    const line = '{"msg":"x","timeUnixNano": 1795254120123456789}'
    expect(jsonLines.parse(line)?.stamp).toMatchObject({
      us: 1795254120123456,
      ns: 789,
      text: '1795254120123456789',
    })
  })

  test('a member that cannot be a time or a level stays an attribute, and the next best is taken', () => {
    expect(
      parse({ timestamp: 'yesterday', time: '2026-11-21T09:42:00Z', level: 'gold', msg: 'x' }),
    ).toMatchObject({
      stamp: { text: '2026-11-21T09:42:00Z' },
      attributes: { timestamp: 'yesterday', level: 'gold' },
    })
  })

  test('of two members with one role the more telling has it, in any order', () => {
    const forward = parse({ host: 'a', 'host.name': 'b', message: 'm', msg: 'n' })
    const backward = parse({ msg: 'n', message: 'm', 'host.name': 'b', host: 'a' })
    for (const line of [forward, backward]) {
      expect(line).toMatchObject({ host: 'b', body: 'm', attributes: { host: 'a', msg: 'n' } })
    }
  })

  test('deep, wide and strange documents are bounded', () => {
    const deep = `{"msg":"x","a":${'{"b":'.repeat(5_000)}1${'}'.repeat(5_000)}}`
    expect(jsonLines.parse(deep)?.body).toBe('x')
    const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, i]))
    const attributes = parse(wide)!.attributes!
    expect(Object.keys(attributes)).toHaveLength(MAX_LEAVES + 1)
    expect(attributes['log.dropped_attributes']).toBe(2_000 - MAX_LEAVES)
    const strange = jsonLines.parse('{"__proto__":null,"msg":"x"}')
    expect(Object.getPrototypeOf(strange?.attributes)).toBe(Object.prototype)
    expect(jsonLines.parse('[1]')).toBeUndefined()
    expect(jsonLines.parse('{"a":1')).toBeUndefined()
  })

  test('any document keeps every leaf of a name that means nothing', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    const name = fc.stringMatching(/^x[a-z0-9_]{1,12}$/)
    fc.assert(
      fc.property(fc.dictionary(name, leaf), (document) => {
        expect(parse(document)?.attributes).toEqual({ ...document })
      }),
    )
  })
})

describe('severities of members', () => {
  test.each([
    ['level', 30, 9],
    ['level', 60, 21],
    ['level', 35, 9],
    ['level', 3, 17],
    ['levelno', 30, 13],
    ['severityNumber', 14, 14],
    ['severityNumber', 99, 0],
    ['SeverityValue', 5, 18],
    ['Level', '2', 17],
    ['Level', '0', 9],
    ['log.level', 'Warning ', 13],
    ['severity', 'cheerful', 0],
    ['level', null, 0],
  ])('%s %j is %i', (name, value, severity) => {
    expect(severityOfMember(name, value)).toBe(severity)
  })

  test.each([
    ['0x8010000000000000', 13],
    ['0x8020000000000000', 9],
    ['-9218868437227405312', 13],
    ['["Audit Failure"]', 13],
    ['AUDIT_SUCCESS', 9],
    ['0x4020000000000000', 9],
    ['Classic', 0],
    [undefined, 0],
  ])('keywords %j are %i', (keywords, severity) => {
    expect(severityOfKeywords(keywords)).toBe(severity)
  })
})

describe('logfmt', () => {
  test('gives back what was written, whatever the values', () => {
    const quoted = (text: string): string =>
      `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')}"`
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (message, value) => {
        const line = `level=info msg=${quoted(message)} xval=${quoted(value)}`
        expect(logfmt.parse(line)).toMatchObject({ body: message, attributes: { xval: value } })
      }),
    )
  })

  test('takes prose with an equals sign for prose', () => {
    expect(logfmt.sniff('a=1 and the level is fine')).toBe(0)
    expect(logfmt.parse('level=info msg=hello (world)')?.body).toBe('level=info msg=hello (world)')
  })
})
