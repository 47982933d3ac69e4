import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BatchBuilder, type RowInput } from '../../ingest/batch-builder.ts'
import { BODY_REFERENCE, OPEN_SLOTS, type LogBatch } from '../../model/batch.ts'
import { bodyOf, recordOf, rowOf } from '../../model/batch-record.ts'
import type { AttributeValue } from '../../model/record.ts'
import { slotLetters, splitVariables, staticTokens } from '../../model/template.ts'
import { textsOf } from '../../model/text-column.ts'
import { hashToken } from '../../model/token-hash.ts'
import { tokensOf } from '../../model/tokens.ts'
import { RECEIVED, row, stream } from './rows.ts'

const builder = (): BatchBuilder => new BatchBuilder({ node: 'n1', nextSequence: 7 })

function build(rows: readonly RowInput[], target = builder()): LogBatch {
  for (const input of rows) target.add(input)
  return target.take('2026-11-21')!
}

/** No text that comes in has half a surrogate pair (model/json.ts). */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}

/** Text of every kind: words, numbers, identifiers, control characters. */
const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map(wellFormed),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    'link',
    'down',
    'esx-01',
    '10.0.0.1',
    '10.0.0.1:443',
    'naa.600a098038303053453f463045727932',
    '00:50:56:9a:bc:de',
    '20:00:00:25:b5:aa:00:1f',
    'vmhba32:C0:T1:L4',
    'deadbeef',
    'deadbeefcafe',
    '5029a1b2-c3d4-e5f6-a7b8-c9d0e1f2a3b4',
    '/vmfs/volumes/ds01/vm.vmx',
    'vm-1042',
    'Nov 21 10:42:00',
    '2026-11-21T10:42:00.123Z',
    'fe80::1',
    '34ms',
    '0x8a',
    'facade-beef-dead',
    '½',
    '٣',
    'é1',
    '\0',
    '\x1f',
    '=',
    ',',
    '.',
    ':',
    '-',
    '/',
    '"',
    '[',
    ']',
    '<',
    '>',
    'a.1',
    '1.a',
    '1.2',
    '.5',
  ),
)
const body = fc
  .array(piece, { maxLength: 24 })
  .chain((parts) => fc.constantFrom(' ', '', ' ', '.', ':').map((joint) => parts.join(joint)))

const attributeValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).map(wellFormed),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)

function hashesOf({ tokenHashes, tokenEnds }: LogBatch, index: number): Set<number> {
  return new Set(tokenHashes.subarray(index === 0 ? 0 : tokenEnds[index - 1], tokenEnds[index]))
}

/** The tokens of row `index` that the index would not find. */
function unindexed(batch: LogBatch, index: number, listed: ReadonlySet<string>): string[] {
  const { template, variables } = rowOf(batch, index)
  const words = new Set(staticTokens(template.pattern).flat())
  const hashes = hashesOf(batch, index)
  return tokensOf(bodyOf(template, variables)).filter(
    (token) =>
      !words.has(token) &&
      !listed.has(`${template.pattern} ${token}`) &&
      !hashes.has(hashToken(token)),
  )
}

const wordsOf = (batches: readonly LogBatch[]): Set<string> =>
  new Set(
    batches.flatMap((batch) =>
      batch.slotWords.map(([at, word]) => `${batch.templates[at]!.pattern} ${word}`),
    ),
  )

