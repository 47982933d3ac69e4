import type { ShapeDescriptor } from '../../../model/batch.ts'
import type { LogRow } from '../../../model/batch-record.ts'

/**
 * What of a row neither a column nor a descriptor holds, as bytes in base64: the length of the variables (LEB128, in
 * bytes), that of the values, the texts in UTF-8, and behind them the frame where its shape has none.
 */
export type PackedRow = string

type Packed = Pick<LogRow, 'variables' | 'values' | 'verbatim'>

/** Two lengths. */
const MOST_HEAD = 10

let scratch = Buffer.allocUnsafe(4_096)

export function packRow({ variables, values, verbatim }: Packed): PackedRow {
  const [first, second] = [Buffer.byteLength(variables), Buffer.byteLength(values)]
  const needed = MOST_HEAD + first + second + (verbatim?.length ?? 0)
  if (needed > scratch.length) scratch = Buffer.allocUnsafe(2 * needed)
  let at = writeLength(second, writeLength(first, 0))
  at += scratch.write(variables, at)
  at += scratch.write(values, at)
  if (verbatim !== undefined) {
    scratch.set(verbatim, at)
    at += verbatim.length
  }
  return scratch.toString('base64', 0, at)
}

function writeLength(length: number, at: number): number {
  let left = length
  while (left > 127) {
    scratch[at++] = (left & 127) | 128
    left >>>= 7
  }
  scratch[at++] = left
  return at
}

export function unpackRow(packed: PackedRow, { frame }: ShapeDescriptor): Packed {
  const bytes = Buffer.from(packed, 'base64')
  let at = 0
  const length = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  const [first, second] = [length(), length()]
  const middle = at + first
  const end = middle + second
  return {
    variables: bytes.toString('utf8', at, middle),
    values: bytes.toString('utf8', middle, end),
    // A copy: the bytes of a small buffer are a part of a shared one.
    ...(frame === null ? { verbatim: Uint8Array.from(bytes.subarray(end)) } : {}),
  }
}
