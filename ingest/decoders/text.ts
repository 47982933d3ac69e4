import { type Buffer, isAscii, isUtf8 } from 'node:buffer'

const WINDOWS_1252 = new TextDecoder('windows-1252')

/** The body without the byte order mark that Windows programs begin UTF-8 with. */
export function withoutBom(body: Buffer): Buffer {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body
}

/** How the bytes of a whole body are read as text, decided once for all its lines. */
export type TextReading = 'ascii' | 'utf-8' | 'mixed'

export function textReading(body: Buffer): TextReading {
  return isAscii(body) ? 'ascii' : isUtf8(body) ? 'utf-8' : 'mixed'
}

/** Text of a slice of a body; `lossy` when it is the windows-1252 reading of bytes that are no UTF-8. */
export interface SliceText {
  readonly text: string
  readonly lossy: boolean
}

/** The text of `body[start, end)` under the body's reading: a slice of UTF-8 lines is UTF-8 itself. */
export function sliceText(
  body: Buffer,
  start: number,
  end: number,
  reading: TextReading,
): SliceText {
  if (reading === 'ascii') return { text: body.toString('latin1', start, end), lossy: false }
  if (reading === 'utf-8') return { text: body.toString('utf8', start, end), lossy: false }
  const slice = body.subarray(start, end)
  return isUtf8(slice)
    ? { text: slice.toString('utf8'), lossy: false }
    : { text: WINDOWS_1252.decode(slice), lossy: true }
}
