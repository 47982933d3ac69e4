import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ApiLink, RelatedAnswer } from '../../../model/api.ts'
import type { TimelineAnswer, ViewLink } from '../../../model/timeline.ts'
import { linkPath } from '../../../ui/timeline/link-path.ts'
import { laneOfIn, type LaneOf } from '../../../ui/timeline/lane-of.ts'
import { linkedRecords, linkSet, relatedGroups } from '../../../ui/timeline/link-set.ts'
import { placeLinks } from '../../../ui/timeline/place-links.ts'

const link = (from: string, to: string, part: Partial<ViewLink> = {}): ViewLink => ({
  from: { record: from, entity: `vm:${from}`, atMs: 100 },
  to: { record: to, entity: `vm:${to}`, atMs: 200 },
  kind: 'identifier',
  reason: 'same device',
  value: 'naa.1',
  strength: 0.5,
  order: { verdict: 'before', probability: 1 },
  ...part,
})
const ofEntity: LaneOf = ({ entity }) => entity
const drawnOf = (
  links: readonly ViewLink[],
  of: Parameters<typeof linkSet>[1] = null,
): ReturnType<typeof linkSet> => linkSet(links, of, [], ofEntity, 0)
const selected = { id: 's', entity: 'vm:s', atMs: 150 }

describe('a link', () => {
  test('leaves and arrives upright, clear of the glyphs', () => {
    const point = fc.record({ x: fc.nat(1_000), y: fc.nat(800) })
    fc.assert(
      fc.property(point, point, (cause, effect) => {
        fc.pre(Math.abs(cause.y - effect.y) > 20)
        const path = linkPath(cause, effect)
        expect(path.control1.x).toBe(cause.x)
        expect(path.control2.x).toBe(effect.x)
        expect(Math.abs(path.start.y - cause.y)).toBe(8)
        expect(Math.abs(path.end.y - effect.y)).toBe(8)
        expect(path.arrives).toBe(Math.sign(effect.y - cause.y))
      }),
    )
  })

  test('within a lane is straight', () => {
    const path = linkPath({ x: 0, y: 10 }, { x: 100, y: 10 })
    expect([path.start, path.end, path.arrives]).toEqual([{ x: 8, y: 10 }, { x: 92, y: 10 }, 0])
  })
})

describe('the links to draw', () => {
  test('go from cause to effect; an arrow needs nine parts in ten', () => {
    const orders = [
      { verdict: 'before', probability: 0.95 },
      { verdict: 'after', probability: 0.95 },
      { verdict: 'before', probability: 0.8 },
      { verdict: 'undecided', probability: 0.5 },
    ] as const
    const drawn = orders.map((order) => drawnOf([link('a', 'b', { order })])[0]!)
    expect(drawn.map(({ cause, isOrdered }) => [cause.record, isOrdered])).toEqual([
      ['a', true],
      ['b', true],
      ['a', false],
      ['a', false],
    ])
  })

  test('are the forty strongest, and the selection is never cut', () => {
    const many = Array.from({ length: 60 }, (_, i) =>
      link(`a${i}`, `b${i}`, { strength: 0.2 + i / 100 }),
    )
    const weak = link('s', 'x', { strength: 0.01 })
    const drawn = drawnOf([...many, weak], selected)
    expect(drawn.length).toBe(40)
    expect(drawn.at(-1)!.isOfSelection).toBe(true)
    expect(linkedRecords(drawn, [])).toEqual(new Set(['s', 'x']))
  })

  const related = (id: string, part: { strength?: number; host?: string; s?: number } = {}) =>
    ({
      record: {
        id,
        host: part.host ?? null,
        source: 'x',
        entity: 'vm:x',
        template: { id: 't', text: 't' },
        time: new Date(1_050 + 1_000 * (part.s ?? 0)).toISOString(),
      },
      kind: 'topology',
      reason: 'runs on',
      value: 'esx-07',
      strength: part.strength ?? 0.7,
      order: { verdict: 'before', probability: 1 },
    }) as unknown as ApiLink
  const answerOf = (...links: ApiLink[]): RelatedAnswer => ({ links }) as unknown as RelatedAnswer

  test('what the selected record is related to joins them once, the stronger stays', () => {
    const groups = relatedGroups(answerOf(related('x')), ofEntity)
    const drawn = linkSet([link('x', 's', { strength: 0.4 })], selected, groups, ofEntity, 1_000)
    expect(drawn.map(({ kind, cause }) => [kind, cause])).toEqual([
      ['topology', { record: 'x', entity: 'vm:x', atMs: 50 }],
    ])
  })

  test('of one pattern on one lane are one, of its strongest; all of it stays lit, the weak does not', () => {
    const answer = answerOf(
      related('x1'),
      related('x2', { strength: 0.5, s: 1 }),
      related('x3', { strength: 0.05, s: 9 }),
    )
    const groups = relatedGroups(answer, ofEntity)
    const drawn = linkSet([], selected, groups, ofEntity, 1_000)
    expect(drawn.map(({ cause }) => cause.record)).toEqual(['x1'])
    expect(linkedRecords(drawn, groups)).toEqual(new Set(['s', 'x1', 'x2']))
  })

  test('end where the record has its glyph, else on the lane of who spoke, else of what it is about', () => {
    const lanes = [
      { entity: { id: 'hypervisor:1', name: 'esx-07' }, events: [] },
      { entity: { id: 'volume:1', name: 'naa.1' }, events: [{ id: 'x1' }] },
    ]
    const laneOf = laneOfIn({ lanes } as unknown as TimelineAnswer)
    const host = 'ESX-07.corp.example.net'
    expect(laneOf({ id: 'x1', host, entity: null })).toBe('volume:1')
    expect(laneOf({ id: 'x2', host, entity: 'volume:1' })).toBe('hypervisor:1')
    expect(laneOf({ id: 'x3', host: 'other', entity: 'volume:1' })).toBe('volume:1')
    expect(laneOf({ id: 'x4', host: null, entity: null })).toBe(null)
  })
})

describe('placed links', () => {
  const scale = { from: 0, to: 1_000, width: 1_000 }
  const place = (links: ReturnType<typeof linkSet>, ys: Record<string, number>) =>
    placeLinks(
      links,
      0,
      scale,
      (entity) => ys[entity],
      (entity) => entity.slice(3),
    )

  test('leave out what has no lane', () => {
    const links = drawnOf([link('a', 'b'), link('a', 'c')])
    const { links: placed } = place(links, { 'vm:a': 10, 'vm:b': 90 })
    expect(placed.map(({ link: one }) => one.effect.record)).toEqual(['b'])
  })

  test('outside the view are a stub with the name, for the selection only', () => {
    const away = { to: { record: 'b', entity: 'vm:b', atMs: 5_000 } }
    const ys = { 'vm:s': 10, 'vm:a': 20, 'vm:b': 90 }
    const own = drawnOf([link('s', 'b', away)], selected)
    const stub = { x: 100, y: 10, name: 'b', side: 'right' }
    expect(place(own, ys)).toEqual({ links: [], stubs: [stub] })
    const other = drawnOf([link('a', 'b', away)], selected)
    expect(place(other, ys)).toEqual({ links: [], stubs: [] })
  })
})
