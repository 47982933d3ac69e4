/**
 * The order of the questions of one view. The lanes go first: asked all at once, a server with two cores answers the
 * one that the eye waits for no sooner than the last.
 */

/** The lanes may be asked for a moment later than the rest: their columns are known once the plot is laid out. */
const GRACE_MS = 60
/** The rest does not wait longer than that for lanes that are slow. */
const MOST_MS = 1_500

let asked = 0
let waiting: (() => void)[] = []

/** Asks for lanes; whatever comes {@link afterLanes} waits for its end. */
export async function lanesFirst<T>(question: () => Promise<T>): Promise<T> {
  asked++
  try {
    return await question()
  } finally {
    asked--
    if (asked === 0) {
      for (const go of waiting) go()
      waiting = []
    }
  }
}

/** Asks once no lanes are on their way, or after at most 1.5 s. */
export async function afterLanes<T>(question: () => Promise<T>): Promise<T> {
  await later(GRACE_MS)
  if (asked > 0) await Promise.race([new Promise<void>((go) => waiting.push(go)), later(MOST_MS)])
  return question()
}

const later = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
