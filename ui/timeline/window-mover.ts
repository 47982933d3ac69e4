import type { ViewProps } from '../data/use-view.ts'
import { printMillis } from '../data/use-search-view.ts'
import { moving, type Viewport } from '../data/viewport.ts'

/** Rest after which a gesture's window goes into the address, milliseconds. */
const SETTLE_MS = 150
/** Wheel steps and keys that follow each other so closely are one gesture, one step of Back. */
const SAME_GESTURE_MS = 1_000
/** A zoom by key takes so long, milliseconds. */
const ZOOM_MS = 100

/** Moves the window: at once on the screen, into the address when it rests. */
export class WindowMover {
  readonly #change: () => ViewProps['change']
  #timer: ReturnType<typeof setTimeout> | undefined
  #frame = 0
  #lastMove = -Infinity
  #isPushed = false
  #isHeld = false

  /** @param change the newest of the view's, asked for when it is needed */
  constructor(change: () => ViewProps['change']) {
    this.#change = change
  }

  /** A drag begins: until it ends all its rests are one step of Back. */
  hold(): void {
    this.#isHeld = true
    this.#isPushed = false
  }

  release(): void {
    this.#isHeld = false
    if (moving.getState().isMoving) this.#settleSoon(0)
  }

  /** Shows a window; it goes into the address when nothing moves any more. */
  move(viewport: Viewport): void {
    cancelAnimationFrame(this.#frame)
    this.#show(viewport)
  }

  /** Shows a window by a short zoom, at once where motion is not wanted. */
  glide(to: Viewport): void {
    cancelAnimationFrame(this.#frame)
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#show(to)
      return
    }
    const { viewport: from } = moving.getState()
    const start = performance.now()
    const step = (now: number): void => {
      const part = Math.min(1, Math.max(0, (now - start) / ZOOM_MS))
      const eased = 1 - (1 - part) ** 2
      this.#show({
        from: from.from + (to.from - from.from) * eased,
        to: from.to + (to.to - from.to) * eased,
      })
      if (part < 1) this.#frame = requestAnimationFrame(step)
    }
    this.#target = to
    this.#frame = requestAnimationFrame(step)
  }

  /** Where the window is or is gliding to: what the next key starts from. */
  get goal(): Viewport {
    return this.#target ?? moving.getState().viewport
  }

  dispose(): void {
    clearTimeout(this.#timer)
    cancelAnimationFrame(this.#frame)
    moving.setState({ isMoving: false })
  }

  #target: Viewport | null = null

  #show(viewport: Viewport): void {
    const now = performance.now()
    if (!this.#isHeld && now - this.#lastMove > SAME_GESTURE_MS) this.#isPushed = false
    this.#lastMove = now
    moving.setState({ viewport, isMoving: true })
    this.#settleSoon(SETTLE_MS)
  }

  #settleSoon(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#settle(), ms)
  }

  #settle(): void {
    const { viewport } = moving.getState()
    this.#target = null
    moving.setState({ isMoving: false })
    this.#change()(
      { from: printMillis(viewport.from), to: printMillis(viewport.to), live: undefined },
      this.#isPushed ? 'replace' : 'push',
    )
    this.#isPushed = true
  }
}
