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
  /** Cells of a column stand together, columns in their order. */
  readonly #cells: Float64Array
  readonly #totals = [0, 0, 0, 0]

  constructor(columns = 1) {
    this.#cells = new Float64Array(columns * CLASSES.length)
  }

  add(column: number, severity: Severity, count: number): void {
    const severityIs = severityClass(severity)
    this.#cells[column * CLASSES.length + severityIs]! += count
    this.#totals[severityIs]! += count
  }

  counts(): SeverityCounts {
    const [info, warning, error, fatal] = this.#totals as [number, number, number, number]
    return { info, warning, error, fatal }
  }

  density(): Density {
    const density: Writable<Density> = { column: [], info: [], warning: [], error: [], fatal: [] }
    for (let cell = 0; cell < this.#cells.length; cell += CLASSES.length) {
      const info = this.#cells[cell]!
      const warning = this.#cells[cell + 1]!
      const error = this.#cells[cell + 2]!
      const fatal = this.#cells[cell + 3]!
      if (info + warning + error + fatal === 0) continue
      density.column.push(cell / CLASSES.length)
      density.info.push(info)
      density.warning.push(warning)
      density.error.push(error)
      density.fatal.push(fatal)
    }
    return density
  }
}

type Writable<T> = { [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

/** Falling by what hurts most: fatal, then error, warning, all others. */
export function compareCounts(a: SeverityCounts, b: SeverityCounts): number {
  return b.fatal - a.fatal || b.error - a.error || b.warning - a.warning || b.info - a.info
}
