import { BIGINT, BLOB } from '@duckdb/node-api'
import { hasDigit, hashToken } from '../../../model/token-hash.ts'
import { tokensOf } from '../../../model/tokens.ts'
import { isAccented } from './accented.ts'
import { TemplateRuns, type Block, type IndexLayout } from './block.ts'
import type { Dictionaries } from './dictionary.ts'
import type { Columns, Engine } from './engine.ts'
import { keysOfRow } from './row-keys.ts'
import { OpenSegment, SealedSegment, type Segment } from './segment.ts'
import { TokenFile } from './token-file.ts'

/** The index of a partition's rows by time, template and token, in the order of their places. */
export class RowIndex {
  /** Replaced, never changed, so that a query can hold on to it. */
  #sealed: readonly SealedSegment[] = []
  #open: OpenSegment
  /** How much of the token file belongs to sealed segments. */
  #fileEnd = 0
  readonly #engine: Engine
  readonly #database: string
  readonly #layout: IndexLayout
  readonly #file: TokenFile

  private constructor(
    engine: Engine,
    database: string,
    layout: IndexLayout,
    file: TokenFile,
    fileEnd: number,
  ) {
    this.#engine = engine
    this.#database = database
    this.#layout = layout
    this.#file = file
    this.#fileEnd = fileEnd
    this.#open = new OpenSegment(0, layout)
  }

  /**
   * Opens the index of an attached database; `path` is its token file. Throws `storage_unavailable`. Before anything
   * else {@link loadOpen} has to be called.
   */
  static async open(
    engine: Engine,
    database: string,
    layout: IndexLayout,
    path: string,
  ): Promise<RowIndex> {
    const end = await engine.query(`SELECT coalesce(max(file_end), 0) FROM ${database}.segments`)
    const file = await TokenFile.open(path, end.number(0, 0))
    const index = new RowIndex(engine, database, layout, file, end.number(0, 0))
    try {
      await index.#loadSealed()
    } catch (error) {
      await file.close()
      throw error
    }
    return index
  }

  /** Every segment with rows, in order of place. */
  get segments(): readonly Segment[] {
    return this.#open.blocks.length === 0 ? this.#sealed : [...this.#sealed, this.#open]
  }

