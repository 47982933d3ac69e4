import { SingleBar } from 'cli-progress'
import type { CopyProgress } from '../copy/copy.ts'

/** What is told while a copy runs: a bar where somebody watches, else lines now and then. */
export interface CopyReport {
  /** Questions compared so far. */
  readonly compared: number
  progress(progress: CopyProgress): void
  copied(): void
  compares(what: string): void
  /** Takes the bar away; may be called again. */
  end(): void
}

/** Between lines about one long day. */
const LINE_EVERY_MS = 10_000

export function copyReport(): CopyReport {
  return process.stderr.isTTY ? new BarReport() : new LineReport()
}

const doneOf = ({ records, points }: CopyProgress): number => records + points
const allOf = ({ of }: CopyProgress): number => of.records + of.points

const totals = ({ records, points, of }: CopyProgress): string =>
  `${records} of ${of.records} records, ${points} of ${of.points} points`

class BarReport implements CopyReport {
  compared = 0
  #bar: SingleBar | undefined

  progress(progress: CopyProgress): void {
    const { day } = progress
    this.#bar ??= this.#start('copying {day} {bar} {percentage}% | {eta_formatted} left', progress)
    this.#bar.update(doneOf(progress), { day })
  }

  copied(): void {
    this.end()
  }

  compares(what: string): void {
    this.compared++
    process.stderr.write(`\r\x1b[Kcomparing ${what}`)
  }

  end(): void {
    this.#bar?.stop()
    this.#bar = undefined
    if (this.compared > 0) process.stderr.write('\r\x1b[K')
  }

  #start(format: string, progress: CopyProgress): SingleBar {
    const bar = new SingleBar({ format, stream: process.stderr })
    bar.start(allOf(progress), doneOf(progress), { day: progress.day })
    return bar
  }
}

class LineReport implements CopyReport {
  compared = 0
  #saidAt = performance.now()
  #last: CopyProgress | undefined

  progress(progress: CopyProgress): void {
    this.#last = progress
    const now = performance.now()
    if (!progress.isDayDone && now - this.#saidAt < LINE_EVERY_MS) return
    this.#saidAt = now
    const done = progress.isDayDone ? 'is copied' : 'is being copied'
    process.stderr.write(`${progress.day} ${done}: ${totals(progress)}\n`)
  }

  copied(): void {
    if (this.#last === undefined) process.stderr.write('everything had been copied\n')
  }

  compares(): void {
    this.compared++
  }

  end(): void {
    // Lines stand by themselves.
  }
}
