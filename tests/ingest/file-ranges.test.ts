import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileRanges } from '../../ingest/file-ranges.ts'

const span = (from: number, to: number, file = 'f'): Parameters<FileRanges['saw']>[0] => ({
  file,
  from,
  to,
})

describe('FileRanges', () => {
  it('takes each part of a file once', () => {
    const ranges = new FileRanges()
    expect(ranges.saw(span(0, 10))).toBe(false)
    expect(ranges.saw(span(10, 25))).toBe(false)
    expect(ranges.saw(span(0, 10))).toBe(true)
    expect(ranges.saw(span(10, 25))).toBe(true)
    expect(ranges.saw(span(25, 30))).toBe(false)
    expect(ranges.saw(span(0, 10, 'other'))).toBe(false)
  })

  it('hands over the ranges of the files it touched, and goes on from them after a restart', () => {
    const ranges = new FileRanges()
    ranges.saw(span(0, 10))
    ranges.beginRequest()
    ranges.saw(span(20, 30))
    const taken = ranges.take()
    expect(taken).toEqual(new Map([['f', [0, 10, 20, 30]]]))
    expect(ranges.take().size).toBe(0)
    const after = new FileRanges(taken)
    expect([after.saw(span(20, 30)), after.saw(span(10, 20))]).toEqual([true, false])
    expect(after.take()).toEqual(new Map([['f', [0, 30]]]))
  })

  it('closes the gaps that a request leaves between its records, but no others', () => {
    const ranges = new FileRanges()
    ranges.saw(span(0, 10))
    ranges.saw(span(12, 20))
    ranges.beginRequest()
    ranges.saw(span(25, 30))
    expect(ranges.take()).toEqual(new Map([['f', [0, 20, 25, 30]]]))
    expect(ranges.saw(span(20, 25))).toBe(false)
    expect(ranges.take()).toEqual(new Map([['f', [0, 30]]]))
  })

  it('takes a record again that had been taken up to its middle, and no other', () => {
    const ranges = new FileRanges()
    const record = (from: number, end: number, to: number) => ({ ...span(from, to), end })
    expect(ranges.saw(record(0, 9, 10))).toBe(false)
    expect(ranges.saw(record(10, 14, 14))).toBe(false)
    ranges.beginRequest()
    // The line end, then blank lines have been written since.
    expect(ranges.saw(record(10, 14, 15))).toBe(true)
    expect(ranges.saw(record(10, 14, 17))).toBe(true)
    ranges.beginRequest()
    expect(ranges.saw(record(10, 30, 31))).toBe(false)
    expect(ranges.saw(record(10, 30, 31))).toBe(true)
    expect(ranges.saw(record(0, 9, 10))).toBe(true)
    expect(ranges.take()).toEqual(new Map([['f', [0, 31]]]))
    ranges.saw(span(40, 50))
    expect(ranges.saw(span(20, 45))).toBe(false)
    expect(ranges.take()).toEqual(new Map([['f', [0, 50]]]))
  })

  it('agrees with a list of taken lines, in any order of sending', () => {
    const bounds = [0, 3, 4, 9, 15, 16, 40, 41, 42, 60]
    fc.assert(
      fc.property(fc.array(fc.nat(bounds.length - 2), { maxLength: 40 }), (order) => {
        const ranges = new FileRanges()
        const taken = new Set<number>()
        for (const i of order) {
          ranges.beginRequest()
          expect(ranges.saw(span(bounds[i]!, bounds[i + 1]!))).toBe(taken.has(i))
          taken.add(i)
        }
        const list = ranges.take().get('f') ?? []
        expect([...list].sort((a, b) => a - b)).toEqual(list)
        expect(new Set(list).size).toBe(list.length)
      }),
    )
  })
})
