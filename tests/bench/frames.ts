import type { Page } from 'playwright-core'

/** What happened between two moments of a page; milliseconds. */
export interface FrameFigures {
  /** Intervals between frames, by `requestAnimationFrame`, those to the beginning and the end included. */
  readonly frames: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly longestMs: number
  /** Share of the time that went into frames of more than two at 60 Hz, 0 to 1. */
  readonly lateShare: number
  /** Tasks of more than 50 ms that the browser tells of, and the longest. */
  readonly longTasks: number
  readonly longestTaskMs: number
  /** Frames of which script and layout took more than 50 ms. */
  readonly longFrames: number
}

/** Two frames at 60 Hz, milliseconds, with a little for the timer's grain. */
const LATE_MS = 34

/** Runs in the page before anything of its own: a recorder of frames, and when the lanes were first drawn. */
export const RECORDER = `(() => {
  const tasks = [], long = []
  const observe = (type, into) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return
    new PerformanceObserver((list) => into.push(...list.getEntries())).observe({ type, buffered: true })
  }
  observe('longtask', tasks)
  observe('long-animation-frame', long)
  let at = [], run = 0
  window.benchFrames = {
    drawnMs: null,
    // Begins and ends with the moment itself: a page that draws nothing has one long frame.
    start() {
      const mine = ++run
      at = [performance.now()]
      tasks.length = 0
      long.length = 0
      const frame = () => {
        if (mine !== run) return
        at.push(performance.now())
        requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
    },
    stop() {
      run++
      at.push(performance.now())
      return { at, tasks: tasks.map((one) => one.duration), long: long.map((one) => one.duration) }
    },
    /** When two more frames have come and nothing is being read. */
    async rest() {
      const isReading = () => document.querySelector('[aria-label="Reading the view"]') !== null
      do await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      while (isReading())
    },
  }
  const look = () => {
    const isDrawn = document.querySelector('[role=treegrid] [role=row]') !== null &&
      document.querySelector('[aria-label="Reading the view"]') === null
    if (isDrawn) requestAnimationFrame((now) => { window.benchFrames.drawnMs = now })
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})()`

interface Recorded {
  readonly at: readonly number[]
  readonly tasks: readonly number[]
  readonly long: readonly number[]
}

/** Records the frames of a page while something is done to it. */
export async function recordFrames(page: Page, work: () => Promise<void>): Promise<FrameFigures> {
  await page.evaluate('benchFrames.start()')
  await work()
  const { at, tasks, long } = await page.evaluate<Recorded>('benchFrames.stop()')
  const gaps = at
    .slice(1)
    .map((time, index) => time - at[index]!)
    .sort((a, b) => a - b)
  const all = gaps.reduce((sum, gap) => sum + gap, 0)
  const late = gaps.filter((gap) => gap > LATE_MS).reduce((sum, gap) => sum + gap, 0)
  return {
    frames: gaps.length,
    medianMs: gaps[gaps.length >> 1] ?? NaN,
    p95Ms: gaps[Math.floor(gaps.length * 0.95)] ?? NaN,
    longestMs: gaps.at(-1) ?? NaN,
    lateShare: late / all,
    longTasks: tasks.length,
    longestTaskMs: Math.max(0, ...tasks),
    longFrames: long.length,
  }
}
