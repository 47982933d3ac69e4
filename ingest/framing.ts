const LF = 10
const CR = 13
const NUL = 0
const SPACE = 32
const MAX_COUNT_DIGITS = 10
/** A larger number is no count: to skip so much would swallow all that a connection says after it. */
const LARGEST_COUNT = 64 * 1024 * 1024
/** Room for the CRLF that a frame of exactly the limit may end with. */
const TERMINATOR_ROOM = 2

/** Frames up to this size are kept whole unless configured otherwise (formats.md 1.1). */
export const DEFAULT_FRAME_LIMIT = 64 * 1024

const TRUNCATED = 0x8000_0000
const PREFIX = 4

/**
 * Frames on their way into one envelope: each is a 32-bit little-endian length, whose top bit says
 * that the frame was cut at the limit, and its bytes. Read by {@link forEachFrame}.
 */
export class FrameBundle {
  #buffer = Buffer.allocUnsafe(4096)
  #length = 0
  #count = 0
  #truncated = 0

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#length
  }

  /** How many of the frames were cut at the limit. */
  get truncated(): number {
    return this.#truncated
  }

  add(bytes: Uint8Array, start: number, end: number, truncated: boolean): void {
    const size = end - start
    this.#reserve(PREFIX + size)
    this.#buffer.writeUInt32LE(truncated ? (size | TRUNCATED) >>> 0 : size, this.#length)
    this.#buffer.set(bytes.subarray(start, end), this.#length + PREFIX)
    this.#length += PREFIX + size
    this.#count++
    if (truncated) this.#truncated++
  }

  /** The body of an envelope; the bundle is empty again. */
  take(): Uint8Array {
    const body = this.#buffer.subarray(0, this.#length)
    this.#buffer = Buffer.allocUnsafe(4096)
    this.#length = 0
    this.#count = 0
    this.#truncated = 0
    return body
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}

/**
 * Calls `visit` for each frame of a body written by {@link FrameBundle}. Answers false when the body
 * does not end with a frame; what came before has been visited.
 */
export function forEachFrame(
  body: Buffer,
  visit: (start: number, end: number, truncated: boolean) => void,
): boolean {
  let offset = 0
  while (offset + PREFIX <= body.length) {
    const prefix = body.readUInt32LE(offset)
    const start = offset + PREFIX
    const end = start + (prefix & ~TRUNCATED)
    if (end > body.length) return false
    visit(start, end, prefix >= TRUNCATED)
    offset = end
  }
  return offset === body.length
}

type State = 'start' | 'count' | 'proof' | 'counted' | 'line'

/**
 * Cuts a TCP or TLS syslog stream into frames (RFC 6587, RFC 5425), deciding octet counting or line by
 * line anew for each frame, because relays mix. Any cutting of the stream into chunks gives the same
 * frames.
 *
 * - `N SP` before `<` or `{` begins a counted frame. Before anything else it does so only when the frame
 *   before was counted: a bare text line may begin with a number too.
 * - A count of more than 64 MiB is none.
 * - Counted frames lose one trailing LF, CRLF or NUL (rsyslog counts its LF).
 * - Lines end with LF, CRLF or NUL; empty ones are nothing.
 * - A frame over the limit is cut there and marked; the rest is skipped by its count or to its line end.
 */
export class FrameReader {
  readonly #limit: number
  readonly #partial: PartialFrame
  #state: State = 'start'
  #count = 0
  #digits = 0
  #remaining = 0
  #wasCounted = false

  constructor(limit = DEFAULT_FRAME_LIMIT) {
    this.#limit = limit
    this.#partial = new PartialFrame(limit + TERMINATOR_ROOM)
  }

  /** True between two frames: nothing is lost if the stream ends here. */
  get isIdle(): boolean {
    return this.#state === 'start'
  }

  /** Puts every frame that `chunk` completes into `bundle`. */
  push(chunk: Buffer, bundle: FrameBundle): void {
    // A NUL is rare: it is looked for once, and again only after one was passed.
    let nul = chunk.indexOf(NUL)
    let offset = 0
    while (offset < chunk.length) {
      switch (this.#state) {
        case 'start':
          offset = this.#begin(chunk, offset)
          break
        case 'count':
          offset = this.#readCount(chunk, offset)
          break
        case 'proof':
          this.#decide(chunk[offset]!)
          break
        case 'counted':
          offset = this.#readCounted(chunk, offset, bundle)
          break
        case 'line':
          if (nul !== -1 && nul < offset) nul = chunk.indexOf(NUL, offset)
          offset = this.#readLine(chunk, offset, nul, bundle)
          break
      }
    }
  }

  /** The stream has ended: what is left is a frame; a counted one that is incomplete is marked as cut. */
  end(bundle: FrameBundle): void {
    const incomplete = this.#state === 'counted'
    if (this.#state === 'count' || this.#state === 'proof') this.#keepCountAsText()
    const { bytes, length, overflowed } = this.#partial
    if (length > 0) this.#emit(bytes, 0, length, overflowed || incomplete, 'line', bundle)
    this.#reset()
  }

  #begin(chunk: Buffer, offset: number): number {
    const byte = chunk[offset]!
    if (byte === LF || byte === CR || byte === NUL) return offset + 1
    this.#state = byte >= 49 && byte <= 57 ? 'count' : 'line'
    return offset
  }

