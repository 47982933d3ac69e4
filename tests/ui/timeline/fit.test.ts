import { describe, expect, test } from 'vitest'
import type { Lane, MetricLane } from '../../../model/timeline.ts'
import { layOutIn, type Arrangement, type RowLayout } from '../../../ui/timeline/row-layout.ts'
import { foldedLayer } from '../../../ui/timeline/use-timeline-keys.ts'
import { lane, layer, metricLane, NO_COUNTS } from './lanes.ts'

const usual = { low: 0, high: 5, from: 'before' } as const
const metric = (name: string, ratio: number, part: Partial<MetricLane> = {}): MetricLane =>
  metricLane({ metric: name, usual, ratio, worst: 5 * ratio, ...part })
const inLayer = (layerOf: 'guest' | 'network', one: Lane): Lane => ({
  ...one,
  entity: { ...one.entity, layer: layerOf },
})

const answer = {
  layers: [layer(), layer({ layer: 'network' })],
  lanes: [
    lane('way', { step: 0, metrics: [metric('way usual', 1)] }),
    lane('worst', { metrics: [metric('a', 9), metric('b', 3), metric('c', 4)] }),
    lane('calm', { metrics: [metric('calm usual', 0.5)] }),
    inLayer('network', lane('sw-1')),
    inLayer('network', lane('sw-2')),
  ],
}
const named = ({ rows }: RowLayout): string[] =>
  rows.map((row) =>
    row.kind === 'layer'
      ? `${row.summary.layer}${row.isFolded ? ' closed' : ''}`
      : row.kind === 'entity'
        ? row.lane.entity.name
        : row.kind === 'metric'
          ? row.metric.metric
          : row.key,
  )
const NONE = new Set<string>()
const fitted = (room: number, arrangement: Arrangement = {}, present: readonly string[] = []) =>
  layOutIn(room, answer, arrangement, { whole: NONE, present: new Set(present) })

describe('rows that have no room', () => {
  const whole = fitted(10_000)

  test('none are left out where all fit', () => {
    expect(whole.height).toBe(2 * 24 + 5 * 24 + 5 * 34)
    expect(fitted(whole.height)).toEqual(whole)
  })

  test('go one by one: usual metrics, the way last, then further ones by ratio, then quiet layers', () => {
    const without = (n: number, from = fitted(whole.height - 34 * (n - 1) - 1)): string[] =>
      named(whole).filter((name) => !named(from).includes(name))
    expect(without(1)).toEqual(['calm usual'])
    expect(without(2)).toEqual(['way usual', 'calm usual'])
    expect(without(3)).toEqual(['way usual', 'b', 'calm usual'])
    expect(without(4)).toEqual(['way usual', 'b', 'c', 'calm usual'])
    expect(named(fitted(whole.height - 4 * 34 - 1))).toEqual([
      'guest',
      ...['way', 'worst', 'a', 'calm'],
      'network closed',
    ])
  })

  test('are named on their entity, and what is worst stays however little room there is', () => {
    const { rows } = fitted(0)
    expect(rows.flatMap((row) => (row.kind === 'metric' ? [row.metric.metric] : []))).toEqual(['a'])
    const worst = rows.find((row) => row.kind === 'entity' && row.lane.entity.name === 'worst')
    expect(worst?.kind === 'entity' && worst.folded.map((one) => one.metric)).toEqual(['b', 'c'])
  })

  test('are not those of what is opened, pinned or asked for', () => {
    expect(named(fitted(0, { open: ['vm:worst'] }))).toEqual(expect.arrayContaining(['b', 'c']))
    expect(fitted(0, { pin: ['vm:calm'] }).pinned).toHaveLength(2)
    expect(named(fitted(0, { add: ['vm:calm'] }))).toContain('calm usual')
    const shared = { whole: new Set(['vm:worst']), present: NONE }
    expect(named(layOutIn(0, answer, {}, shared))).toEqual(expect.arrayContaining(['b', 'c']))
    expect(named(fitted(0, { unfold: ['network'] }))).toContain('sw-1')
  })

  test('are not the lane of what is selected, whose metrics do not move', () => {
    expect(named(fitted(0, {}, ['vm:sw-1']))).toContain('sw-2')
    expect(named(fitted(0, {}, ['vm:worst']))).toEqual(named(fitted(0)))
  })

  test('are never those with a warning, or whose source was late', () => {
    const counts = { ...NO_COUNTS, warning: 1 }
    const gap = { fromMs: 0, toMs: 9, state: 'late', since: null } as const
    for (const part of [{ counts }, { coverage: [gap] }]) {
      const lanes = [...answer.lanes, inLayer('network', lane('sw-3', part))]
      expect(
        named(layOutIn(0, { ...answer, lanes }, {}, { whole: NONE, present: NONE })),
      ).toContain('sw-3')
    }
  })
})

test('a layer that is closed for want of room opens and closes by hand', () => {
  const summary = layer({ layer: 'network' })
  const opened = foldedLayer({}, { summary, isFolded: true })
  expect(opened).toEqual({ fold: undefined, unfold: ['network'] })
  const closed = foldedLayer({ unfold: ['network'] }, { summary, isFolded: false })
  expect(closed).toEqual({ fold: ['network'], unfold: undefined })
  expect(foldedLayer({ fold: ['network', 'guest'] }, { summary, isFolded: true })).toEqual({
    fold: ['guest'],
    unfold: ['network'],
  })
})
