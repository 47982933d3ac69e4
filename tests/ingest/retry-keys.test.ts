import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { RetryKeys, openHasher } from '../../ingest/retry-keys.ts'

let hasher: Awaited<ReturnType<typeof openHasher>>

beforeAll(async () => {
  hasher = await openHasher()
})

const request = (keys: RetryKeys, lines: readonly string[], scope = 'a'): boolean[] => {
  keys.beginRequest()
  return lines.map((line) => keys.sawContent(scope, Buffer.from(line)))
}

describe('RetryKeys', () => {
  it('takes equal lines of one request for separate records and the request again for a retry', () => {
    const keys = new RetryKeys(hasher)
    expect(request(keys, ['x', 'x', 'y'])).toEqual([false, false, false])
    expect(request(keys, ['x', 'x', 'y'])).toEqual([true, true, true])
    expect(request(keys, ['x', 'x', 'x'])).toEqual([true, true, false])
  })

  it('tells senders and ids apart', () => {
    const keys = new RetryKeys(hasher)
    expect(keys.sawId('a', '1')).toBe(false)
    expect(keys.sawId('b', '1')).toBe(false)
    expect(keys.sawId('a', '2')).toBe(false)
    expect(keys.sawId('a', '1')).toBe(true)
    expect(request(keys, ['x'], 'a')).toEqual([false])
    expect(request(keys, ['x'], 'b')).toEqual([false])
  })

  it('knows after a restart what it knew before', () => {
    const before = new RetryKeys(hasher)
    request(before, ['x', 'x', 'y'])
    const after = new RetryKeys(hasher)
    after.restore(before.takeFresh())
    expect(request(after, ['y', 'x', 'x', 'z'])).toEqual([true, true, true, false])
    expect(after.takeFresh()).toHaveLength(2)
  })

  it('remembers at least the window and holds at most twice as much', () => {
    const keys = new RetryKeys(hasher, 1000)
    for (let i = 0; i < 10_000; i++) keys.sawId('a', `${i}`)
    expect(keys.size).toBeLessThanOrEqual(2000)
    for (let i = 9000; i < 10_000; i++) expect(keys.sawId('a', `${i}`)).toBe(true)
    expect(keys.sawId('a', '0')).toBe(false)
  })

  it('agrees with counting, for any requests', () => {
    const requests = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(requests, (all) => {
        const keys = new RetryKeys(hasher)
        const most = new Map<string, number>()
        for (const lines of all) {
          const inRequest = new Map<string, number>()
          const expected = lines.map((line) => {
            const n = (inRequest.get(line) ?? 0) + 1
            inRequest.set(line, n)
            const known = n <= (most.get(line) ?? 0)
            if (!known) most.set(line, n)
            return known
          })
          expect(request(keys, lines)).toEqual(expected)
        }
      }),
    )
  })
})
