/** A drawn piece of a lane, as wide as the plot was when it was drawn. */
interface Bitmap {
  readonly canvas: OffscreenCanvas
  readonly bytes: number
}

const MOST_BYTES = 64 * 1_048_576

/** Lanes as bitmaps, so that a pan or a zoom copies pixels; the least recently used go when 64 MB are full. */
export class LaneBitmaps {
  readonly #kept = new Map<string, Bitmap>()
  #bytes = 0

  /** The bitmap of a lane, drawn now if it is not there; `width` and `height` in CSS pixels. */
  get(
    key: string,
    size: { readonly width: number; readonly height: number; readonly ratio: number },
    draw: (ctx: CanvasRenderingContext2D) => void,
  ): OffscreenCanvas {
    const known = this.#kept.get(key)
    if (known !== undefined) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known.canvas
    }
    const { width, height, ratio } = size
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(width * ratio)),
      Math.max(1, Math.round(height * ratio)),
    )
    // What is drawn with is the same on both kinds of canvas; their types differ in what we do not use.
    const ctx = canvas.getContext('2d') as unknown as CanvasRenderingContext2D
    ctx.scale(ratio, ratio)
    draw(ctx)
    this.#keep(key, { canvas, bytes: canvas.width * canvas.height * 4 })
    return canvas
  }

  clear(): void {
    this.#kept.clear()
    this.#bytes = 0
  }

  #keep(key: string, bitmap: Bitmap): void {
    this.#kept.set(key, bitmap)
    this.#bytes += bitmap.bytes
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= MOST_BYTES || oldest === key) break
      this.#kept.delete(oldest)
      this.#bytes -= bytes
    }
  }
}
