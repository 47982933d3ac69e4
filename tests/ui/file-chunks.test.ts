import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chunkEnd,
  contentName,
  isJournalExport,
  lineCount,
  whyNotText,
} from '../../ui/lib/file-chunks.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** All chunks of a file that comes in parts of `part` bytes. */
function chunksOf(bytes: Uint8Array, part: number, sizes: readonly [number, number]): string[] {
  const chunks: string[] = []
  let start = 0
  for (let read = part; ; read += part) {
    const end = Math.min(read, bytes.length)
    for (let cut; (cut = chunkEnd(bytes.subarray(start, end), false, sizes)) !== undefined;) {
      chunks.push(new TextDecoder().decode(bytes.subarray(start, start + cut)))
      start += cut
    }
    if (end === bytes.length) break
  }
  if (start < bytes.length) chunks.push(new TextDecoder().decode(bytes.subarray(start)))
  return chunks
}

describe('chunks of a file', () => {
  test('are the same however it is read, and end to end the file', () => {
    const text = fc
      .array(fc.constantFrom('one line', ' goes on', '\tat Foo.bar', '', 'x'.repeat(30)), {
        maxLength: 40,
      })
      .map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (whole, part) => {
        const chunks = chunksOf(bytesOf(whole), part, [20, 64])
        expect(chunks.join('')).toBe(whole)
        expect(chunks).toEqual(chunksOf(bytesOf(whole), whole.length + 1, [20, 64]))
        for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(64)
      }),
    )
  })

  test('do not part a record from the lines that go on with it', () => {
    const text = 'error in a\n  at b\n  at c\nnext\n'
    expect(chunksOf(bytesOf(text), 100, [5, 1000])).toEqual([
      'error in a\n  at b\n  at c\n',
      'next\n',
    ])
  })

  test('part a journal export between its entries alone', () => {
    const text = '__CURSOR=a\nMESSAGE=x\n\n__CURSOR=b\nMESSAGE=y\n'
    expect(isJournalExport(bytesOf(text))).toBe(true)
    const end = chunkEnd(bytesOf(text), true, [2, 1000])!
    expect(text.slice(end)).toBe('__CURSOR=b\nMESSAGE=y\n')
  })
})

test('lines are counted with and without the last line end', () => {
  expect(['', 'a', 'a\n', 'a\nb'].map((text) => lineCount(bytesOf(text)))).toEqual([0, 1, 1, 2])
})

test('a file that has grown keeps its name, another one has its own', () => {
  const name = contentName('a.log', bytesOf('first\nsecond'))
  expect(contentName('a.log', bytesOf('first\nsecond\nthird'))).toBe(name)
  expect(contentName('b.log', bytesOf('first\n'))).not.toBe(name)
  expect(contentName('a.log', bytesOf('First\n'))).not.toBe(name)
})

test.each([
  ['a.log', '', 'empty'],
  ['a.log', 'text', undefined],
  ['a.log', 'MZ\0\0', 'binary, not text'],
  ['a.log', '\x1f\u{8b}', 'gzip without the name .gz; rename it'],
  ['a.gz', 'text', 'named .gz but not gzip'],
])('%s with %j: %s', (name, latin1, why) => {
  expect(
    whyNotText(
      name,
      Uint8Array.from(latin1, (c) => c.charCodeAt(0)),
    ),
  ).toBe(why)
})
