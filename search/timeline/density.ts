import { SEVERITY, type Severity } from '../../model/severity.ts'
import type { Density, SeverityCounts } from '../../model/timeline.ts'

/** Classes of severity, in the order in which columns are stacked. */
const CLASSES = ['info', 'warning', 'error', 'fatal'] as const

/** 0 below warning (unknown too), 1 warning, 2 error, 3 fatal. */
export function severityClass(severity: Severity): 0 | 1 | 2 | 3 {
  if (severity >= SEVERITY.fatal) return 3
  if (severity >= SEVERITY.error) return 2
  return severity >= SEVERITY.warn ? 1 : 0
}

/** Records by column and class. */
export class DensityBuilder {
  readonly #cells = new Map<number, number>()
  readonly #totals = [0, 0, 0, 0]

  add(column: number, severity: Severity, count: number): void {
    const severityIs = severityClass(severity)
    const cell = column * CLASSES.length + severityIs
    this.#cells.set(cell, (this.#cells.get(cell) ?? 0) + count)
    this.#totals[severityIs]! += count
  }

  counts(): SeverityCounts {
    const [info, warning, error, fatal] = this.#totals as [number, number, number, number]
    return { info, warning, error, fatal }
  }

  density(): Density {
    const columns = new Set(
      [...this.#cells.keys()].map((cell) => Math.floor(cell / CLASSES.length)),
    )
    const column = [...columns].sort((a, b) => a - b)
    const [info, warning, error, fatal] = CLASSES.map((_, severityIs) =>
      column.map((at) => this.#cells.get(at * CLASSES.length + severityIs) ?? 0),
    ) as [number[], number[], number[], number[]]
    return { column, info, warning, error, fatal }
  }
}

/** Falling by what hurts most: fatal, then error, warning, all others. */
export function compareCounts(a: SeverityCounts, b: SeverityCounts): number {
  return b.fatal - a.fatal || b.error - a.error || b.warning - a.warning || b.info - a.info
}
