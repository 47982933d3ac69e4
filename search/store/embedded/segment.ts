import { OpenBlock, type Block, type IndexLayout } from './block.ts'
import type { TokenFile } from './token-file.ts'
import {
  findToken,
  GranuleSet,
  packTokens,
  tokenId,
  tokenPage,
  type TokenPages,
} from './token-pages.ts'

/** Some blocks whose tokens are indexed together; their granules are numbered through. */
export interface Segment {
  readonly blocks: readonly Block[]
  /** The granules in which a token with a digit may stand in the variables of a row. */
  find(tokenHash: number): GranuleSet
}

/** What the index takes of a row beside the tokens of its body. */
export interface IndexedRow {
  /** Event time, microseconds. */
  readonly time: number
  readonly template: number
  readonly isAccented: boolean
  /** Of the identifiers in its attributes, see row-keys.ts. */
  readonly hashes: readonly number[]
}

const FIRST_TOKENS = 4_096
/** Tokens of a segment: one of long bodies is full before it has all its rows. */
const MAX_TOKENS = 4_194_304

/**
 * The segment that still grows; its tokens are a list. A fork grows on in the same lists, behind what the
 * original knows of them, so that a query can hold on to the original.
 */
export class OpenSegment implements Segment {
  readonly #blocks: OpenBlock[]
  readonly #layout: IndexLayout
  readonly #firstPos: number
  #rows = 0
  /** Granules of the blocks before the last. */
  #earlier = 0
  #hashes = new Uint32Array(FIRST_TOKENS)
  #granules = new Uint16Array(FIRST_TOKENS)
  #tokens = 0

  constructor(firstPos: number, layout: IndexLayout, blocks: OpenBlock[] = []) {
    this.#firstPos = firstPos
    this.#layout = layout
    this.#blocks = blocks
  }

  get blocks(): readonly Block[] {
    return this.#blocks
  }

  /** Place of the row behind the last. */
  get endPos(): number {
    return this.#firstPos + this.#rows
  }

  get isFull(): boolean {
    const { blockRows, segmentBlocks } = this.#layout
    return this.#rows === blockRows * segmentBlocks || this.#tokens >= MAX_TOKENS
  }

  /** Adds the next row with the hashes of its tokens: `hashes[from, to)` and those of its attributes. */
  addRow(row: IndexedRow, hashes: Uint32Array, from: number, to: number): void {
    let block = this.#blocks.at(-1)
    if (block === undefined || block.rows === this.#layout.blockRows) {
      this.#earlier += block?.granules.length ?? 0
      block = new OpenBlock(this.endPos, this.#layout.granuleRows)
      this.#blocks.push(block)
    }
    block.addRow(row.time, row.template, row.isAccented)
    this.#rows++
    const granule = this.#earlier + block.granules.length - 1
    const tokens = this.#tokens + to - from + row.hashes.length
    if (tokens > this.#hashes.length) this.#grow(tokens)
    for (let i = from; i < to; i++) {
      this.#hashes[this.#tokens] = hashes[i]!
      this.#granules[this.#tokens++] = granule
    }
    for (const hash of row.hashes) {
      this.#hashes[this.#tokens] = hash
      this.#granules[this.#tokens++] = granule
    }
  }

  find(tokenHash: number): GranuleSet {
    const found = new GranuleSet(this.#granuleCount)
    const id = tokenId(tokenHash)
    for (let i = 0; i < this.#tokens; i++) {
      if (tokenId(this.#hashes[i]!) === id) found.add(this.#granules[i]!)
    }
    return found
  }

  /** To grow on while this one still answers queries; one fork at a time is kept. */
  fork(): OpenSegment {
    const last = this.#blocks.at(-1)?.clone()
    const blocks = last === undefined ? [] : [...this.#blocks.slice(0, -1), last]
    const fork = new OpenSegment(this.#firstPos, this.#layout, blocks)
    fork.#rows = this.#rows
    fork.#earlier = this.#earlier
    fork.#hashes = this.#hashes
    fork.#granules = this.#granules
    fork.#tokens = this.#tokens
    return fork
  }

  /** Its blocks, as they stay. */
  seal(): Block[] {
    return this.#blocks.map((block) => block.seal())
  }

  pack(): TokenPages {
    const places = { hashes: this.#hashes, granules: this.#granules, count: this.#tokens }
    return packTokens(places, this.#granuleCount)
  }

  get #granuleCount(): number {
    return this.#earlier + (this.#blocks.at(-1)?.granules.length ?? 0)
  }

  #grow(needed: number): void {
    const length = Math.max(needed, 2 * this.#hashes.length)
    const hashes = new Uint32Array(length)
    hashes.set(this.#hashes)
    this.#hashes = hashes
    const granules = new Uint16Array(length)
    granules.set(this.#granules)
    this.#granules = granules
  }
}

/** A full segment: its blocks in memory, its tokens in the file. */
export class SealedSegment implements Segment {
  readonly blocks: readonly Block[]
  readonly #granuleCount: number
  readonly #file: TokenFile
  readonly #offset: number
  readonly #ends: Uint32Array

  constructor(
    blocks: readonly Block[],
    file: TokenFile,
    { offset, ends }: { readonly offset: number; readonly ends: Uint32Array },
  ) {
    this.blocks = blocks
    this.#granuleCount = blocks.reduce((sum, { granules }) => sum + granules.length, 0)
    this.#file = file
    this.#offset = offset
    this.#ends = ends
  }

  find(tokenHash: number): GranuleSet {
    const id = tokenId(tokenHash)
    const page = tokenPage(id)
    const start = page === 0 ? 0 : this.#ends[page - 1]!
    const end = this.#ends[page]!
    if (start === end) return new GranuleSet(this.#granuleCount)
    return findToken(this.#file.read(this.#offset + start, end - start), id, this.#granuleCount)
  }
}
