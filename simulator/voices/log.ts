import type { Speaker } from '../plant/plant.ts'

/** One syslog message, and what only the truth may know about it. */
export interface Line {
  /** When it happened, true time in microseconds; a time of relaying in the frame may be later. */
  readonly us: number
  /** The message as it goes over the wire, without framing. */
  readonly frame: string
  /** What the speaker calls itself in the frame. */
  readonly host: string
  /** Index of the fault or decoy it speaks of, -1 for none. */
  readonly cause: number
  /** Id of the event it reports, 0 for none. */
  readonly event: number
}

export interface About {
  readonly cause?: number
  readonly event?: number
}

/** Collects what is said during a second. */
export class Log {
  #lines: Line[] = []

  say(us: number, speaker: Speaker, frame: string, about: About = {}): void {
    const { cause = -1, event = 0 } = about
    this.#lines.push({ us, frame, host: speaker.hostname, cause, event })
  }

  /** What was said since the last call, in order of time. */
  take(): Line[] {
    const lines = this.#lines.sort((a, b) => a.us - b.us)
    this.#lines = []
    return lines
  }
}

/** When the speaker's own clock says it is. */
export function localTime(us: number, speaker: Speaker): number {
  return us + speaker.clockOffsetUs
}
