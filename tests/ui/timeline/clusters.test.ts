import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clustersOf, isDense } from '../../../ui/timeline/clusters.ts'
import { formsOf, placeLabels } from '../../../ui/timeline/labels.ts'
import { laneEvent } from './lanes.ts'

const WIDTH = 1_000
const scale = { from: 0, to: 1_000, width: WIDTH }
const countWidth = (n: number): number => 8 + 7 * String(n).length
const textWidth = (text: string): number => text.length * 6

const events = fc
  .array(
    fc.record({
      atMs: fc.double({ min: -200, max: 1_200, noNaN: true }),
      severity: fc.constantFrom(9, 13, 17, 21),
      template: fc.constantFrom('a', 'b', 'c', null),
      title: fc.constantFrom('Task set full', 'Datastore latency is high on DS-VDI-03 again', ''),
    }),
    { maxLength: 80 },
  )
  .map((parts) =>
    parts.map((part, i) => laneEvent({ ...part, id: `r${i}` })).sort((a, b) => a.atMs - b.atMs),
  )

const inOrder = (boxes: readonly { readonly left: number; readonly right: number }[]): boolean =>
  boxes.every((box, i) => i === 0 || boxes[i - 1]!.right <= box.left + 1e-6)

describe('clusters', () => {
  test('hold every event once and never overlap', () => {
    fc.assert(
      fc.property(events, (all) => {
        const clusters = clustersOf(all, 0, scale, countWidth)
        const ids = clusters.flatMap((cluster) => cluster.events.map(({ id }) => id))
        expect(ids.sort()).toEqual(all.map(({ id }) => id).sort())
        expect(inOrder(clusters)).toBe(true)
      }),
    )
  })

  test('are drawn with the worst of their events', () => {
    fc.assert(
      fc.property(events, (all) => {
        for (const { events: own, worst } of clustersOf(all, 0, scale, countWidth)) {
          expect(worst.severity).toBe(Math.max(...own.map(({ severity }) => severity)))
        }
      }),
    )
  })

  test('join one pattern along a pill and keep another pattern apart', () => {
    const row = [0, 10, 20, 30, 200].map((atMs, i) => laneEvent({ id: `r${i}`, atMs }))
    const other = laneEvent({ id: 'other', atMs: 400, template: 't2' })
    const clusters = clustersOf([...row, other], 0, scale, countWidth)
    expect(clusters.map((one) => [one.events.length, one.isOnePattern, one.x, one.xEnd])).toEqual([
      [4, true, 0, 30],
      [1, true, 200, 200],
      [1, true, 400, 400],
    ])
  })

  test('are mixed where patterns would touch', () => {
    const other = laneEvent({ id: 'b', atMs: 5, template: 't2', severity: 17 })
    const [cluster, ...rest] = clustersOf([laneEvent({ id: 'a' }), other], 0, scale, countWidth)
    expect(rest).toEqual([])
    expect([cluster!.isOnePattern, cluster!.worst.id]).toEqual([false, 'b'])
  })
})

describe('labels', () => {
  const none = { selected: null, linked: new Set<string>() }

  test('lie over no glyph, no other label and not over the edge', () => {
    fc.assert(
      fc.property(events, (all) => {
        const clusters = clustersOf(all, 0, scale, countWidth)
        const labels = placeLabels(clusters, WIDTH, none, textWidth)
        const boxes = labels.map(({ x, width }) => ({ left: x, right: x + width }))
        expect(inOrder(boxes)).toBe(true)
        for (const box of boxes) {
          expect(box.left).toBeGreaterThanOrEqual(0)
          expect(box.right).toBeLessThanOrEqual(WIDTH)
          const isOver = clusters.some(({ left, right }) => left < box.right && right > box.left)
          expect(isOver).toBe(false)
        }
      }),
    )
  })

  test('are the whole title, its short form, or nothing', () => {
    const title = 'Datastore latency is high on DS-VDI-03'
    const at = (atMs: number, id: string) => laneEvent({ id, atMs, title, template: id })
    const first = (next: number): string | undefined => {
      const clusters = clustersOf([at(0, 'a'), at(next, 'b')], 20, scale, countWidth)
      return placeLabels(clusters, WIDTH, none, textWidth).find(
        ({ cluster }) => cluster.worst.id === 'a',
      )?.text
    }
    expect([first(400), first(150), first(60)]).toEqual([title, 'Datastore latency', undefined])
  })

  test('are longer where two titles of a lane would read the same', () => {
    const [red, green] = [
      "Alarm 'Datastore latency' on DS-VDI-03: Green → Red",
      "Alarm 'Datastore latency' on DS-VDI-03: Red → Green",
    ]
    const beginning = "Alarm 'Datastore latency' on DS-VDI-03"
    const lane = new Set([red, green])
    expect([red, green].map((title) => formsOf(title, lane)[0])).toEqual([red, green])
    expect(formsOf(red, new Set([red]))[0]).toBe(beginning)
    // What was cut on its way here has no more words.
    expect(formsOf(`${beginning}: Red…`, lane)[0]).toBe(beginning)
    const at = (atMs: number, title: string) =>
      laneEvent({ id: title, atMs, title, template: title })
    const clusters = clustersOf([at(0, red), at(400, green)], 0, scale, countWidth)
    const texts = placeLabels(clusters, WIDTH, none, textWidth).map(({ text }) => text)
    expect(texts).toEqual([red, green])
  })

  test('forms are whole words without what dangles', () => {
    expect(formsOf('Alarm Datastore latency: DS-VDI-03 is red at last')).toEqual([
      'Alarm Datastore latency: DS-VDI-03',
      'Alarm Datastore latency',
    ])
    expect(formsOf('EXCEL.EXE stopped interacting…')).toEqual([
      'EXCEL.EXE stopped interacting',
      'EXCEL.EXE stopped',
    ])
    expect(formsOf('x'.repeat(50))).toEqual([])
    expect(formsOf('Aggregate aggr2_n1: long CP')).toEqual([
      'Aggregate aggr2_n1: long CP',
      'aggr2_n1: long CP',
    ])
    expect(formsOf('short')).toEqual(['short'])
    expect(formsOf('')).toEqual([])
  })
})

describe('a lane', () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => laneEvent({ atMs: i }))

  test('is dense with more than a glyph per 14 px, and remembers what it was', () => {
    const edge = Math.floor(WIDTH / 14)
    expect(isDense(null, 0, scale, undefined)).toBe(true)
    expect(isDense(many(edge), 0, scale, undefined)).toBe(false)
    expect(isDense(many(edge + 1), 0, scale, undefined)).toBe(true)
    expect(isDense(many(edge + 1), 0, scale, false)).toBe(false)
    expect(isDense(many(edge), 0, scale, true)).toBe(true)
    expect(isDense(many(Math.floor(edge * 0.75)), 0, scale, true)).toBe(false)
  })

  test('counts only what is in the plot', () => {
    const outside = many(200).map((event) => ({ ...event, atMs: event.atMs + 5_000 }))
    expect(isDense(outside, 0, scale, undefined)).toBe(false)
  })
})
