import { Buffer } from 'node:buffer'
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import snappy from 'snappyjs'
import { AppError, messageOf, quote } from '../../model/errors.ts'
import { LIMITS } from './limits.ts'

/** The bytes of a typed array as a Buffer over the same memory. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const tooLarge = (limit: number, cause?: unknown): AppError =>
  new AppError(
    'too_large',
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

/** Length in the preamble of a snappy block (format description §1), -1 when it is not a varint32. */
function snappyLength(body: Uint8Array): number {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = body[i]
    if (byte === undefined) return -1
    length += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return length
  }
  return -1
}

/** A snappy copy element of 3 bytes yields at most 64: no honest block grows more than this. */
const SNAPPY_MAX_RATIO = 24

/**
 * The bytes of a snappy block (not the framed format), as Prometheus and Loki clients send them. The
 * claimed length is checked before anything is allocated.
 */
export function uncompressSnappy(body: Uint8Array, limit: number = LIMITS.inflatedBytes): Buffer {
  const length = snappyLength(body)
  if (length > limit) throw tooLarge(limit)
  if (length < 0 || length > body.byteLength * SNAPPY_MAX_RATIO) {
    throw corrupt('snappy', 'the length at its start does not fit the block')
  }
  try {
    return bufferOf(snappy.uncompress(bufferOf(body), limit))
  } catch (error) {
    throw corrupt('snappy', error)
  }
}
