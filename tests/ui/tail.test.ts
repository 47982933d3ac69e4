import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apiRecord } from '../../model/api.ts'
import { EventReader, type StreamEvent } from '../../ui/data/event-stream.ts'
import { isFollowing, startFollowing } from '../../ui/data/live.ts'
import { arrived, EMPTY_RING, resumed, TAIL_LENGTH } from '../../ui/data/tail-ring.ts'
import { waitBefore } from '../../ui/data/use-tail.ts'
import { record } from '../support/record.ts'

const some = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => apiRecord(record({ id: `r${from + i}` })))
const ids = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id)

describe('a stream of events', () => {
  const text =
    ': plumbline\n\nid: 2026-11-20.1\nevent: record\ndata: {"body":"a: b"}\n\nevent: coverage\ndata: {}\n\n'
  const events: readonly StreamEvent[] = [
    { event: 'record', data: '{"body":"a: b"}' },
    { event: 'coverage', data: '{}' },
  ]

  test('is the same events, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), text.length]
        const reader = new EventReader()
        const read = edges.slice(1).flatMap((end, i) => reader.read(text.slice(edges[i], end)))
        expect(read).toEqual(events)
        expect(reader.lastId).toBe('2026-11-20.1')
      }),
    )
  })

  test('forgets half an event when it starts anew, not where it was', () => {
    const reader = new EventReader()
    reader.read('id: 7\ndata: x\n\ndata: hal')
    reader.restart()
    expect(reader.read('data: y\n\n')).toEqual([{ event: 'message', data: 'y' }])
    expect(reader.lastId).toBe('7')
  })
})

describe('what arrives', () => {
  test('stands newest first', () => {
    const ring = arrived(arrived(EMPTY_RING, some(0, 2), false), some(2, 4), false)
    expect(ids(ring.records)).toEqual(['r3', 'r2', 'r1', 'r0'])
  })

  test('waits while paused, and comes in its order', () => {
    const paused = arrived(arrived(EMPTY_RING, some(0, 2), false), some(2, 4), true)
    expect([ids(paused.records), paused.waitingCount]).toEqual([['r1', 'r0'], 2])
    const after = resumed(paused)
    expect(ids(after.records)).toEqual(['r3', 'r2', 'r1', 'r0'])
    expect([after.waitingCount, after.waiting]).toEqual([0, []])
  })

  test('is bounded, and says how much is gone', () => {
    const full = arrived(EMPTY_RING, some(0, TAIL_LENGTH + 5), false)
    expect([full.records.length, full.dropped, full.records[0]!.id]).toEqual([
      TAIL_LENGTH,
      5,
      `r${TAIL_LENGTH + 4}`,
    ])
    const paused = resumed(arrived(full, some(9_000, 9_010), true))
    expect([paused.records.length, paused.dropped]).toEqual([TAIL_LENGTH, 15])
  })

  test('is asked for again after longer and longer waits', () => {
    expect([0, 1, 2, 20].map(waitBefore)).toEqual([500, 1_000, 2_000, 30_000])
  })
})

describe('following', () => {
  test('holds only while the window ends now', () => {
    expect(isFollowing({ live: '1' })).toBe(true)
    expect(isFollowing({ live: '1', to: '2026-11-20T10:00:00Z' })).toBe(false)
    expect(isFollowing({})).toBe(false)
  })

  test('keeps a length that is relative, else takes the usual one', () => {
    expect(startFollowing({ from: 'now-1h', to: 'now' }).from).toBe('now-1h')
    expect(startFollowing({ from: '2026-11-20T10:00:00Z' })).toEqual({
      live: '1',
      from: 'now-15m',
      to: undefined,
    })
  })
})
