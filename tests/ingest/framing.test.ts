import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameBundle, FrameReader, forEachFrame } from '../../ingest/framing.ts'

interface Frame {
  readonly text: string
  readonly truncated: boolean
}

function framesOf(chunks: readonly Buffer[], limit?: number): Frame[] {
  const bundle = new FrameBundle()
  const reader = new FrameReader(limit)
  for (const chunk of chunks) reader.push(chunk, bundle)
  reader.end(bundle)
  return unbundle(bundle)
}

function unbundle(bundle: FrameBundle): Frame[] {
  const body = Buffer.from(bundle.take())
  const frames: Frame[] = []
  const whole = forEachFrame(body, (start, end, truncated) => {
    frames.push({ text: body.toString('latin1', start, end), truncated })
  })
  expect(whole).toBe(true)
  return frames
}

const texts = (stream: string, limit?: number): string[] =>
  framesOf([Buffer.from(stream, 'latin1')], limit).map((frame) => frame.text)

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let offset = 0
  for (let i = 0; offset < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    chunks.push(bytes.subarray(offset, offset + size))
    offset += size
  }
  return chunks
}

describe('FrameReader', () => {
  it('cuts lines at LF, CRLF and NUL and ignores empty ones', () => {
    expect(texts('<13>a\n<13>b\r\n\n<13>c\0\r\n<13>d')).toEqual([
      '<13>a',
      '<13>b',
      '<13>c',
      '<13>d',
    ])
  })

  it('reads counted frames and strips one terminator inside the count', () => {
    expect(texts('5 <13>a6 <13>b\n7 <13>c\r\n6 <13>d\0')).toEqual([
      '<13>a',
      '<13>b',
      '<13>c',
      '<13>d',
    ])
  })

  it('decides for each frame anew', () => {
    expect(texts('5 <13>a<13>line\n5 <13>bplain\n')).toEqual([
      '<13>a',
      '<13>line',
      '<13>b',
      'plain',
    ])
  })

  it('keeps line feeds inside counted frames', () => {
    expect(texts('9 <13>a\nb\nc')).toEqual(['<13>a\nb\nc'])
  })

  it('takes a text line that begins with a number for a line', () => {
    expect(texts('21 Nov 10:42:00 up\n2026-11-21 x\n7\n12345678901 <x\n')).toEqual([
      '21 Nov 10:42:00 up',
      '2026-11-21 x',
      '7',
      '12345678901 <x',
    ])
  })

  it('reads counted frames without priority once the stream has proven to count', () => {
    expect(texts('5 <13>a5 hello3 abc')).toEqual(['<13>a', 'hello', 'abc'])
    expect(texts('7 {"a":1}')).toEqual(['{"a":1}'])
  })

  it('takes a number that no frame can be as long as for text', () => {
    expect(texts('99999999 <13>a\n<13>b\n')).toEqual(['99999999 <13>a', '<13>b'])
  })

  it('cuts a frame over the limit, marks it and goes on behind it', () => {
    const stream = `<1>${'x'.repeat(20)}\n<1>ok\n20 <1>${'y'.repeat(17)}5 <1>ok`
    expect(framesOf([Buffer.from(stream)], 8)).toEqual([
      { text: '<1>xxxxx', truncated: true },
      { text: '<1>ok', truncated: false },
      { text: '<1>yyyyy', truncated: true },
      { text: '<1>ok', truncated: false },
    ])
  })

  it('does not count the terminator against the limit', () => {
    expect(framesOf([Buffer.from('12345<78\r\n10 <2345678\r\n')], 8)).toEqual([
      { text: '12345<78', truncated: false },
      { text: '<2345678', truncated: false },
    ])
  })

  it('does not cut a UTF-8 character in two', () => {
    const [frame] = framesOf([Buffer.from('<1>aaaa€€€\n')], 9)
    expect(frame).toEqual({ text: '<1>aaaa', truncated: true })
  })

  it('marks a counted frame that the end of the stream cut short', () => {
    expect(framesOf([Buffer.from('50 <13>half')])).toEqual([{ text: '<13>half', truncated: true }])
  })

  it('skips an oversized counted frame by its count, however it is cut', () => {
    const bytes = Buffer.from(`300 <1>${'z\n'.repeat(148)}!6 <1>end`)
    for (const size of [1, 2, 3, 7, 64, 1000]) {
      expect(framesOf(cut(bytes, [size]), 16).map((frame) => frame.text.slice(-3))).toEqual([
        'z\nz',
        'end',
      ])
    }
  })

  it('gives the same frames for any cutting into chunks', () => {
    const piece = fc.oneof(
      fc.constantFrom('\n', '\r\n', '\0', '\r', ' ', '<', '{', '9 <', '5 <1>ab', '0', '12 '),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ maxLength: 30 }).map((text) => `${Buffer.byteLength(text)} ${text}`),
      fc.string({ maxLength: 30 }).map((text) => `<14>${text}\n`),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        (pieces, sizes, limit) => {
          const bytes = Buffer.from(pieces.join(''))
          expect(framesOf(cut(bytes, sizes), limit)).toEqual(framesOf([bytes], limit))
        },
      ),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 3000) },
    )
  })

  it('brings back every message that a sender frames either way', () => {
    const message = fc
      .string({ unit: 'grapheme', maxLength: 50 })
      .map((text) => `<14>${text.replace(/[\n\r\0]/g, ' ')}.`)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, fc.boolean()), { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        (messages, size) => {
          const stream = messages.map(([text, counted]) =>
            counted ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`,
          )
          const frames = framesOf(cut(Buffer.from(stream.join('')), [size]))
          expect(frames.map((f) => Buffer.from(f.text, 'latin1').toString())).toEqual(
            messages.map(([text]) => text),
          )
        },
      ),
    )
  })
})

describe('forEachFrame', () => {
  it('says when a body does not end with a frame', () => {
    const bundle = new FrameBundle()
    bundle.add(Buffer.from('whole'), 0, 5, false)
    const body = Buffer.concat([bundle.take(), Buffer.from([9, 0, 0, 0, 65])])
    const seen: string[] = []
    expect(forEachFrame(body, (start, end) => seen.push(body.toString('utf8', start, end)))).toBe(
      false,
    )
    expect(seen).toEqual(['whole'])
  })
})