  /** The index as it will be when the running transaction has committed. */
  grow(): Growth {
    return new Growth(this.#open.fork(), this.#layout)
  }

  /** Writes what has become full, inside the caller's transaction. */
  async write(growth: Growth): Promise<void> {
    let offset = this.#fileEnd
    for (const segment of growth.full) {
      const { bytes, ends } = segment.pack()
      await this.#file.write(bytes, offset)
      const blocks = segment.seal()
      await this.#writeSegment(blocks, offset, bytes.length, ends)
      growth.sealed.push(new SealedSegment(blocks, this.#file, { offset, ends }))
      offset += bytes.length
    }
    growth.fileEnd = offset
  }

  /** Takes over what has been written, once the transaction has committed. */
  adopt(growth: Growth): void {
    this.#open = growth.open
    if (growth.sealed.length === 0) return
    this.#sealed = [...this.#sealed, ...growth.sealed]
    this.#fileEnd = growth.fileEnd
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #writeSegment(
    blocks: readonly Block[],
    offset: number,
    length: number,
    ends: Uint32Array,
  ): Promise<void> {
    const of = (value: (block: Block) => number) => ({
      type: BIGINT,
      bigints: Float64Array.from(blocks, value),
    })
    await this.#engine.append(
      this.#database,
      'blocks',
      [
        of((block) => block.firstPos),
        of((block) => block.rows),
        of((block) => block.minTime),
        of((block) => block.maxTime),
        of((block) => block.accented),
        { type: BLOB, blobs: blocks.map((block) => bytesOf(block.templates.templates)) },
        { type: BLOB, blobs: blocks.map((block) => bytesOf(block.templates.starts)) },
        { type: BLOB, blobs: blocks.map((block) => bytesOf(block.granules)) },
      ],
      blocks.length,
    )
    await this.#engine.append(
      this.#database,
      'segments',
      [
        { type: BIGINT, bigints: Float64Array.of(blocks[0]!.firstPos) },
        { type: BIGINT, bigints: Float64Array.of(offset) },
        { type: BIGINT, bigints: Float64Array.of(offset + length) },
        { type: BLOB, blobs: [new Uint8Array(ends.buffer, ends.byteOffset, ends.byteLength)] },
      ],
      1,
    )
  }

  async #loadSealed(): Promise<void> {
    const blocks = await this.#engine.query(
      `SELECT first_pos, rows, min_time, max_time, accented, templates, starts, granules
       FROM ${this.#database}.blocks ORDER BY first_pos`,
    )
    const segments = await this.#engine.query(
      `SELECT first_pos, file_offset, page_ends FROM ${this.#database}.segments ORDER BY first_pos`,
    )
    const sealed: SealedSegment[] = []
    let block = 0
    for (let row = 0; row < segments.rows; row++) {
      const end = row + 1 < segments.rows ? segments.number(0, row + 1) : Infinity
      const ofSegment: Block[] = []
      while (block < blocks.rows && blocks.number(0, block) < end) {
        ofSegment.push(blockOf(blocks, block++))
      }
      const place = { offset: segments.number(1, row), ends: numbersOf(segments.bytes(2, row)) }
      sealed.push(new SealedSegment(ofSegment, this.#file, place))
    }
    this.#sealed = sealed
  }

  /** Rebuilds what the last process held in memory of the rows behind the last sealed segment; their texts are known. */
  async loadOpen({ templates, shapes }: Dictionaries): Promise<void> {
    const last = this.#sealed.at(-1)?.blocks.at(-1)
    const firstPos = last === undefined ? 0 : last.firstPos + last.rows
    const rows = await this.#engine.query(
      `SELECT time, template, variables, vals, shape FROM ${this.#database}.logs
       WHERE pos >= ${firstPos} ORDER BY pos`,
    )
    const open = new OpenSegment(firstPos, this.#layout)
    for (let row = 0; row < rows.rows; row++) {
      const variables = rows.text(2, row)
      const values = rows.text(3, row)
      const hashes = Uint32Array.from(tokensOf(variables).filter(hasDigit), hashToken)
      const template = templates.get(rows.number(1, row))
      const shape = shapes.get(rows.number(4, row))
      open.addRow(
        {
          time: rows.number(0, row),
          template: rows.number(1, row),
          isAccented: isAccented(variables) || isAccented(values),
          hashes: keysOfRow({ template, shape, variables, values }).hashes,
        },
        hashes,
        0,
        hashes.length,
      )
    }
    this.#open = open
  }
}

/** A commit's rows on their way into the index. */
export class Growth {
  open: OpenSegment
  /** Segments that have become full. */
  readonly full: OpenSegment[] = []
  /** The same once written, and where the token file then ends. */
  readonly sealed: SealedSegment[] = []
  fileEnd = 0
  readonly #layout: IndexLayout

  constructor(open: OpenSegment, layout: IndexLayout) {
    this.open = open
    this.#layout = layout
  }

  /** As {@link OpenSegment.addRow}. */
  addRow(...row: Parameters<OpenSegment['addRow']>): void {
    this.open.addRow(...row)
    if (!this.open.isFull) return
    this.full.push(this.open)
    this.open = new OpenSegment(this.open.endPos, this.#layout)
  }
}

function blockOf(rows: Columns, row: number): Block {
  return {
    firstPos: rows.number(0, row),
    rows: rows.number(1, row),
    minTime: rows.number(2, row),
    maxTime: rows.number(3, row),
    accented: rows.number(4, row),
    templates: TemplateRuns.of(numbersOf(rows.bytes(5, row)), numbersOf(rows.bytes(6, row))),
    granules: numbersOf(rows.bytes(7, row)),
  }
}

function bytesOf(numbers: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer)
}

/** The reverse of {@link bytesOf}, of bytes that have a buffer of their own. */
function numbersOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}
