/** How the index cuts the rows of a partition; tests make it small. */
export interface IndexLayout {
  /**
   * Rows of a granule, to which a token's place is known: at least so many, at most
   * {@link LONGEST_GRANULE} times as many, and a new one where the template changes in between.
   */
  readonly granuleRows: number
  /** Rows of a block, whose times and templates are known: few enough to hold few templates. */
  readonly blockRows: number
  /** Blocks of a segment, whose tokens are indexed together: at most 16. */
  readonly segmentBlocks: number
  /** Rows that are tallied at once, see tally-table.ts. */
  readonly tallyRows: number
  /** So many identifiers of a kind have numbers: the devices of a large plant, not each id of a request that is logged. */
  readonly keysOfKind: number
}

export const LONGEST_GRANULE = 8

/**
 * Rows of one commit stand by template, so a granule that ends with its template tells nearly as much as a
 * list of rows: 64 to 512 rows found 13 granules where 12 held a match, 256 fixed ones 40, for 5 % more
 * bytes.
 */
export const INDEX_LAYOUT: IndexLayout = {
  granuleRows: 64,
  blockRows: 4_096,
  segmentBlocks: 16,
  tallyRows: 1_048_576,
  keysOfKind: 65_536,
}

/** A run of rows with bounds on their event times, microseconds. */
export interface Stretch {
  /** Place of the first row; the others follow. */
  readonly firstPos: number
  readonly rows: number
  readonly minTime: number
  readonly maxTime: number
}

/** What the index knows of a run of rows beside their tokens. */
export interface Block extends Stretch {
  /** Rows whose text SQL cannot fold or cut into tokens as tokens.ts does: beyond ASCII, or very long. */
  readonly accented: number
  readonly templates: TemplateRuns
  /** The row of the block that each granule begins with. */
  readonly granules: ArrayLike<number>
}

/** A block with more runs of rows of one template than this keeps which templates it has, not where. */
const MAX_RUNS = 1_024

/** The templates of a block's rows, in the order of the rows. */
export class TemplateRuns {
  protected readonly distinct: ArrayLike<number>
  /** The template of each run; empty when the order has been given up. */
  protected readonly runs: ArrayLike<number>
  /** The row of the block that each run begins with. */
  readonly starts: ArrayLike<number>

  protected constructor(
    distinct: ArrayLike<number>,
    runs: ArrayLike<number>,
    starts: ArrayLike<number>,
  ) {
    this.distinct = distinct
    this.runs = runs
    this.starts = starts
  }

  /**
   * Runs in order with their first rows; templates without order where there are no first rows. As packed numbers:
   * those of all blocks are most of what the index holds, and lists would be looked through whenever memory is collected.
   */
  static of(templates: Uint32Array, starts: Uint32Array): TemplateRuns {
    const runs = starts.length > 0 ? templates : new Uint32Array(0)
    return new TemplateRuns(Uint32Array.from(new Set(templates)), runs, starts)
  }

  /** Numbers of the templates, one a run while the order is known. */
  get templates(): ArrayLike<number> {
    return this.starts.length > 0 ? this.runs : this.distinct
  }

  hasAny(wanted: ReadonlySet<number>): boolean {
    for (let i = 0; i < this.distinct.length; i++) if (wanted.has(this.distinct[i]!)) return true
    return false
  }

  /** Whether rows `[from, to)` of the block may be of a wanted template. */
  mayHaveAnyIn(wanted: ReadonlySet<number>, from: number, to: number): boolean {
    const { starts } = this
    if (starts.length === 0) return this.hasAny(wanted)
    for (let run = runAt(starts, from); run < starts.length && starts[run]! < to; run++) {
      if (wanted.has(this.runs[run]!)) return true
    }
    return false
  }

  /** Hands out how many of the block's rows each run has; false, and nothing, where that is not known. */
  countInto(rows: number, take: (template: number, rows: number) => void): boolean {
    const { runs, starts } = this
    for (let run = 0; run < starts.length; run++) {
      take(runs[run]!, (starts[run + 1] ?? rows) - starts[run]!)
    }
    return starts.length > 0
  }
}

/** Those of a block that still grows. */
export class OpenTemplateRuns extends TemplateRuns {
  declare protected readonly distinct: number[]
  declare protected readonly runs: number[]
  declare readonly starts: number[]

  constructor(
    distinct: readonly number[] = [],
    runs: readonly number[] = [],
    starts: readonly number[] = [],
  ) {
    super([...distinct], [...runs], [...starts])
  }

  /** Adds the row behind those so far. */
  add(template: number, row: number): void {
    if (row > 0 && this.runs.at(-1) === template) return
    if (!this.distinct.includes(template)) this.distinct.push(template)
    if (row > 0 && this.starts.length === 0) return
    this.runs.push(template)
    this.starts.push(row)
    if (this.runs.length <= MAX_RUNS) return
    this.runs.length = 0
    this.starts.length = 0
  }

  clone(): OpenTemplateRuns {
    return new OpenTemplateRuns(this.distinct, this.runs, this.starts)
  }
}

/** The run that holds a row. */
function runAt(starts: ArrayLike<number>, row: number): number {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= row) low = middle
    else high = middle
  }
  return low
}

/** The block that still grows. */
export class OpenBlock implements Block {
  readonly firstPos: number
  rows = 0
  minTime = Infinity
  maxTime = -Infinity
  accented = 0
  readonly templates: OpenTemplateRuns
  readonly granules: number[]
  readonly #granuleRows: number
  #lastTemplate = -1

  constructor(
    firstPos: number,
    granuleRows: number,
    templates = new OpenTemplateRuns(),
    granules: readonly number[] = [],
  ) {
    this.firstPos = firstPos
    this.#granuleRows = granuleRows
    this.templates = templates
    this.granules = [...granules]
  }

  addRow(time: number, template: number, isAccented: boolean): void {
    if (time < this.minTime) this.minTime = time
    if (time > this.maxTime) this.maxTime = time
    if (isAccented) this.accented++
    const size = this.rows - (this.granules.at(-1) ?? -Infinity)
    const isLong = size >= this.#granuleRows && template !== this.#lastTemplate
    if (isLong || size >= this.#granuleRows * LONGEST_GRANULE) this.granules.push(this.rows)
    this.#lastTemplate = template
    this.templates.add(template, this.rows++)
  }

  /** The same, as it stays. */
  seal(): Block {
    const { firstPos, rows, minTime, maxTime, accented, templates, granules } = this
    return {
      ...{ firstPos, rows, minTime, maxTime, accented },
      templates: TemplateRuns.of(
        Uint32Array.from(templates.templates),
        Uint32Array.from(templates.starts),
      ),
      granules: Uint32Array.from(granules),
    }
  }

  /** A copy to grow while the original still answers queries. */
  clone(): OpenBlock {
    const copy = new OpenBlock(
      this.firstPos,
      this.#granuleRows,
      this.templates.clone(),
      this.granules,
    )
    copy.rows = this.rows
    copy.minTime = this.minTime
    copy.maxTime = this.maxTime
    copy.accented = this.accented
    copy.#lastTemplate = this.#lastTemplate
    return copy
  }
}
