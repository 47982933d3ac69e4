import { DEVICES, HOSTS, mixed } from './identifiers.ts'
import {
  controllerId,
  datastoreId,
  hypervisorId,
  poolId,
  serviceId,
  vmId,
  volumeId,
} from './inventory.ts'

/** One series and how its values lie: around `level`, three times that in its bad hour. */
interface Series {
  readonly entity: string
  readonly name: string
  readonly unit: string
  readonly level: number
}

const STEP_MS = 60_000
/** Steps of a request. */
const STEPS = 30
const DAY_MS = 86_400_000
/** Of ten series so many have an hour of their own in which they are bad. */
const BAD_OF_TEN = 2
const SALT = 11

/** What collectors measure of hosts, desktops that speak, LUNs, pools and services. */
function allSeries(): Series[] {
  const each = (
    count: number,
    id: (index: number) => string,
    ...metrics: readonly (readonly [name: string, unit: string, level: number])[]
  ): Series[] =>
    Array.from({ length: count }, (_, index) =>
      metrics.map(([name, unit, level]) => ({ entity: id(index), name, unit, level })),
    ).flat()
  return [
    ...each(
      HOSTS.guest,
      vmId,
      ['vm.cpu.usage', '1', 0.2],
      ['vm.cpu.ready', '1', 0.02],
      ['guest.disk.latency', 'ms', 3],
      ['vm.disk.write.ops', '1/s', 25],
    ),
    ...each(
      HOSTS.hypervisor,
      hypervisorId,
      ['hypervisor.cpu.utilization', '1', 0.3],
      ['hypervisor.memory.utilization', '1', 0.3],
    ),
    ...each(
      DEVICES,
      volumeId,
      ['volume.service_time', 'ms', 4],
      ['volume.ops', '1/s', 800],
      ['volume.queue.depth', '1', 8],
    ),
    ...each(DEVICES, datastoreId, ['datastore.latency', 'ms', 4]),
    ...each(HOSTS.storage, poolId, ['pool.utilization', '1', 0.25]),
    ...each(HOSTS.storage, controllerId, ['controller.utilization', '1', 0.3]),
    ...each(HOSTS.service, serviceId, ['service.response_time', 'ms', 12]),
  ]
}

/**
 * The metrics of the day before `end` (milliseconds since the epoch), a value a minute, as bodies of OTLP/HTTP in
 * JSON, half an hour each. Same end, same bodies.
 */
export function* metricBodies(end: number): Generator<{ points: number; body: string }> {
  const series = allSeries()
  for (let from = end - DAY_MS; from < end; from += STEPS * STEP_MS) {
    const resourceMetrics = series.map((one, index) => ({
      resource: { attributes: [text('entity.id', one.entity), text('service.name', 'bench')] },
      scopeMetrics: [{ metrics: [gaugeOf(one, index, from)] }],
    }))
    yield { points: series.length * STEPS, body: JSON.stringify({ resourceMetrics }) }
  }
}

function gaugeOf({ name, unit, level }: Series, index: number, from: number): object {
  const dataPoints = Array.from({ length: STEPS }, (_, step) => {
    const time = from + step * STEP_MS
    return { timeUnixNano: `${time}000000`, asDouble: valueAt(level, index, time) }
  })
  return { name, unit, gauge: { dataPoints } }
}

const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })

function valueAt(level: number, index: number, time: number): number {
  const minute = Math.floor(time / STEP_MS)
  const hour = Math.floor(minute / 60) % 24
  const isBad = mixed(index, SALT) % 10 < BAD_OF_TEN && mixed(index, SALT + 1) % 24 === hour
  const noise = 0.8 + 0.4 * (mixed(index * 1_440 + (minute % 1_440), SALT + 2) / 2 ** 32)
  return Number((level * (isBad ? 3 : 1) * noise).toPrecision(6))
}
