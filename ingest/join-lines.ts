import type { Micros } from '../model/time.ts'

/** Bounds of one joined record; what exceeds them begins a record of its own. */
export interface JoinLimits {
  readonly maxLines: number
  /** UTF-16 units of the text. */
  readonly maxLength: number
  /** How long a record waits for its next line, microseconds (live files; imports never wait). */
  readonly maxWaitUs: number
}

export const JOIN_LIMITS: JoinLimits = {
  maxLines: 1_000,
  maxLength: 256 * 1024,
  maxWaitUs: 2_000_000,
}

export interface JoinedLine<T> {
  /** The lines with `\n` between them. */
  readonly text: string
  /** What the caller gave along with each line, in order. */
  readonly parts: readonly T[]
}

/** True for a line that begins with a blank or a tab, or is empty. */
export function leadingBlank(line: string): boolean {
  const first = line.charCodeAt(0)
  return Number.isNaN(first) || first === 32 || first === 9
}

/**
 * Joins the lines of one file to records: stack traces, dumps, messages of several lines. Lines go in
 * by `offer`, and each answers the record that is now complete, if any; `flush` answers the last one.
 * Nothing is lost or altered: the texts of all answers joined by `\n` are the lines put in. Trailing
 * empty lines stay with their record.
 */
export class LineJoiner<T> {
  readonly #continues: (line: string) => boolean
  readonly #limits: JoinLimits
  #lines: string[] = []
  #parts: T[] = []
  #length = 0
  #touched = 0 as Micros

  constructor(continues: (line: string) => boolean, limits: JoinLimits = JOIN_LIMITS) {
    this.#continues = continues
    this.#limits = limits
  }

  /** Takes the next line; the record before it, when this line does not belong to it. */
  offer(line: string, part: T, now: Micros): JoinedLine<T> | undefined {
    // Asked of the first line too: it is what tells the format that later lines continue.
    const continues = this.#continues(line)
    const joins = continues && this.#lines.length > 0 && this.#hasRoom(line)
    const complete = joins ? undefined : this.flush()
    this.#lines.push(line)
    this.#parts.push(part)
    this.#length += line.length + 1
    this.#touched = now
    return complete
  }

  /** The record begun and not yet answered, because its file ends here. */
  flush(): JoinedLine<T> | undefined {
    if (this.#lines.length === 0) return undefined
    const joined = {
      text: this.#lines.length === 1 ? this.#lines[0]! : this.#lines.join('\n'),
      parts: this.#parts,
    }
    this.#lines = []
    this.#parts = []
    this.#length = 0
    return joined
  }

  /** The record that has waited too long for a line to follow, if any. */
  expire(now: Micros): JoinedLine<T> | undefined {
    return now - this.#touched > this.#limits.maxWaitUs ? this.flush() : undefined
  }

  #hasRoom(line: string): boolean {
    return (
      this.#lines.length < this.#limits.maxLines &&
      this.#length + line.length <= this.#limits.maxLength
    )
  }
}
