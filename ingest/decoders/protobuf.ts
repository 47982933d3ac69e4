import { Buffer } from 'node:buffer'
import { AppError } from '../../model/errors.ts'
import { MAX_TIME, type Instant, type Micros } from '../../model/time.ts'
import { sliceText } from './text.ts'

/** Wire types of the protobuf encoding (protobuf.dev, "Encoding"); 3 and 4 are the old groups. */
const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

const TWO_32 = 4_294_967_296

/**
 * Reads one protobuf message in place: `while (reader.next()) switch (reader.field)`. Each value is read
 * by the method of its type or passed over by `skip`. Nothing is copied and no object tree is built. A
 * message that ends inside a value, or a value of another wire type than the schema says, throws
 * `invalid_request`.
 */
export class ProtobufReader {
  /** Number of the current field, after `next()`. */
  field = 0
  /** Where the next byte is read in `buffer`. */
  at: number
  readonly buffer: Buffer
  readonly end: number
  #wire = VARINT
  /** Halves of the last 64-bit value, unsigned. */
  #low = 0
  #high = 0

  constructor(buffer: Buffer, start = 0, end = buffer.length) {
    this.buffer = buffer
    this.at = start
    this.end = end
  }

  /** Goes to the next field; false at the end of the message. */
  next(): boolean {
    if (this.at >= this.end) return false
    const tag = this.#varint32()
    this.field = tag >>> 3
    this.#wire = tag & 7
    if (this.field === 0) throw this.#malformed('field number 0')
    return true
  }

  skip(): void {
    switch (this.#wire) {
      case VARINT:
        this.#varint64()
        return
      case FIXED64:
        this.#advance(8)
        return
      case BYTES:
        this.#advance(this.#varint32())
        return
      case FIXED32:
        this.#advance(4)
        return
      default:
        throw this.#malformed(`wire type ${this.#wire}`)
    }
  }

  /** uint32, bool, enum: the low 32 bits. */
  uint32(): number {
    this.#expect(VARINT)
    this.#varint64()
    return this.#low
  }

  sint32(): number {
    const value = this.uint32()
    return (value >>> 1) ^ -(value & 1)
  }

  sint64(): number {
    this.#expect(VARINT)
    this.#varint64()
    const isNegative = (this.#low & 1) === 1
    const half = Math.floor(this.#high / 2) * TWO_32 + ((this.#high & 1) * TWO_32 + this.#low) / 2
    return isNegative ? -(half + 0.5) : half
  }

  uint64(): number {
    this.#expect(VARINT)
    this.#varint64()
    return this.#high * TWO_32 + this.#low
  }

  /** int64 as a number; the nearest one past 2^53. */
  int64(): number {
    this.#expect(VARINT)
    this.#varint64()
    return (this.#high | 0) * TWO_32 + this.#low
  }

  /** int64 as a number where that is exact, else as decimal text. */
  exactInt64(): number | string {
    const value = this.int64()
    if (Number.isSafeInteger(value)) return value
    return ((BigInt(this.#high | 0) << 32n) | BigInt(this.#low)).toString()
  }

  /** fixed64 as a number; the nearest one past 2^53. */
  fixed64(): number {
    this.#readFixed64()
    return this.#high * TWO_32 + this.#low
  }

  sfixed64(): number {
    this.#readFixed64()
    return (this.#high | 0) * TWO_32 + this.#low
  }

  /** fixed64 nanoseconds since the epoch, exact; undefined for 0 and past the year 2200. */
  fixedNanos(): Instant | undefined {
    this.#readFixed64()
    // 2^32 = 4,294,967 * 1000 + 296: splits at the microsecond without a 64-bit number.
    const rest = this.#high * 296 + this.#low
    const us = this.#high * 4_294_967 + Math.floor(rest / 1000)
    if ((this.#high === 0 && this.#low === 0) || us > MAX_TIME) return undefined
    return { us: us as Micros, ns: rest % 1000 }
  }

  double(): number {
    this.#expect(FIXED64)
    const start = this.at
    this.#advance(8)
    return this.buffer.readDoubleLE(start)
  }

  /** A nested message, a string or bytes: a reader over them. */
  message(): ProtobufReader {
    this.#expect(BYTES)
    const length = this.#varint32()
    const start = this.at
    this.#advance(length)
    return new ProtobufReader(this.buffer, start, this.at)
  }

  /** A second reader of what this one has not read yet. */
  copy(): ProtobufReader {
    return new ProtobufReader(this.buffer, this.at, this.end)
  }

  string(): string {
    return this.message().text()
  }

  bytes(): Buffer {
    return this.message().rest()
  }

  /** The unread bytes of this message. */
  rest(): Buffer {
    return this.buffer.subarray(this.at, this.end)
  }

  /** The unread bytes as text; what is not UTF-8 is read as windows-1252. */
  text(): string {
    return sliceText(this.buffer, this.at, this.end, 'mixed').text
  }

  /** A packed repeated field, or one element of an unpacked one: `read` is called for each. */
  each(read: (reader: ProtobufReader) => void, wire: 'varint' | 'fixed64'): void {
    if (this.#wire !== BYTES) return read(this)
    const packed = this.message()
    packed.#wire = wire === 'varint' ? VARINT : FIXED64
    while (packed.at < packed.end) read(packed)
  }

  #expect(wire: number): void {
    if (this.#wire !== wire) {
      throw this.#malformed(`field ${this.field} with wire type ${this.#wire} in place of ${wire}`)
    }
  }

  #advance(length: number): void {
    if (length > this.end - this.at) throw this.#malformed(`${length} bytes past the end`)
    this.at += length
  }

  #readFixed64(): void {
    this.#expect(FIXED64)
    const start = this.at
    this.#advance(8)
    this.#low = this.buffer.readUInt32LE(start)
    this.#high = this.buffer.readUInt32LE(start + 4)
  }

  #varint32(): number {
    this.#varint64()
    if (this.#high !== 0) throw this.#malformed('a length past 4 GiB')
    return this.#low
  }

  #varint64(): void {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw this.#malformed('the end inside a number')
      const byte = this.buffer[this.at++]!
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else if (shift < 63) high |= bits << (shift - 32)
      else high |= (bits & 1) << 31
      if (byte < 0x80) {
        this.#low = low >>> 0
        this.#high = high >>> 0
        return
      }
    }
    throw this.#malformed('a number longer than 10 bytes')
  }

  #malformed(found: string): AppError {
    return new AppError(
      'invalid_request',
      `cannot read the protobuf body: ${found} at byte ${this.at} of ${this.buffer.length}`,
    )
  }
}

/** Writes the few small messages we answer with. */
export class ProtobufWriter {
  readonly #parts: number[] = []

  varint(field: number, value: number): this {
    this.#number(field * 8 + VARINT)
    this.#number(value)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#number(field * 8 + BYTES)
    this.#number(value.length)
    for (const byte of value) this.#parts.push(byte)
    return this
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value))
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#parts)
  }

  #number(value: number): void {
    let rest = value
    while (rest > 127) {
      this.#parts.push((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    this.#parts.push(rest)
  }
}
