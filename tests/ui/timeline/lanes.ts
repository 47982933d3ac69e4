import type { Density, Lane, LaneEvent, LayerSummary, MetricLane } from '../../../model/timeline.ts'

export const NO_COUNTS = { info: 0, warning: 0, error: 0, fatal: 0 }
export const NO_DENSITY: Density = { column: [], info: [], warning: [], error: [], fatal: [] }

export const metricLane = (part: Partial<MetricLane> = {}): MetricLane => ({
  metric: 'vm.disk.latency',
  label: 'Disk latency',
  unit: 'ms',
  attributes: {},
  kind: 'wait',
  column: [0, 1, 2],
  value: [1, 2, 3],
  min: [1, 2, 3],
  max: [1, 2, 3],
  everyColumns: 1,
  usual: null,
  threshold: null,
  limit: null,
  worst: 3,
  ratio: null,
  leftMs: null,
  second: null,
  share: null,
  ...part,
})

export const lane = (name: string, part: Partial<Lane> = {}): Lane => ({
  entity: { id: `vm:${name}`, type: 'vm', name, layer: 'guest', team: null },
  relation: null,
  step: null,
  ratio: 1,
  counts: NO_COUNTS,
  density: NO_DENSITY,
  events: [],
  intervals: [],
  metrics: [],
  moreMetrics: [],
  coverage: [],
  ...part,
})

export const layer = (part: Partial<LayerSummary> = {}): LayerSummary => ({
  layer: 'guest',
  entities: 3,
  shown: 1,
  counts: NO_COUNTS,
  density: NO_DENSITY,
  ...part,
})

export const laneEvent = (part: Partial<LaneEvent> = {}): LaneEvent => ({
  id: 'r1',
  time: '2026-11-20T10:30:00Z',
  atMs: 0,
  uncertaintyMs: 0,
  severity: 13,
  template: 't1',
  title: 'Task set full',
  ofPattern: 1,
  ...part,
})
