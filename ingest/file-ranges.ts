import type { FileSpan } from './decoders/decoder.ts'

/**
 * Which bytes of which files have been taken: what makes an import that is started again, or a file
 * that is sent twice, store nothing twice, whatever its size. Usually one range per file.
 */
export class FileRanges {
  readonly #files: Map<string, number[]>
  readonly #touched = new Set<string>()
  /** The last span taken in this request. */
  #previous: FileSpan | undefined

  /** From the last run: per file rising, merged `[from, to, from, to, …]`. */
  constructor(known: ReadonlyMap<string, readonly number[]> = new Map()) {
    this.#files = new Map([...known].map(([file, ranges]) => [file, [...ranges]]))
  }

  /** The spans that follow are of another request. */
  beginRequest(): void {
    this.#previous = undefined
  }

  /**
   * True when the record at the span was taken before, all of it; else it is taken from now on. A record
   * that had been taken up to its middle is none that was taken: its last line, or its last lines, were
   * not written yet when the file was read.
   */
  saw(span: FileSpan): boolean {
    const end = this.#endBefore(span)
    this.#previous = span
    const { file, from, to } = span
    let ranges = this.#files.get(file)
    if (ranges === undefined) this.#files.set(file, (ranges = []))
    const last = ranges.length - 1
    // Files are read forwards: nearly every span goes on where the last one ended. What a request has
    // between two of its spans is no record (blank lines) and is done with too.
    if (last > 0 && ranges[last] === end) {
      ranges[last] = to
    } else {
      const at = firstAfter(ranges, from)
      if (at % 2 === 0) insert(ranges, at, from, to)
      else {
        const knownTo = ranges[at]!
        if (knownTo < to) {
          extend(ranges, at, to)
          this.#touched.add(file)
        }
        return knownTo >= (span.end ?? to)
      }
    }
    this.#touched.add(file)
    return false
  }

  /** Up to where the file is done with before `span`, if the spans before it say so. */
  #endBefore(span: FileSpan): number {
    const previous = this.#previous
    return previous?.file === span.file && previous.to < span.from ? previous.to : span.from
  }

  /** The ranges of the files touched since the last call. */
  take(): Map<string, readonly number[]> {
    const touched = new Map<string, readonly number[]>()
    for (const file of this.#touched) touched.set(file, [...(this.#files.get(file) ?? [])])
    this.#touched.clear()
    return touched
  }
}

/** The number of bounds at or below `offset`: odd when it lies inside a range. */
function firstAfter(ranges: readonly number[], offset: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle]! <= offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Moves bound `at`, which ends a range, to `to`, and merges what it touches. */
function extend(ranges: number[], at: number, to: number): void {
  let stop = at + 1
  let newTo = to
  while (stop < ranges.length && ranges[stop]! <= to) {
    newTo = Math.max(newTo, ranges[stop + 1]!)
    stop += 2
  }
  ranges.splice(at, stop - at, newTo)
}

/** Puts `[from, to)` before bound `at`, which begins a range, and merges what it touches. */
function insert(ranges: number[], at: number, from: number, to: number): void {
  let end = at
  let newTo = to
  while (end < ranges.length && ranges[end]! <= to) {
    newTo = Math.max(newTo, ranges[end + 1]!)
    end += 2
  }
  if (at > 0 && ranges[at - 1] === from) ranges.splice(at - 1, end - at + 1, newTo)
  else ranges.splice(at, end - at, from, newTo)
}
