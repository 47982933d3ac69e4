import type { Micros } from '../../model/time.ts'
import type { PatternCount } from './store.ts'

/** How often a template was said, when first and last, and how bad at worst. */
export interface PatternExtent {
  readonly count: number
  readonly first: number
  readonly last: number
  readonly severity: number
}

/** Adds up templates, each under what a store knows it by. */
export class PatternTally<Name> {
  readonly #extents = new Map<Name, PatternExtent>()

  get names(): Name[] {
    return [...this.#extents.keys()]
  }

  add(name: Name, more: PatternExtent): void {
    const known = this.#extents.get(name)
    this.#extents.set(
      name,
      known === undefined
        ? more
        : {
            count: known.count + more.count,
            first: Math.min(known.first, more.first),
            last: Math.max(known.last, more.last),
            severity: Math.max(known.severity, more.severity),
          },
    )
  }

  addRecord(name: Name, { time, severity }: { time: number; severity: number }): void {
    this.add(name, { count: 1, first: time, last: time, severity })
  }

  /** Most frequent first, equal counts by template id. */
  counts(describe: (name: Name) => Pick<PatternCount, 'template' | 'text'>): PatternCount[] {
    return [...this.#extents]
      .map(([name, { count, first, last, severity }]) => ({
        ...describe(name),
        count,
        first: first as Micros,
        last: last as Micros,
        severity,
      }))
      .sort((a, b) => b.count - a.count || (a.template < b.template ? -1 : 1))
  }
}
