import { LAYER_NAMES } from '../lib/layers.ts'
import { isPartial } from '../lib/lane-rows.ts'
import { count, quantity, unitOf } from '../lib/quantity.ts'
import { bandText, partText } from './metric-words.ts'
import type { MetricLane, SeverityCounts } from '../../model/timeline.ts'
import type { Row } from './row-layout.ts'

/** Whether the values are of this view; else what is said in their place. */
export type Reading = 'read' | 'loading' | 'not read'

/** A row as a screen reader says it: `esx-07, runs VDI-0417, hypervisor, 1 error, 6 warnings`. */
export function rowWords(row: Row, reading: Reading): string {
  if (reading !== 'read') return said([...namesIn(row), reading])
  if (row.kind === 'layer') {
    const { layer, shown, entities, counts } = row.summary
    return said([LAYER_NAMES[layer], `${shown} of ${entities} entities`, ...countWords(counts)])
  }
  const { entity, relation, counts, metrics } = row.lane
  if (row.kind === 'entity') {
    const layer = entity.layer === null ? '' : LAYER_NAMES[entity.layer].toLowerCase()
    const [worst] = metrics
    return said([
      entity.name,
      relation ?? '',
      layer,
      ...countWords(counts).map((words) => (isPartial(row.lane) ? `at least ${words}` : words)),
      ...(worst === undefined ? [] : metricWords(worst)),
    ])
  }
  if (row.kind === 'unread') return said([...namesIn(row), 'not read'])
  return said([entity.name, ...metricWords(row.metric)])
}

function namesIn(row: Row): string[] {
  if (row.kind === 'layer') return [LAYER_NAMES[row.summary.layer]]
  const { entity, relation } = row.lane
  switch (row.kind) {
    case 'metric':
      return [entity.name, row.metric.label.toLowerCase()]
    case 'unread':
      return [entity.name, 'metrics']
    case 'entity':
      return [entity.name, relation ?? '']
  }
}

const said = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ')

function metricWords(metric: MetricLane): string[] {
  const { label, worst, usual, share } = metric
  const unit = unitOf(metric)
  return [
    `${label.toLowerCase()} ${quantity(worst, unit)}`,
    usual === null ? '' : `usual ${bandText(usual, unit).replace('–', ' to ')}`,
    share === null ? '' : `${share.largest.name} ${partText(share.worstPart)}`,
  ]
}

/** `1 error`, `6 warnings`; what is nothing is left out. */
export function countWords({ warning, error, fatal }: SeverityCounts): string[] {
  const some = (n: number, word: string): string[] =>
    n === 0 ? [] : [`${count(n)} ${word}${n === 1 ? '' : 's'}`]
  return [...some(fatal, 'fatal error'), ...some(error, 'error'), ...some(warning, 'warning')]
}
