/** A line as it was sent, with what only the truth knows. */
export interface TrueLine {
  /** From 1, in the order in which they were sent. */
  readonly n: number
  /** By the clock of the speaker, microseconds. */
  readonly us: number
  readonly frame: string
  /** What it says, without what differs from one to the next: identifiers, names and numbers. */
  readonly pattern: string
  /** Each as `kind value`; what each host counts for itself begins with the host. */
  readonly identifiers: readonly string[]
  /** Entities it speaks of: its speaker, what its identifiers and the names in it stand for. */
  readonly about: ReadonlySet<string>
  /** Index of the fault or decoy behind it, -1 for none. */
  readonly cause: number
  /** RFC 5424, 0 to 7. */
  readonly severity: number
}

/** What really belongs together, among lines that were sent. */
export interface Truth {
  readonly lines: readonly TrueLine[]
  /** Other lines that share an identifier, within so many microseconds on each side. */
  sharing(line: TrueLine, withinUs: number): TrueLine[]
  /** Whether two lines that are linked by an identifier's value share it. */
  isShared(value: string, a: TrueLine, b: TrueLine): boolean
  /** Whether one of the entities depends on `id` then, at any distance, or `id` directly on one. */
  isConnected(entities: Iterable<string>, id: string, us: number): boolean
}

/** Lines by the identifiers they carry. */
export class SharedIdentifiers {
  readonly #byIdentifier = new Map<string, TrueLine[]>()

  add(line: TrueLine): void {
    for (const identifier of line.identifiers) {
      const known = this.#byIdentifier.get(identifier)
      if (known === undefined) this.#byIdentifier.set(identifier, [line])
      else known.push(line)
    }
  }

  sharing(line: TrueLine, withinUs: number): TrueLine[] {
    const found = new Set<TrueLine>()
    for (const identifier of line.identifiers) {
      for (const other of this.#byIdentifier.get(identifier)!) {
        if (other !== line && Math.abs(other.us - line.us) <= withinUs) found.add(other)
      }
    }
    return [...found]
  }
}

/** Words with a digit, and names behind them, are what differs. */
export function patternOf(frame: string): string {
  return frame.replace(/^<\d+>/, '').replace(/[^\s=,;()[\]"']*\d[^\s=,;()[\]"']*/g, '#')
}