  #readCount(chunk: Buffer, offset: number): number {
    const byte = chunk[offset]!
    if (byte >= 48 && byte <= 57 && this.#digits < MAX_COUNT_DIGITS) {
      this.#count = this.#count * 10 + byte - 48
      this.#digits++
      return offset + 1
    }
    if (byte === SPACE) {
      this.#state = 'proof'
      return offset + 1
    }
    this.#keepCountAsText()
    return offset
  }

  #decide(byte: number): void {
    if (this.#count > LARGEST_COUNT) return this.#keepCountAsText()
    const proven = byte === 0x3c || byte === 0x7b
    if (!proven && !this.#wasCounted) return this.#keepCountAsText()
    this.#remaining = this.#count
    this.#state = 'counted'
  }

  #keepCountAsText(): void {
    const text = Buffer.from(this.#state === 'proof' ? `${this.#count} ` : `${this.#count}`)
    this.#partial.append(text, 0, text.length)
    this.#state = 'line'
  }

  #readCounted(chunk: Buffer, offset: number, bundle: FrameBundle): number {
    const end = Math.min(chunk.length, offset + this.#remaining)
    const isWhole = end - offset === this.#remaining
    this.#remaining -= end - offset
    this.#take(chunk, offset, end, isWhole, 'counted', bundle)
    return end
  }

  #readLine(chunk: Buffer, offset: number, nul: number, bundle: FrameBundle): number {
    const lf = chunk.indexOf(LF, offset)
    const end = lf === -1 ? nul : nul === -1 ? lf : Math.min(lf, nul)
    if (end < offset) {
      this.#take(chunk, offset, chunk.length, false, 'line', bundle)
      return chunk.length
    }
    this.#take(chunk, offset, end, true, 'line', bundle)
    return end + 1
  }

  #take(
    chunk: Buffer,
    start: number,
    end: number,
    isWhole: boolean,
    kind: 'counted' | 'line',
    bundle: FrameBundle,
  ): void {
    const partial = this.#partial
    if (!isWhole || partial.length > 0) partial.append(chunk, start, end)
    if (!isWhole) return
    if (partial.length > 0) {
      this.#emit(partial.bytes, 0, partial.length, partial.overflowed, kind, bundle)
    } else {
      const overflowed = end - start > this.#limit + TERMINATOR_ROOM
      this.#emit(chunk, start, end, overflowed, kind, bundle)
    }
    this.#wasCounted = kind === 'counted'
    this.#reset()
  }

  #emit(
    bytes: Uint8Array,
    start: number,
    end: number,
    overflowed: boolean,
    kind: 'counted' | 'line',
    bundle: FrameBundle,
  ): void {
    let last = overflowed ? end : withoutTerminator(bytes, start, end, kind)
    const truncated = overflowed || last - start > this.#limit
    if (truncated) last = characterEnd(bytes, start, Math.min(last, start + this.#limit))
    if (last > start) bundle.add(bytes, start, last, truncated)
  }

  #reset(): void {
    this.#partial.clear()
    this.#state = 'start'
    this.#count = 0
    this.#digits = 0
    this.#remaining = 0
  }
}

/** The beginning of a frame whose end has not come yet, up to a capacity. */
class PartialFrame {
  readonly #capacity: number
  bytes = Buffer.alloc(0)
  length = 0
  /** True when more was appended than is kept. */
  overflowed = false

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  append(chunk: Uint8Array, start: number, end: number): void {
    const kept = Math.min(end - start, this.#capacity - this.length)
    if (kept < end - start) this.overflowed = true
    if (kept === 0) return
    this.#reserve(this.length + kept)
    this.bytes.set(chunk.subarray(start, start + kept), this.length)
    this.length += kept
  }

  clear(): void {
    // A connection that once sent something big must not hold its memory for ever.
    if (this.bytes.length > 4096) this.bytes = Buffer.alloc(0)
    this.length = 0
    this.overflowed = false
  }

  #reserve(size: number): void {
    if (size <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.min(this.#capacity, Math.max(size, 512, size * 2)))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}

function withoutTerminator(
  bytes: Uint8Array,
  start: number,
  end: number,
  kind: 'counted' | 'line',
): number {
  if (end === start) return end
  const last = bytes[end - 1]
  // The reader of lines has already taken the LF or NUL away.
  if (kind === 'line') return last === CR ? end - 1 : end
  if (last === NUL) return end - 1
  if (last !== LF) return end
  return end - 1 > start && bytes[end - 2] === CR ? end - 2 : end - 1
}

/** The last place at or before `end` that does not cut a UTF-8 character in two. */
function characterEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let i = end - 1; i >= start && i >= end - 4; i--) {
    const byte = bytes[i]!
    if (byte < 0x80) return end
    if (byte >= 0xc0) return i + sequenceLength(byte) <= end ? end : i
  }
  return end
}

function sequenceLength(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
}
