import { beforeAll, describe, expect, test } from 'vitest'
import type { Envelope } from '../../ingest/port.ts'
import { RequestList } from '../../ingest/request-list.ts'
import { openHasher } from '../../ingest/retry-keys.ts'
import { micros } from '../../model/time.ts'

const ENVELOPE: Envelope = {
  protocol: 'bulk',
  received: micros(1_795_000_000_000_000),
  peer: '10.0.0.5',
  meta: { path: '/_bulk' },
  body: Buffer.from('{"create":{}}\n{"message":"a"}\n'),
}

describe('RequestList', () => {
  let hasher: Awaited<ReturnType<typeof openHasher>>
  beforeAll(async () => void (hasher = await openHasher()))

  const hashOf = (change: Partial<Envelope>): string => {
    const list = new RequestList(hasher)
    list.add({ ...ENVELOPE, ...change }, { segment: 1, offset: 9 }, 0, 1)
    return Buffer.from(list.take()!.hashes).toString('hex')
  }

  test('knows a request again when it comes later, and no other', () => {
    const hash = hashOf({})
    expect(hash).toMatch(/^(?!(.{16})\1)[0-9a-f]{32}$/)
    expect(hashOf({ received: micros(ENVELOPE.received + 1) })).toBe(hash)
    const others = [
      hashOf({ peer: '10.0.0.6' }),
      hashOf({ protocol: 'logs' }),
      hashOf({ meta: { path: '/other/_bulk' } }),
      hashOf({ body: Buffer.from('{"create":{}}\n{"message":"b"}\n') }),
    ]
    expect(new Set([hash, ...others]).size).toBe(5)
  })

  test('gives each request once, with its place and its rows', () => {
    const list = new RequestList(hasher)
    expect(list.take()).toBeUndefined()
    list.add(ENVELOPE, { segment: 1, offset: 90 }, 0, 4)
    list.add(ENVELOPE, { segment: 2, offset: 30 }, 4, 2)
    const requests = list.take()!
    expect(requests).toMatchObject({ count: 2, hashes: { length: 32 } })
    expect([...requests.segments, ...requests.offsets]).toEqual([1, 2, 90, 30])
    expect([...requests.firstRows, ...requests.rowCounts]).toEqual([0, 4, 4, 2])
    expect(list.take()).toBeUndefined()
  })
})
