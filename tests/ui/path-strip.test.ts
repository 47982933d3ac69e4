import { describe, expect, test } from 'vitest'
import type { EntitySummary } from '../../model/api.ts'
import type { Lane, MetricLane } from '../../model/timeline.ts'
import {
  chipName,
  chipValue,
  foldedText,
  foldOrder,
  shownChips,
  valueAt,
} from '../../ui/panels/path-strip/chip.ts'
import { sharingText } from '../../ui/panels/path-strip/sharing-text.ts'

const entity = (over: Partial<EntitySummary> = {}): EntitySummary => ({
  ...{ id: 'vm:1', type: 'vm', name: 'VDI-0417', layer: 'guest', team: null },
  ...over,
})
const metric = (over: Partial<MetricLane> = {}): MetricLane => ({
  ...{ metric: 'guest.disk.latency', label: 'Disk latency', unit: 'ms', attributes: {} },
  ...{ kind: 'wait', everyColumns: 2, threshold: 25, limit: null, worst: 131, ratio: 22 },
  ...{ column: [0, 2, 4, 10], value: [5, 6, 110, 8], min: [], max: [], leftMs: 4_000 },
  ...{ usual: { low: 2, high: 9, from: 'before' }, second: null, share: null },
  ...over,
})
const lane = (
  metrics: readonly MetricLane[],
  counts = { info: 9, warning: 0, error: 0, fatal: 0 },
) =>
  ({
    ...{ entity: entity(), relation: null, step: 0, ratio: 1, counts, metrics },
    ...{ density: { column: [], info: [], warning: [], error: [], fatal: [] }, events: [] },
    ...{ intervals: [], moreMetrics: [], coverage: [] },
  }) satisfies Lane

describe('the value of a chip', () => {
  test('is the worst metric where the cursor stands', () => {
    const disk = metric()
    expect([0, 4].map((column) => chipValue(lane([disk]), column))).toEqual([
      { level: 'usual', text: 'as usual' },
      { level: 'over', text: 'disk latency 110 ms', short: 'latency 110 ms' },
    ])
  })

  test('without a cursor is the worst of the view', () => {
    expect(chipValue(lane([metric()]), null)).toMatchObject({
      level: 'over',
      text: 'disk latency 131 ms',
    })
  })

  test('outside the usual band is amber only where it left it for longer', () => {
    const input = { label: 'Input delay', threshold: null, value: [10, 10, 40, 10], worst: 40 }
    expect(chipValue(lane([metric(input)]), 4)).toMatchObject({
      level: 'unusual',
      text: 'input delay 40 ms',
    })
    expect(chipValue(lane([metric({ ...input, leftMs: null })]), 4).level).toBe('usual')
  })

  test('at the limit is full, with the wait that this makes', () => {
    const queue = metric({
      ...{ label: 'Queue depth', unit: '', kind: 'state', threshold: null, limit: 64 },
      ...{ value: [3, 3, 64, 3], usual: { low: 0, high: 8, from: 'before' } },
    })
    const service = metric({ label: 'Service time', value: [5, 5, 65, 5] })
    expect(chipValue(lane([service, queue]), 4)).toEqual({
      level: 'full',
      text: 'queue depth full, 65 ms',
    })
  })

  test('the share of a user is not the resource’s own', () => {
    const share = { largest: entity(), others: 38, part: [], worstPart: 0.94 }
    expect(chipValue(lane([metric({ share })]), 4).text).toBe('as usual')
  })

  test('in a gap says that there is none', () => {
    expect(valueAt(metric(), 7)).toBeUndefined()
    expect(chipValue(lane([metric()]), 7)).toEqual({ level: 'unknown', text: 'no samples' })
  })

  test.each([
    [{ info: 9, warning: 2, error: 1, fatal: 1 }, 'over', '2 errors'],
    [{ info: 9, warning: 1, error: 0, fatal: 0 }, 'unusual', '1 warning'],
    [{ info: 9, warning: 0, error: 0, fatal: 0 }, 'usual', 'as usual'],
    [{ info: 0, warning: 0, error: 0, fatal: 0 }, 'unknown', 'no records'],
  ])('without metrics is its records: %j', (counts, level, text) => {
    expect(chipValue(lane([], counts), 4)).toEqual({ level, text })
  })

  test('where records may be missing its counts may be too low, and none is not calm', () => {
    const gap = { fromMs: 5, toMs: 9, state: 'late', since: null } as const
    const late = (warning: number): Lane => ({
      ...lane([], { info: 9, warning, error: 0, fatal: 0 }),
      coverage: [gap],
    })
    expect(chipValue(late(1), 4)).toEqual({ level: 'unusual', text: '1+ warnings' })
    expect(chipValue(late(0), 4)).toEqual({ level: 'unknown', text: 'late' })
  })

  test('of what has no lane is unknown, not calm', () => {
    expect(chipValue(undefined, 4).level).toBe('unknown')
  })
})

describe('the name of a chip', () => {
  test.each([
    [entity({ type: 'vdi_session', name: 'm.rossi on VDI-0417' }), 'm.rossi'],
    [entity(), 'VDI-0417'],
    [entity({ type: 'volume', name: 'naa.600508b1001cd1f4a3e86b9270c5a41e' }), 'naa.6005…a41e'],
  ])('%j', (summary, name) => {
    expect(chipName(summary)).toBe(name)
  })
})

describe('chips in a room', () => {
  const chips = (['usual', 'full', 'usual', 'unusual', 'over', 'usual'] as const).map((level) => ({
    width: 100,
    order: foldOrder(level),
  }))
  const shown = (room: number) => shownChips(chips, room, 80).map(Number).join('')

  test('are all shown where they fit', () => {
    expect(shown(600)).toBe('111111')
  })

  test('what is as usual goes first, from the cause upwards, then what is worse, never what is full', () => {
    expect([shown(599), shown(479), shown(379), shown(279), shown(10)]).toEqual([
      '110110',
      '010110',
      '010010',
      '010000',
      '010000',
    ])
  })

  test('a single one stays: its place would be taken by the word for it', () => {
    expect(shownChips(chips.slice(1, 3), 100, 80)).toEqual([true, true])
  })

  test('what is left out is counted by the worst of it', () => {
    expect(foldedText(['usual', 'unusual', 'unknown'])).toEqual({
      level: 'unusual',
      text: '1 worse than usual',
    })
    expect(foldedText(['over', 'unusual'])).toEqual({ level: 'over', text: '2 worse than usual' })
    expect(foldedText(['usual', 'unknown']).text).toBe('usual or no data')
    expect(foldedText(['usual', 'usual']).text).toBe('as usual')
  })
})

test('who shares is told with where, how much and against what is usual', () => {
  const sharing = {
    ...{ resource: entity({ type: 'volume' }), users: 39, metric: 'vm.disk.write.ops' },
    ...{ largest: entity({ name: 'build-22' }), share: 0.936, ratio: 43.7 },
    largestOn: entity({ type: 'hypervisor', name: 'esx-11.corp.example.net' }),
  } as const
  expect(sharingText(sharing)).toEqual({
    where: 'on the same LUN',
    who: '39 VMs, most by',
    largest: 'build-22 on esx-11',
    share: '94 % of writes, × 44',
  })
})
