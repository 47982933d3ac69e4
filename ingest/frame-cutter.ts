import { HOLE } from '../model/frame-shape.ts'
import { timeLayoutOf, timeWriter, type TimeWriter } from '../model/time-layout.ts'
import type { Micros } from '../model/time.ts'

/** What a frame is cut by: the texts that the other columns hold. */
export interface FrameRow {
  readonly text: string
  readonly body: string
  readonly host: string | null
  readonly time: Micros
  readonly timeNs: number
  readonly stampText?: string | undefined
}

interface Hole {
  readonly start: number
  readonly end: number
  readonly mark: string
}

/** Time layouts in use at once: one per format and zone. Past it they are forgotten and found again. */
const MAX_LAYOUTS = 64
/** Frames beside the body longer than this have no shape worth remembering. */
const MAX_FRAME_LENGTH = 16_384
/**
 * Attributes looked for in a frame, those tried for a value of a document, and places tried for one
 * attribute: a hostile frame of thousands of equal values must not cost their square.
 */
const MAX_TRIES = 64
/** Strings of a document that are not a record's field stay in the frame when they are this short. */
const MAX_STATIC_STRING = 24

/**
 * Cuts the raw text of a record into its frame (model/frame-shape.ts) and the values of the holes
 * that no column holds. What comes out is a proposal: the caller rebuilds the text and compares.
 */
export class FrameCutter {
  /** The outcome of the last `cut`. */
  frame = ''
  /** Values of the `v` holes, in order. */
  readonly values: string[] = []

  #writers: TimeWriter[] = []
  #attributes: readonly string[] = []

  /**
   * False when the body is not a part of the text. `attributes` are the varying attributes' values as
   * text, in order.
   */
  cut(row: FrameRow, attributes: readonly string[]): boolean {
    this.frame = ''
    this.values.length = 0
    this.#attributes = attributes
    const { text, body } = row
    if (text.length - body.length > MAX_FRAME_LENGTH) return false
    if (isDocument(text)) {
      if (text.includes(HOLE)) return false
      this.#cutDocument(row)
      return true
    }
    const at = text.endsWith(body) ? text.length - body.length : text.indexOf(body)
    if (at < 0) return false
    const after = at + body.length
    if (hasHole(text, 0, at) || hasHole(text, after, text.length)) return false
    this.#cutText(row, 0, at)
    if (body !== '') this.frame += `${HOLE}b`
    if (after < text.length) this.#cutText(row, after, text.length)
    return true
  }

  #cutText(row: FrameRow, from: number, to: number): void {
    if (from === to) return
    const holes = this.#knownHoles(row, from, to)
    let at = from
    for (const hole of holes) {
      this.#cutRest(row.text, at, hole.start)
      this.frame += hole.mark
      at = hole.end
    }
    this.#cutRest(row.text, at, to)
  }

  /** The places of time, host and attributes in `[from, to)`, in order, without overlaps. */
  #knownHoles(row: FrameRow, from: number, to: number): Hole[] {
    const holes: Hole[] = []
    const { text, stampText, host } = row
    if (stampText !== undefined && stampText !== '') {
      const layout = this.#layoutOf(stampText, row.time, row.timeNs)
      if (layout !== undefined) place(holes, text, stampText, from, to, `${HOLE}t${layout}${HOLE}`)
    }
    if (host !== null && host !== '') place(holes, text, host, from, to, `${HOLE}h`)
    const count = Math.min(this.#attributes.length, MAX_TRIES)
    for (let i = 0; i < count; i++) {
      const value = this.#attributes[i]!
      if (value !== '') place(holes, text, value, from, to, `${HOLE}a${i}${HOLE}`)
    }
    return holes
  }

  /** Static text, but for runs with a digit (process ids, counters), which become values. */
  #cutRest(text: string, from: number, to: number): void {
    let start = from
    let i = from
    if (from === 0 && text.charCodeAt(0) === 60) {
      // `<134>`: a PRI has at most 192 values (RFC 5424 section 6.2.1), it may stay in the frame.
      const end = text.indexOf('>')
      if (end > 1 && end <= 4 && end < to) i = end + 1
    }
    while (i < to) {
      if (!isRunUnit(text.charCodeAt(i))) {
        i++
        continue
      }
      const runStart = i
      let digit = false
      for (; i < to; i++) {
        const code = text.charCodeAt(i)
        if (!isRunUnit(code)) break
        if (code >= 48 && code <= 57) digit = true
      }
      if (!digit) continue
      this.frame += `${text.slice(start, runStart)}${HOLE}v`
      this.values.push(text.slice(runStart, i))
      start = i
    }
    this.frame += text.slice(start, to)
  }

  /** The layout that writes the stamp; the layouts used last are tried first. */
  #layoutOf(stampText: string, time: Micros, timeNs: number): string | undefined {
    for (let i = 0; i < this.#writers.length; i++) {
      const writer = this.#writers[i]!
      if (writer.write(time, timeNs) !== stampText) continue
      if (i > 0) {
        this.#writers[i] = this.#writers[i - 1]!
        this.#writers[i - 1] = writer
      }
      return writer.layout
    }
    const layout = timeLayoutOf(stampText, time, timeNs)
    if (layout === undefined) return undefined
    if (this.#writers.length >= MAX_LAYOUTS) this.#writers = []
    this.#writers.unshift(timeWriter(layout))
    return layout
  }

  /** A JSON document: the strings and numbers that are values become holes, keys stay. */
  #cutDocument(row: FrameRow): void {
    const { text } = row
    const { stampText } = row
    const layout =
      stampText === undefined ? undefined : this.#layoutOf(stampText, row.time, row.timeNs)
    const body = inJson(row.body)
    let start = 0
    let i = 0
    let expected = 0
    let isPlaced = false
    while (i < text.length) {
      const code = text.charCodeAt(i)
      const quoted = code === QUOTE
      if (!quoted && code !== MINUS && !(code >= 48 && code <= 57)) {
        i++
        continue
      }
      const from = quoted ? i + 1 : i
      const to = quoted ? stringEnd(text, from) : numberEnd(text, from)
      i = quoted ? to + 1 : to
      if (quoted && isKey(text, i)) continue
      const value = text.slice(from, to)
      const bodyAt = quoted && !isPlaced ? placeInValue(value, row.body) : -1
      if (bodyAt >= 0) {
        // A message of a known format: the body is what that format left of it.
        isPlaced = true
        this.frame += text.slice(start, from)
        this.#cutText(row, from, from + bodyAt)
        this.frame += `${HOLE}b`
        start = from + bodyAt + row.body.length
        this.#cutText(row, start, to)
        start = to
        continue
      }
      let mark = ''
      if (quoted && value === body && body !== '') mark = `${HOLE}B`
      else if (layout !== undefined && value === stampText) mark = `${HOLE}t${layout}${HOLE}`
      else if (quoted && value === row.host && value !== '') mark = `${HOLE}H`
      else {
        const index = this.#attributeWith(value, expected)
        if (index >= 0) {
          expected = index + 1
          mark = `${HOLE}${quoted ? 'A' : 'a'}${index}${HOLE}`
        } else if (isVarying(value)) {
          mark = `${HOLE}v`
          this.values.push(value)
        } else continue
      }
      this.frame += text.slice(start, from) + mark
      start = to
    }
    this.frame += text.slice(start)
  }

  /** The index of an attribute with this value (escaped as in JSON), looked for from `expected` on. */
  #attributeWith(value: string, expected: number): number {
    const attributes = this.#attributes
    const escaped = value.includes('\\')
    for (let n = 0; n < attributes.length && n < MAX_TRIES; n++) {
      const i = (expected + n) % attributes.length
      const attribute = attributes[i]!
      if (attribute === value ? value !== '' : escaped && inJson(attribute) === value) return i
    }
    return -1
  }
}

