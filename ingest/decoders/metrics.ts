import { neutralMetric } from '../metric-names.ts'
import type { Decoder, Item } from './decoder.ts'
import type { JsonFields } from './json-fields.ts'
import { ndjsonDecoder } from './ndjson.ts'
import { entityField } from './own-fields.ts'
import { SeriesCache } from './series-cache.ts'

/**
 * Our metric lines: `{"time","entity","name","value","unit","intervalS"?,"attributes"?}`. A native name
 * that the catalogue knows (metric-names.ts) is translated with its value; `intervalS`, the seconds a
 * value stands for, is kept as the attribute `interval_s`. Counted under the source `metrics`.
 */
export const metricsDecoder: Decoder = ndjsonDecoder('metrics', readMetric)

const cache = new SeriesCache()

function readMetric(fields: JsonFields): Item | undefined {
  const time = fields.time('time')
  const entity = entityField(fields, 'entity')
  const native = fields.text('name')
  const unit = fields.raw('unit') === '' ? '' : fields.text('unit')
  const value = fields.number('value')
  const intervalS = fields.has('intervalS') ? fields.number('intervalS') : undefined
  const given = fields.attributes('attributes')
  if (fields.problem !== undefined) return undefined
  const key = JSON.stringify([entity, native, unit, intervalS, given])
  const { series, factor } = cache.get(key, () => {
    const metric = neutralMetric(native, unit, intervalS, given)
    const interval = intervalS === undefined ? {} : { interval_s: intervalS }
    const attributes = { ...metric.attributes, ...interval }
    const { name, unit: neutralUnit } = metric
    return {
      series: { entity, name, unit: neutralUnit, kind: 'gauge', source: 'metrics', attributes },
      factor: metric.factor,
    }
  })
  return { kind: 'metric', series, time: time.us, timeNs: time.ns, value: value * factor }
}
