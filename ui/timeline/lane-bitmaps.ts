import type { Viewport } from '../data/viewport.ts'

/** A drawn piece of a lane: as wide as the plot was, and of which window. */
export interface LaneBitmap {
  readonly canvas: OffscreenCanvas
  readonly window: Viewport
}

interface Kept extends LaneBitmap {
  readonly bytes: number
  readonly edition: number
}

const MOST_BYTES = 64 * 1_048_576
/** What of a frame may be spent on new bitmaps, milliseconds. */
const BUDGET_MS = 5

/**
 * Lanes as bitmaps, so that a pan or a zoom copies pixels; the least recently used go when 64 MB are full. After a new
 * answer they are drawn anew, a few in each frame; until then the old ones stand in, where their own window is now.
 */
export class LaneBitmaps {
  readonly #kept = new Map<string, Kept>()
  #bytes = 0
  #edition = 0
  #frameStart = 0
  #isComplete = true

  /** What is drawn is of before: another answer, another width. */
  outdate(): void {
    this.#edition += 1
  }

  /** Nothing that was drawn can stand in: other colours, other letters. */
  clear(): void {
    this.#kept.clear()
    this.#bytes = 0
  }

  beginFrame(): void {
    this.#frameStart = performance.now()
    this.#isComplete = true
  }

  /** False when this frame had no time for all: another one is wanted. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /** The bitmap of a lane; null where there is none yet and no time. `width` and `height` in CSS pixels. */
  get(
    key: string,
    size: { readonly width: number; readonly height: number; readonly ratio: number },
    window: Viewport,
    draw: (ctx: CanvasRenderingContext2D) => void,
  ): LaneBitmap | null {
    const known = this.#kept.get(key)
    const isNew = known?.edition === this.#edition
    if (!isNew && performance.now() - this.#frameStart > BUDGET_MS) {
      this.#isComplete = false
      return known ?? null
    }
    const bitmap = isNew ? known : this.#drawn(size, window, draw)
    this.#keep(key, bitmap)
    return bitmap
  }

  #drawn(
    {
      width,
      height,
      ratio,
    }: { readonly width: number; readonly height: number; readonly ratio: number },
    window: Viewport,
    draw: (ctx: CanvasRenderingContext2D) => void,
  ): Kept {
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(width * ratio)),
      Math.max(1, Math.round(height * ratio)),
    )
    // What is drawn with is the same on both kinds of canvas; their types differ in what we do not use.
    const ctx = canvas.getContext('2d') as unknown as CanvasRenderingContext2D
    ctx.scale(ratio, ratio)
    draw(ctx)
    return { canvas, window, bytes: canvas.width * canvas.height * 4, edition: this.#edition }
  }

  /** As the one used last. */
  #keep(key: string, bitmap: Kept): void {
    this.#bytes += bitmap.bytes - (this.#kept.get(key)?.bytes ?? 0)
    this.#kept.delete(key)
    this.#kept.set(key, bitmap)
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= MOST_BYTES || oldest === key) break
      this.#kept.delete(oldest)
      this.#bytes -= bytes
    }
  }
}
