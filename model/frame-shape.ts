import { FIELD_SEPARATOR, type ShapeDescriptor } from './batch.ts'
import { standsAt } from './stands-at.ts'
import { timeWriter, type TimeWriter } from './time-layout.ts'
import type { Micros } from './time.ts'

/**
 * The frame of a record is its raw text with holes for what the other columns already hold. A hole is
 * NUL and a letter; time and attribute holes go on with an argument up to the next NUL:
 *
 * | hole | filled with                                                                |
 * | ---- | -------------------------------------------------------------------------- |
 * | `b`  | the body; `B` as inside a JSON string                                      |
 * | `h`  | the stream's host; `H` as inside a JSON string                             |
 * | `t`  | the event time in the layout of the argument (time-layout.ts)              |
 * | `a`  | the varying attribute whose index is the argument; `A` as in a JSON string |
 * | `v`  | the next of the row's values behind those of the varying attributes        |
 */
export const HOLE = '\0'

export type HoleLetter = 'b' | 'B' | 'h' | 'H' | 't' | 'a' | 'A' | 'v'

const WITH_ARGUMENT = 'taA'

/** What the holes of a frame are filled from. */
export interface FrameSource {
  readonly body: string
  readonly host: string | null
  readonly time: Micros
  readonly timeNs: number
  /** The row's values, split: those of the varying attributes, then one per `v` hole. */
  readonly values: readonly string[]
}

type FramePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'attribute'; readonly index: number; readonly escaped: boolean }
  | { readonly kind: 'time'; readonly writer: TimeWriter }
  | { readonly kind: 'body' | 'host'; readonly escaped: boolean }
  | { readonly kind: 'value' }

/** A frame read once, to rebuild many rows from. */
export class FrameReader {
  readonly #parts: readonly FramePart[]
  readonly #attributes: number

  /** `attributes` is how many of a row's values belong to varying attributes. */
  constructor(frame: string, attributes: number) {
    this.#parts = partsOf(frame)
    this.#attributes = attributes
  }

  /**
   * The reverse of {@link rebuild}: true when `text` is this frame around what `row` holds, and then
   * `row.values`, which comes with the values of the varying attributes, has those of the `v` holes too.
   * What is true here comes back exactly; false only says that this frame was not recognised.
   */
  match(text: string, row: FrameSource & { readonly values: string[] }): boolean {
    const parts = this.#parts
    let at = 0
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!
      let expected: string
      if (part.kind === 'text') expected = part.text
      else if (part.kind === 'value') {
        const end = this.#valueEnd(text, at, i + 1)
        if (end < 0) return false
        row.values.push(text.slice(at, end))
        at = end
        continue
      } else expected = filling(part, row)
      if (!standsAt(expected, text, at)) return false
      at += expected.length
    }
    return at === text.length
  }

  /** A value reaches to the static text behind it, or to the end. */
  #valueEnd(text: string, at: number, next: number): number {
    if (next === this.#parts.length) return text.length
    const part = this.#parts[next]!
    return part.kind === 'text' ? text.indexOf(part.text, at) : -1
  }

  /** The raw text of a row. */
  rebuild(row: FrameSource): string {
    let text = ''
    let value = this.#attributes
    for (const part of this.#parts) {
      if (part.kind === 'text') text += part.text
      else if (part.kind === 'value') text += row.values[value++]!
      else text += filling(part, row)
    }
    return text
  }
}

type KnownPart = Exclude<FramePart, { readonly kind: 'text' | 'value' }>

function filling(part: KnownPart, row: FrameSource): string {
  switch (part.kind) {
    case 'time':
      return part.writer.write(row.time, row.timeNs)
    case 'attribute':
      return inJson(row.values[part.index]!, part.escaped)
    case 'body':
      return inJson(row.body, part.escaped)
    case 'host':
      return inJson(row.host ?? '', part.escaped)
  }
}

// What JSON.stringify escapes: quotes, backslashes, control characters and lone surrogates.
const ESCAPED_IN_JSON = /["\\\u0000-\u001f\ud800-\udfff]/

function inJson(text: string, escaped: boolean): string {
  if (!escaped || !ESCAPED_IN_JSON.test(text)) return text
  return JSON.stringify(text).slice(1, -1)
}

function partsOf(frame: string): FramePart[] {
  const parts: FramePart[] = []
  let from = 0
  for (let at = frame.indexOf(HOLE); at >= 0; at = frame.indexOf(HOLE, from)) {
    if (at > from) parts.push({ kind: 'text', text: frame.slice(from, at) })
    const letter = frame.charAt(at + 1) as HoleLetter
    from = at + 2
    let argument = ''
    if (WITH_ARGUMENT.includes(letter)) {
      const end = frame.indexOf(HOLE, from)
      argument = frame.slice(from, end)
      from = end + 1
    }
    parts.push(holePart(letter, argument))
  }
  if (from < frame.length) parts.push({ kind: 'text', text: frame.slice(from) })
  return parts
}

function holePart(letter: HoleLetter, argument: string): FramePart {
  switch (letter) {
    case 'b':
    case 'B':
      return { kind: 'body', escaped: letter === 'B' }
    case 'h':
    case 'H':
      return { kind: 'host', escaped: letter === 'H' }
    case 'a':
    case 'A':
      return { kind: 'attribute', index: Number(argument), escaped: letter === 'A' }
    case 't':
      return { kind: 'time', writer: timeWriter(argument) }
    case 'v':
      return { kind: 'value' }
  }
}

/** A row's values, which are written in one string: `json` when one of them holds the separator. */
export function splitValues(text: string, style: ShapeDescriptor['values']): string[] {
  return style === 'json' ? (JSON.parse(text) as string[]) : text.split(FIELD_SEPARATOR)
}
