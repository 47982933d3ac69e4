import type { Series } from '../../simulator/metrics.ts'
import { Simulation } from '../../simulator/simulate.ts'
import type { Line } from '../../simulator/voices/log.ts'

export const START_US = Date.parse('2026-11-20T09:00:00Z') * 1000

/** A whole run, kept. */
export interface Story {
  readonly simulation: Simulation
  readonly lines: readonly Line[]
  readonly inventory: readonly string[]
  /** Values of a series by second since the beginning. */
  values(entity: string, name: string, attribute?: string): (readonly [number, number])[]
}

export interface Plan {
  readonly seed?: number
  readonly lengthS?: number
  readonly faults: readonly string[]
  /** Called after each second. */
  readonly watch?: (simulation: Simulation) => void
}

/** Plays a run out to its end. */
export function play({ seed = 1, lengthS = 2400, faults, watch }: Plan): Story {
  const simulation = new Simulation({ seed, lengthS, startUs: START_US, faults })
  const lines: Line[] = []
  const inventory: string[] = []
  const series = new Map<Series, (readonly [number, number])[]>()
  for (const portion of simulation.run()) {
    lines.push(...portion.lines)
    inventory.push(...portion.inventory)
    const second = (portion.us - START_US) / 1e6
    for (const point of portion.points) {
      const values = series.get(point.series)
      if (values === undefined) series.set(point.series, [[second, point.value]])
      else values.push([second, point.value])
    }
    watch?.(simulation)
  }
  const values: Story['values'] = (entity, name, attribute) => {
    const found = [...series].find(([each]) => {
      const isIt = each.entity === entity && each.name === name
      return isIt && (attribute === undefined || each.attribute?.[1] === attribute)
    })
    return found?.[1] ?? []
  }
  return { simulation, lines, inventory, values }
}

/** The mean of values in `[from, to)` seconds; NaN without any. */
export function meanOf(
  values: readonly (readonly [number, number])[],
  from: number,
  to: number,
): number {
  const inside = values.filter(([second]) => second >= from && second < to)
  return inside.reduce((sum, [, value]) => sum + value, 0) / inside.length
}
