import { Bloom, HashSet } from './bloom.ts'

/** Rows of a sealed block: few enough to hold few templates, enough for tokens to repeat. */
export const BLOCK_ROWS = 4_096

/** What the index knows of a run of rows: their places, times, templates and digit tokens. */
export interface Block {
  /** Place of the first row; the others follow. */
  readonly firstPos: number
  readonly rows: number
  /** Least and greatest event time, microseconds. */
  readonly minTime: number
  readonly maxTime: number
  /** Rows whose text SQL cannot fold or cut into tokens as tokens.ts does: beyond ASCII, or very long. */
  readonly accented: number
  hasAnyTemplate(wanted: ReadonlySet<number>): boolean
  mayHaveToken(a: number, b: number): boolean
}

/** The block that still grows; its tokens are an exact set. */
export class OpenBlock implements Block {
  readonly firstPos: number
  rows = 0
  minTime = Infinity
  maxTime = -Infinity
  accented = 0
  readonly templates = new Set<number>()
  readonly tokens = new HashSet()

  constructor(firstPos: number) {
    this.firstPos = firstPos
  }

  addRow(time: number, template: number, isAccented: boolean): void {
    this.rows++
    if (time < this.minTime) this.minTime = time
    if (time > this.maxTime) this.maxTime = time
    if (isAccented) this.accented++
    this.templates.add(template)
  }

  hasAnyTemplate(wanted: ReadonlySet<number>): boolean {
    for (const template of this.templates) if (wanted.has(template)) return true
    return false
  }

  mayHaveToken(a: number, b: number): boolean {
    return this.tokens.has(a, b)
  }

  /** A copy to grow while the original still answers queries. */
  clone(): OpenBlock {
    const copy = new OpenBlock(this.firstPos)
    copy.rows = this.rows
    copy.minTime = this.minTime
    copy.maxTime = this.maxTime
    copy.accented = this.accented
    for (const template of this.templates) copy.templates.add(template)
    copy.tokens.copyFrom(this.tokens)
    return copy
  }

  seal(): SealedBlock {
    const { firstPos, rows, minTime, maxTime, accented } = this
    const templates = Uint32Array.from(this.templates).sort()
    return new SealedBlock(
      { firstPos, rows, minTime, maxTime, accented },
      templates,
      Bloom.of(this.tokens),
    )
  }
}

type Bounds = Pick<Block, 'firstPos' | 'rows' | 'minTime' | 'maxTime' | 'accented'>

/** A full block, as kept on disk. */
export class SealedBlock implements Block {
  readonly firstPos: number
  readonly rows: number
  readonly minTime: number
  readonly maxTime: number
  readonly accented: number
  /** Numbers of the templates of its rows, ascending. */
  readonly templates: Uint32Array
  readonly bloom: Bloom

  constructor(bounds: Bounds, templates: Uint32Array, bloom: Bloom) {
    this.firstPos = bounds.firstPos
    this.rows = bounds.rows
    this.minTime = bounds.minTime
    this.maxTime = bounds.maxTime
    this.accented = bounds.accented
    this.templates = templates
    this.bloom = bloom
  }

  hasAnyTemplate(wanted: ReadonlySet<number>): boolean {
    return this.templates.some((template) => wanted.has(template))
  }

  mayHaveToken(a: number, b: number): boolean {
    return this.bloom.mayHave(a, b)
  }
}
