import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatDetector } from '../../ingest/detect.ts'
import { vcenterEvents } from '../../ingest/formats/vcenter-events.ts'
import { EventJoiner } from '../../ingest/join-events.ts'
import type { Micros } from '../../model/time.ts'

const at = (seconds: number): Micros => (seconds * 1e6) as Micros

const HEAD = '<14>1 2026-03-04T09:03:36.9Z vc-1 vpxd 5911 - - '

/** An event as vCenter splits it: the payload cut in pieces, each in brackets of its own or bare. */
function split(
  key: number,
  payload: string,
  cuts: readonly number[],
  [open, close]: readonly [string, string] = ['[', ']'],
): readonly string[] {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), payload.length]
  const parts = edges.length - 1
  return edges
    .slice(1)
    .map(
      (end, i) =>
        `${HEAD}Event [${key}] [${i + 1}-${parts}] ${open}${payload.slice(edges[i], end)}${close}`,
    )
}

const payload = (text: string): string =>
  `[2026-03-04T09:03:36.213922Z] [vim.event.VmReconfiguredEvent] [info] [ann] [DC] [7] [${text}]`

describe('an event in parts', () => {
  test('is one line once the last part is there', () => {
    const joiner = new EventJoiner()
    const [one, two, three] = split(7, payload('Reconfigured vdi-0417: numCPU: 2 -> 4'), [70, 100])
    expect(joiner.offer('vc-1', one!, at(1))).toEqual([])
    expect(joiner.offer('vc-1', two!, at(2))).toEqual([])
    const [line, ...more] = joiner.offer('vc-1', three!, at(3))
    expect(more).toEqual([])
    expect(line!.frames).toEqual([one, two, three])
    expect(line!.received).toBe(at(3))
    expect(vcenterEvents.parse(line!.line)).toMatchObject({
      body: 'Reconfigured vdi-0417: numCPU: 2 -> 4',
      eventName: 'vim.event.VmReconfiguredEvent',
    })
    expect(joiner.size).toBe(0)
  })

  test('comes back whole for any cut, in any order, with parts sent twice', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '[', '-', '7'), maxLength: 60 })
    const cuts = fc.uniqueArray(fc.integer({ min: 2, max: 80 }), { maxLength: 4, minLength: 1 })
    fc.assert(
      fc.property(text, cuts, fc.infiniteStream(fc.nat()), (message, where, random) => {
        const parts = split(9, payload(`m${message}m`), where)
        const order = parts
          .flatMap((line, i) => (i % 2 === 0 ? [line, line] : [line]))
          .map((line) => ({ line, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key)
        const joiner = new EventJoiner()
        const lines = order.flatMap(({ line }) => joiner.offer('vc', line, at(1)))
        expect(lines[0]!.frames).toEqual(parts)
        expect(vcenterEvents.parse(lines[0]!.line)?.body).toBe(`m${message}m`)
      }),
    )
  })

  test('comes back whole when its pieces have no brackets of their own', () => {
    const joiner = new EventJoiner()
    const parts = split(9, payload('Reconfigured vdi-0417'), [101, 110], ['', ''])
    const [line] = parts.flatMap((part) => joiner.offer('vc', part, at(1)))
    expect(vcenterEvents.parse(line!.line)?.body).toBe('Reconfigured vdi-0417')
  })

  test('is kept apart from the same key of another source', () => {
    const joiner = new EventJoiner()
    const [one, two] = split(7, payload('x'), [40])
    joiner.offer('vc-1', one!, at(1))
    expect(joiner.offer('vc-2', two!, at(1))).toEqual([])
    expect(joiner.size).toBe(2)
  })
})

describe('an event that stays incomplete', () => {
  const [one, , three] = split(7, payload('Reconfigured vdi-0417'), [40, 60])

  test('is released part by part after its time', () => {
    const joiner = new EventJoiner({ waitUs: 5e6 })
    joiner.offer('vc', three!, at(1))
    joiner.offer('vc', one!, at(2))
    expect(joiner.expire(at(5.9))).toEqual([])
    expect(joiner.expire(at(6)).map((line) => line.line)).toEqual([one, three])
    expect(joiner.expire(at(99))).toEqual([])
  })

  test('is released when the joiner closes', () => {
    const joiner = new EventJoiner()
    joiner.offer('vc', one!, at(2))
    expect(joiner.expire(Infinity).map((line) => line.line)).toEqual([one])
  })

  test('makes room for newer ones beyond the limit of events, oldest first', () => {
    const joiner = new EventJoiner({ events: 2 })
    const first = [1, 2, 3].map((key) => split(key, payload('x'), [40])[0]!)
    const released = first.flatMap((line) => joiner.offer('vc', line, at(1)))
    expect(released.map((line) => line.line)).toEqual([first[0]])
    expect(joiner.size).toBe(2)
  })

  test('makes room beyond the limit of characters', () => {
    const joiner = new EventJoiner({ chars: 300 })
    const first = [1, 2, 3].map((key) => split(key, payload('x'), [60])[0]!)
    const released = first.flatMap((line) => joiner.offer('vc', line, at(1)))
    expect(released.length).toBeGreaterThan(0)
    expect(joiner.expire(Infinity).length + released.length).toBe(3)
  })
})

test('a line that is no part of an event passes at once', () => {
  const joiner = new EventJoiner()
  for (const line of [
    'vmkernel: cpu1:1)x',
    'Event [7] [1-1] [whole]',
    'Event [7] [3-2] [past the end]',
    'Event [7] [0-2] [before the first]',
    'Event [7] [1-9999] [too many]',
  ]) {
    expect(joiner.offer('vc', line, at(1))).toEqual([
      { source: 'vc', line, received: at(1), frames: [line] },
    ])
  }
})

test('lines of a file that are the parts of an event are one record of it', () => {
  const lines = split(7, payload('Reconfigured vdi-0417: numCPU: 2 -> 4'), [70, 100]).map((line) =>
    line.replace('<14>1 ', ''),
  )
  const detector = new FormatDetector()
  expect(lines.map((line) => detector.continues('f', line))).toEqual([false, true, true])
  expect(new FormatDetector().detect('f', lines.join('\r\n'))?.parsed).toMatchObject({
    body: 'Reconfigured vdi-0417: numCPU: 2 -> 4',
    severity: 9,
  })
  const [one, , three] = lines
  expect(new FormatDetector().detect('f', `${one}\n${three}`)?.parsed.body).toContain(three)
})