describe('a batch', () => {
  it('stands as it stood when a row cannot be added', () => {
    const target = builder()
    target.add(row('first 1'))
    const broken = { ...row('broken 2'), raw: undefined as unknown as Uint8Array }
    expect(() => target.add(broken)).toThrow()
    target.add(row('second 3'))
    const batch = target.take('2026-11-21')!
    const records = [0, 1].map((index) => recordOf(rowOf(batch, index)))
    expect(batch.count).toBe(2)
    expect(records.map(({ body }) => body)).toEqual(['first 1', 'second 3'])
    expect(records.map(({ id }) => id)).toEqual(['20261121-n1-7', '20261121-n1-8'])
    expect(batch.tokenEnds).toHaveLength(2)
    expect(hashesOf(batch, 1)).toEqual(new Set([hashToken('3')]))
  })

  it('gives back every body and every byte', () => {
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 30 }), (bodies) => {
        const batch = build(bodies.map((text) => row(text)))
        bodies.forEach((text, i) => {
          const record = recordOf(rowOf(batch, i))
          expect(record.body).toBe(text)
          expect(record.raw).toEqual(new TextEncoder().encode(text))
        })
      }),
      { numRuns: 400 },
    )
  })

  it('gives back bytes that are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (raw) => {
        const text = new TextDecoder().decode(raw)
        const lossy = Buffer.compare(Buffer.from(text), raw) !== 0
        const batch = build([row(text, { raw, text, lossy })])
        expect(recordOf(rowOf(batch, 0)).raw).toEqual(raw)
      }),
    )
  })

  it('gives back frames and attributes of any kind', () => {
    const frame = fc.record({
      before: fc.oneof(body, fc.constant('<134>Nov 21 10:42:00 esx-01 hostd[1234]: ')),
      body,
      after: fc.oneof(fc.constant(''), fc.constant('\n'), body),
      host: fc.option(fc.oneof(fc.constant('esx-01'), body)),
      stampText: fc.option(fc.constant('Nov 21 10:42:00'), { nil: undefined }),
      attributes: fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), attributeValue, {
        maxKeys: 5,
      }),
      // A part of the body as an attribute: from one fraction of its length to another.
      part: fc.option(
        fc.tuple(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
        ),
      ),
      document: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 80 }), (frames) => {
        const rows = frames.map((f) => {
          if (f.part !== null) {
            const [from, to] = f.part.map((share) => Math.floor(share * f.body.length))
            f.attributes['part'] = wellFormed(f.body.slice(from, to))
          }
          const text = f.document
            ? JSON.stringify({
                m: f.body,
                h: f.host,
                t: f.stampText,
                rest: f.before,
                ...f.attributes,
              })
            : f.before + f.body + f.after
          const raw = new TextEncoder().encode(text)
          const from = stream({ host: f.host })
          const lossy = new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw) !== text
          return row(f.body, { ...f, stream: from, text, raw, lossy })
        })
        const batch = build(rows)
        rows.forEach((input, i) => {
          const record = recordOf(rowOf(batch, i))
          expect(Buffer.from(record.raw).equals(input.raw)).toBe(true)
          expect(record.body).toBe(input.body)
          expect(record.host).toBe(input.stream.host)
          expect(Object.entries(record.attributes).sort()).toEqual(
            Object.entries(input.attributes).sort(),
          )
        })
      }),
      { numRuns: 300 },
    )
  })

  it('writes a value that the body holds by its slots, and gives it back', () => {
    const text =
      'NMP: path vmhba64:C0:T1:L12 of naa.600a0980383036326a5d4f6e75713451 failed 10000 times'
    const attributes = {
      'storage.volume.naa': 'naa.600a0980383036326a5d4f6e75713451',
      'storage.path.name': 'vmhba64:C0:T1:L12',
      'storage.retries': 10000,
      'storage.part': '600a0980383036326a5d4f6e75713451',
      'storage.note': '\x1e0',
      'process.pid': 20443,
    }
    const other = (n: number) =>
      row(`${text} again ${n}`, { attributes: { ...attributes, 'process.pid': n } })
    // So many that all of them vary.
    const rows = [
      ...Array.from({ length: 100 }, (_, n) =>
        row(text.replace('10000', `${30_000 + n}`).replaceAll('13451', `${13_452 + n}`), {
          attributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [
              name,
              typeof value === 'number' ? 30_000 + n : value.replaceAll('13451', `${13_452 + n}`),
            ]),
          ),
        }),
      ),
      row(text, { attributes }),
      other(7),
    ]
    const batch = build(rows)
    rows.forEach((input, i) => {
      const record = recordOf(rowOf(batch, i))
      expect(record.attributes).toEqual(input.attributes)
      expect(record.body).toBe(input.body)
      expect(Buffer.from(record.raw).toString()).toBe(input.text)
    })
    const values = textsOf(batch.values)
    expect(values[90]).not.toContain('naa.')
    expect(values[90]).toContain(BODY_REFERENCE)
  })

  it('makes few shapes of a message whose attributes have few values each', () => {
    const codes = ['a', 'b', 'c', 'd']
    const rows = Array.from({ length: 20_000 }, (_, n) =>
      row('command failed', {
        eventName: 'scsi.command.failed',
        attributes: Object.fromEntries(codes.map((code, i) => [code, (n >> (4 * i)) & 15])),
      }),
    )
    const batch = build(rows)
    expect(batch.shapes.length).toBeLessThan(300)
    for (const i of [0, 300, 7_777, 19_999]) {
      expect(recordOf(rowOf(batch, i)).attributes).toEqual(rows[i]!.attributes)
    }
  })

  it('gives back the entity of each row', () => {
    const ids = [null, 'volume:naa.1', 'vm:a', null, 'volume:naa.1', '']
    const from = stream()
    const batch = build(ids.map((entity, i) => row(`row ${i}`, { stream: from, entity })))
    expect(ids.map((_, i) => recordOf(rowOf(batch, i)).entity)).toEqual(ids)
    expect(batch.streams).toHaveLength(1)
    expect(batch.entities).toEqual(['volume:naa.1', 'vm:a', ''])
  })

  it('indexes every token of every body', () => {
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 60 }), (bodies) => {
        const batch = build(bodies.map((text) => row(text)))
        const listed = wordsOf([batch])
        bodies.forEach((_, i) => expect(unindexed(batch, i, listed)).toEqual([]))
      }),
      { numRuns: 400 },
    )
  })

  it('indexes every token of templates that were widened, over batches and days', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'é'),
      minLength: 1,
      maxLength: 3,
    })
    const line = fc
      .tuple(word, word, fc.nat(99))
      .map(
        ([user, place, n]) => `user ${user} (${place}) logged in from ${place}-${n} after ${n} s`,
      )
    fc.assert(
      fc.property(fc.array(fc.array(line, { minLength: 1 }), { maxLength: 6 }), (days) => {
        const target = builder()
        days.forEach((lines, day) => {
          const received = (RECEIVED + day * 86_400_000_000) as typeof RECEIVED
          const half = Math.ceil(lines.length / 2)
          const batches = [lines.slice(0, half), lines.slice(half)]
            .filter((part) => part.length > 0)
            .map((part) =>
              build(
                part.map((text) => row(text, { received })),
                target,
              ),
            )
          const listed = wordsOf(batches)
          for (const batch of batches) {
            for (let i = 0; i < batch.count; i++) expect(unindexed(batch, i, listed)).toEqual([])
          }
          expect(
            batches.flatMap((b) =>
              [...Array(b.count).keys()].map((i) => recordOf(rowOf(b, i)).body),
            ),
          ).toEqual(lines)
        })
      }),
    )
  })

  it('holds exactly one token in slots of numbers, hex and words', () => {
    const word = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', 'é', '-', '.', '7'), maxLength: 4 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }).map(wellFormed),
      fc.constantFrom('\u0301', 'deadbeef', '10.0.0.1', 'x'.repeat(300)),
    )
    const lines = fc.array(
      fc.tuple(word, word).map(([a, b]) => `user (${a}) from ${b}, 7 s`),
      { minLength: 10, maxLength: 80 },
    )
    fc.assert(
      fc.property(lines, (bodies) => {
        const batch = build(bodies.map((text) => row(text)))
        for (let i = 0; i < batch.count; i++) {
          const { template, variables } = rowOf(batch, i)
          const letters = slotLetters(template.pattern)
          splitVariables(letters.length, variables).forEach((value, slot) => {
            if ('nhs'.includes(letters.charAt(slot))) expect(tokensOf(value).length).toBe(1)
          })
        }
      }),
    )
  })

  it('opens the words of a template that has too many, and hashes the rest', () => {
    const letters = (n: number): string => n.toString(36).replace(/\d/g, (d) => 'ghijklmnop'[+d]!)
    const bodies = Array.from({ length: 3000 }, (_, i) => `open /srv/${letters(i)}/file7`)
    const batch = build(bodies.map((text) => row(text)))
    expect(batch.templates.length).toBe(1)
    expect(batch.slotWords.filter(([, word]) => word === OPEN_SLOTS).length).toBe(1)
    expect(batch.slotWords.length).toBe(1001)
    const listed = wordsOf([batch])
    bodies.forEach((_, i) => expect(unindexed(batch, i, listed)).toEqual([]))
  })

  it('takes a body of a megabyte', () => {
    const text = 'word 12345 naa.600a098038303053453f463045727932, '.repeat(22_000)
    const record = recordOf(rowOf(build([row(text)]), 0))
    expect(record.body === text).toBe(true)
    expect(record.template?.text).toBe('<text>')
  })

  it('stays quick and exact with thousands of attributes of equal values', () => {
    const names = Array.from({ length: 2500 }, (_, i) => `a${i}`)
    const target = builder()
    const started = performance.now()
    for (let n = 0; n < 40; n++) {
      const attributes = Object.fromEntries(names.map((name) => [`${name}-${n}`, 'x']))
      const list = names.map(() => 'x').join(' ')
      const texts = [`${list} up`, JSON.stringify({ ...attributes, message: 'up' })]
      const rows = texts.map((text) =>
        row('up', { text, raw: new TextEncoder().encode(text), attributes }),
      )
      const batch = build(rows, target)
      rows.forEach((input, i) => {
        const record = recordOf(rowOf(batch, i))
        expect(Buffer.from(record.raw).equals(input.raw)).toBe(true)
        expect(record.attributes).toEqual(attributes)
      })
    }
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  it('lists in its dictionaries only what its rows use, and numbers rows on', () => {
    const target = builder()
    const first = build([row('link down'), row('link up'), row('link down')], target)
    const second = build([row('fan 3 failed')], target)
    expect(first.templates.map((t) => t.pattern)).toEqual(['link down', 'link up'])
    expect(second.templates.map((t) => t.pattern)).toEqual(['fan \0n failed'])
    expect([first.firstSequence, second.firstSequence]).toEqual([7, 10])
    expect([second.streams.length, second.shapes.length]).toEqual([1, 1])
    expect(target.take('2026-11-21')).toBeNull()
  })

  it('finds the frame of a syslog line without keeping its bytes', () => {
    const frame = (pid: number, host: string, second: number, text: string): RowInput => {
      const stampText = `Nov 21 10:42:0${second}`
      const raw = `<134>${stampText} ${host} hostd[${pid}]: ${text}\n`
      return row(text, {
        text: raw,
        raw: new TextEncoder().encode(raw),
        stampText,
        stream: stream({ host }),
        time: (row('').time + second * 1_000_000) as RowInput['time'],
        attributes: { 'process.pid': pid, 'log.syslog.facility.code': 16 },
      })
    }
    const rows = Array.from({ length: 300 }, (_, i) =>
      frame(1000 + i, `esx-0${i % 3}`, i % 10, 'up'),
    )
    const batch = build(rows)
    expect(batch.verbatim.size).toBe(0)
    const last = rowOf(batch, 299)
    expect(last.shape.frame).toBe('<134>\0t0 %b %d %H:%M:%S\0 \0h hostd[\0a0\0]: \0b\n')
    expect(last.values).toBe('1299')
    expect(last.shape.constants).toEqual({ 'log.syslog.facility.code': 16 })
  })

  it('keeps the body of a message inside a JSON document once', () => {
    const rows = Array.from({ length: 50 }, (_, i) => {
      const body = `Task ${i} completed on vdi-0${i}`
      const message = `verbose hostd[${i}] [Originator@6876 sub=Vimsvc] ${body}`
      const text = JSON.stringify({ level: 'info', message, pid: i })
      const raw = new TextEncoder().encode(text)
      return row(body, { text, raw, attributes: { pid: i, 'log.logger': 'Vimsvc' } })
    })
    const batch = build(rows)
    expect(batch.verbatim.size).toBe(0)
    rows.forEach((input, i) => {
      const { values } = rowOf(batch, i)
      expect(values).not.toContain('completed')
      expect(Buffer.from(recordOf(rowOf(batch, i)).raw).equals(input.raw)).toBe(true)
    })
  })

  it('finds the frame of a JSON document', () => {
    const rows = Array.from({ length: 200 }, (_, i) => {
      const time = (row('').time + i * 1000) as RowInput['time']
      const stampText = new Date(time / 1000).toISOString()
      const body = `disk "C:\\${i}" slow`
      const document = {
        '@timestamp': stampText,
        level: 'warn',
        pid: i,
        id: `req-${i}`,
        message: body,
      }
      return row(body, {
        text: JSON.stringify(document),
        raw: new TextEncoder().encode(JSON.stringify(document)),
        stampText,
        time,
        attributes: { pid: i, id: `req-${i}` },
      })
    })
    const batch = build(rows)
    expect(batch.verbatim.size).toBe(0)
    expect(rowOf(batch, 199).shape.frame).toBe(
      '{"@timestamp":"\0t0 %Y-%m-%dT%H:%M:%S.%3fZ\0","level":"warn","pid":\0a0\0,"id":"\0A1\0","message":"\0B"}',
    )
  })
})
