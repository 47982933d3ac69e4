import type { LogRecord } from '../../model/record.ts'
import { otherHappenings } from './chance.ts'

/** The template of a record; null for none. */
export const templateOf = ({ template }: LogRecord): string | null => template?.id ?? null

/** How often each template occurs in a window. */
export class Frequencies {
  readonly #windowUs: number
  readonly #templates = new Map<string | null, { count: number; happenings: Set<number> }>()

  constructor(windowUs: number) {
    this.#windowUs = windowUs
  }

  add(template: string | null, happening: number, count: number): void {
    const known = this.#templates.get(template)
    if (known === undefined) {
      this.#templates.set(template, { count, happenings: new Set([happening]) })
      return
    }
    known.count += count
    known.happenings.add(happening)
  }

  /** How many happenings look like this record, without it. */
  othersLike(record: LogRecord): number {
    const known = this.#templates.get(templateOf(record))
    if (known === undefined) return 0
    return otherHappenings(known.count, known.happenings.size, this.#windowUs)
  }
}
