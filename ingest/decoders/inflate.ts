import { Buffer } from 'node:buffer'
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import snappy from 'snappyjs'
import { AppError, messageOf, quote } from '../../model/errors.ts'
import { LimitError, LIMITS } from './limits.ts'

/** The bytes of a typed array as a Buffer over the same memory. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const tooLarge = (limit: number, cause?: unknown): AppError =>
  new LimitError(
    'inflatedBytes',
    `the body is larger than ${limit} bytes after decompression; send smaller batches`,
    { cause },
  )

const corrupt = (encoding: string, cause: unknown): AppError =>
  new AppError('invalid_request', `cannot decompress the ${encoding} body: ${messageOf(cause)}`, {
    cause,
  })

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}

/** RFC 9110 §8.4.1.2 means zlib by `deflate`; some senders mean raw deflate: both are read. */
function inflateEither(body: Uint8Array, options: { maxOutputLength: number }): Buffer {
  const isZlib = (body[0]! & 0x0f) === 8 && ((body[0]! << 8) | body[1]!) % 31 === 0
  return isZlib ? inflateSync(body, options) : inflateRawSync(body, options)
}

function inflater(encoding: string) {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync
    case 'deflate':
      return inflateEither
    default:
      throw new AppError(
        'unsupported_media_type',
        `cannot read content encoding ${quote(encoding)}; send identity, gzip or deflate`,
      )
  }
}

/**
 * The body without its `Content-Encoding`, at most `limit` bytes: inflation stops there, whatever the
 * body claims. Throws `too_large`, `invalid_request` or `unsupported_media_type`.
 */
export function inflate(
  body: Uint8Array,
  encoding: string | undefined,
  limit: number = LIMITS.inflatedBytes,
): Buffer {
  const name = (encoding ?? '').trim().toLowerCase()
  if (name === '' || name === 'identity') {
    if (body.byteLength > limit) throw tooLarge(limit)
    return bufferOf(body)
  }
  const decompress = inflater(name)
  try {
    return decompress(body, { maxOutputLength: limit })
  } catch (error) {
    throw isTooLarge(error) ? tooLarge(limit, error) : corrupt(name, error)
  }
}

/** A number of 1 to 4 little-endian bytes. */
function littleEndian(body: Uint8Array, at: number, bytes: number): number {
  let value = 0
  for (let i = 0; i < bytes; i++) value += (body[at + i] ?? NaN) * 2 ** (8 * i)
  return value
}

/** Length in the preamble of a snappy block (format description §1) and where its elements begin. */
function snappyPreamble(body: Uint8Array): { length: number; at: number } | undefined {
  let length = 0
  for (let at = 0; at < 5; at++) {
    const byte = body[at]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return { length, at: at + 1 }
  }
  return undefined
}

/**
 * True when the elements of a snappy block (format description §2) stay inside it and give exactly
 * `length` bytes. snappyjs 0.7 reads a literal's 4-byte length as signed and then runs backwards for
 * ever, so that a block is walked through before it is given one.
 */
function isSnappySound(body: Uint8Array, start: number, length: number): boolean {
  let written = 0
  let at = start
  while (at < body.length && written <= length) {
    const tag = body[at++]!
    const upper = tag >>> 2
    if ((tag & 3) === 0) {
      const extra = upper < 60 ? 0 : upper - 59
      const literal = (extra === 0 ? upper : littleEndian(body, at, extra)) + 1
      at += extra + literal
      written += literal
    } else {
      const bytes = [0, 1, 2, 4][tag & 3]!
      const low = littleEndian(body, at, bytes)
      const offset = bytes === 1 ? (tag >>> 5) * 256 + low : low
      if (!(offset >= 1 && offset <= written)) return false
      written += bytes === 1 ? (upper & 7) + 4 : upper + 1
      at += bytes
    }
  }
  return at === body.length && written === length
}

/**
 * The bytes of a snappy block (not the framed format), as Prometheus and Loki clients send them. The
 * claimed length is checked before anything is allocated.
 */
export function uncompressSnappy(body: Uint8Array, limit: number = LIMITS.inflatedBytes): Buffer {
  const preamble = snappyPreamble(body)
  if (preamble !== undefined && preamble.length > limit) throw tooLarge(limit)
  if (preamble === undefined || !isSnappySound(body, preamble.at, preamble.length)) {
    throw corrupt('snappy', 'it is not one sound snappy block')
  }
  try {
    return bufferOf(snappy.uncompress(bufferOf(body), limit))
  } catch (error) {
    throw corrupt('snappy', error)
  }
}
