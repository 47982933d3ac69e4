import { describe, expect, test } from 'vitest'
import type { EntitySummary } from '../../model/api.ts'
import type { Lane, MetricLane, TimelineAnswer } from '../../model/timeline.ts'
import type { TreeChip } from '../../ui/panels/entity/entity-tree.ts'
import { largestAt, measuredAt, stateAt, treeValue } from '../../ui/panels/entity/state-at.ts'

const FROM = Date.UTC(2026, 10, 20, 10)

const vm = (id: string): EntitySummary => ({
  ...{ id, name: id, type: 'vm', layer: 'guest', team: null },
})
const metric = (over: Partial<MetricLane> = {}): MetricLane => ({
  ...{ metric: 'vm.disk.latency', label: 'Disk latency', unit: 'ms', attributes: {} },
  ...{ kind: 'wait', everyColumns: 1, threshold: 25, limit: null, worst: 100, ratio: 10 },
  ...{ column: [0, 1, 2], value: [5, 5, 100], min: [], max: [], leftMs: 1 },
  ...{ usual: { low: 2, high: 9, from: 'before' }, second: null, share: null },
  ...over,
})
const lane = (id: string, metrics: readonly MetricLane[]) =>
  ({ entity: vm(id), metrics, counts: { info: 0, warning: 3, error: 0, fatal: 0 } }) as Lane

function state(lanes: readonly Lane[], minute: number) {
  const answer = { from: new Date(FROM).toISOString(), columns: 30, columnMs: 60_000, lanes }
  return stateAt(answer as unknown as TimelineAnswer, FROM + minute * 60_000 + 17_000)
}

const one = (id: string): TreeChip => ({
  ...{ kind: 'one', entity: vm(id), relation: 'runs_on', since: null },
})
const fold = (ids: readonly string[], total = ids.length): TreeChip => ({
  ...{ kind: 'fold', title: '', about: '', layer: null, entities: ids.map(vm), total },
})

describe('a chip of the strip', () => {
  test('says the worst metric of its entity in the minute, and nothing where none is known', () => {
    const lanes = [lane('a', [metric()]), lane('b', [])]
    expect(treeValue(one('a'), state(lanes, 0)).text).toBe('as usual')
    expect(treeValue(one('a'), state(lanes, 2))).toMatchObject({
      level: 'over',
      text: 'disk latency 100 ms',
    })
    // Warnings are of the whole window, and no metric of the minute.
    expect(treeValue(one('b'), state(lanes, 2)).text).toBe('')
    expect(treeValue(one('c'), state(lanes, 2)).text).toBe('')
    expect(treeValue(one('a'), state(lanes, 20)).text).toBe('')
    expect(treeValue(one('a'), undefined).text).toBe('')
  })

  test('of several says how many are worse, and as usual only where all are known', () => {
    const slow = { usual: { low: 2, high: 9, from: 'before' as const }, threshold: null }
    const lanes = [lane('a', [metric()]), lane('b', [metric({ ...slow, value: [5, 5, 10] })])]
    expect(treeValue(fold(['a', 'b', 'c']), state(lanes, 2))).toEqual({
      level: 'over',
      text: '2 worse than usual',
    })
    expect(treeValue(fold(['b']), state(lanes, 2)).level).toBe('unusual')
    expect(treeValue(fold(['a', 'b']), state(lanes, 0)).text).toBe('as usual')
    expect(treeValue(fold(['a', 'b'], 40), state(lanes, 0)).text).toBe('')
  })
})

describe('measured at A and B', () => {
  const depth = metric({ metric: 'q', label: 'Queue depth', unit: '1', kind: 'state', limit: 64 })
  const told = (before: readonly MetricLane[], after: readonly MetricLane[]) =>
    measuredAt('a', state([lane('a', before)], 0), state([lane('a', after)], 2)).map(
      ({ label, a, b, change }) => [label, a, b, change],
    )

  test('stands with its factor, its limit, or as usual', () => {
    const calm = metric({ label: 'Calm', metric: 'calm', value: [5, 5, 6] })
    const full = { ...depth, threshold: null, value: [3, 3, 64] }
    const metrics = [metric(), full, calm]
    expect(told(metrics, metrics)).toEqual([
      ['Disk latency', '5 ms', '100 ms', '× 20'],
      ['Queue depth', '3', '64', 'full'],
      ['Calm', '5 ms', '6 ms', 'as usual'],
    ])
  })

  test('what only one side knows is told with a dash and without a factor', () => {
    expect(told([depth], [metric()])).toEqual([
      ['Disk latency', '–', '100 ms', ''],
      ['Queue depth', '5', '–', ''],
    ])
    expect(told([], [])).toEqual([])
  })

  test('the same metric of several devices is told apart', () => {
    const device = (name: string) => metric({ attributes: { volume: name } })
    const both = state([lane('a', [device('naa.1'), device('naa.2')])], 0)
    expect(measuredAt('a', both, both).map(({ of }) => of)).toEqual(['naa.1', 'naa.2'])
  })
})

test('who uses most of it at the moment is told with the part', () => {
  const share = { largest: vm('build-22'), others: 30, part: [0.1, 0.2, 0.8], worstPart: 0.9 }
  const writes = metric({ label: 'Writes by VM', share })
  expect(largestAt('a', state([lane('a', [metric(), writes])], 2))).toEqual({
    ...{ id: 'build-22', name: 'build-22', what: 'Writes by VM', part: 0.8 },
  })
  expect(largestAt('a', state([lane('a', [metric()])], 2))).toBeUndefined()
})