const QUOTE = 34
const BACKSLASH = 92
const MINUS = 45

const isDocument = (text: string): boolean =>
  text.charCodeAt(0) === 123 && text.trimEnd().endsWith('}')

function hasHole(text: string, from: number, to: number): boolean {
  const at = text.indexOf(HOLE, from)
  return at >= 0 && at < to
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

/** Bodies shorter than this may stand in a value by chance. */
const MIN_INNER_BODY = 8

/** Where the body stands in a longer value that is written without escapes; -1 where it does not. */
function placeInValue(value: string, body: string): number {
  if (value.length <= body.length || body.length < MIN_INNER_BODY || value.includes('\\')) return -1
  return value.endsWith(body) ? value.length - body.length : value.indexOf(body)
}

function stringEnd(text: string, from: number): number {
  let i = from
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) return i
    if (code === BACKSLASH) i++
  }
  return text.length
}

function numberEnd(text: string, from: number): number {
  let i = from + 1
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // Digits, sign, point, exponent.
    if (!(code >= 48 && code <= 57) && !'+-.eE'.includes(text.charAt(i))) break
  }
  return i
}

function isKey(text: string, after: number): boolean {
  let i = after
  while (text.charCodeAt(i) === 32) i++
  return text.charCodeAt(i) === 58
}

/** A value of a document that no column holds: kept in the frame only when it looks like one of a few. */
const isVarying = (value: string): boolean =>
  value.length > MAX_STATIC_STRING || /[\d ]/.test(value)

const isAlphanumeric = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90)

/** Letters, digits and what joins them inside one identifier: `- . _ :`. */
const isRunUnit = (code: number): boolean =>
  isAlphanumeric(code) || code === 45 || code === 46 || code === 95 || code === 58 || code > 127

/** Adds the first place of `value` in `[from, to)` that is free and not part of a longer word. */
function place(
  holes: Hole[],
  text: string,
  value: string,
  from: number,
  to: number,
  mark: string,
): void {
  let tries = 0
  for (let at = text.indexOf(value, from); at >= 0; at = text.indexOf(value, at + 1)) {
    if (tries++ === MAX_TRIES) return
    const end = at + value.length
    if (end > to) return
    if (at > from && isAlphanumeric(text.charCodeAt(at - 1))) continue
    if (end < to && isAlphanumeric(text.charCodeAt(end))) continue
    const before = holes.findLastIndex((hole) => hole.start < end)
    if (before >= 0 && holes[before]!.end > at) continue
    holes.splice(before + 1, 0, { start: at, end, mark })
    return
  }
}
