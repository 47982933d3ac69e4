import { crc32 } from 'node:zlib'
import { PROTOCOLS, type Envelope } from './port.ts'
import { micros } from '../model/time.ts'

/** First bytes of an entry: where a reader that lost its way looks for the next one. */
const MAGIC = 0x31454c50
const MAGIC_BYTES = Buffer.from('PLE1')
const HEADER_BYTES = 20
const HEAD_LENGTH_BYTES = 4

/**
 * An envelope as it is written. On disk, little-endian: magic `PLE1`, its own offset in the segment,
 * payload length, CRC-32 of the payload, CRC-32 of these 16 bytes; then the payload: length of the
 * head, head (JSON: protocol, received, peer, meta), body as received. The offset in the header makes
 * bytes inside a body that look like an entry fail.
 */
export class EncodedEntry {
  readonly #head: Buffer
  readonly #body: Uint8Array
  readonly #payloadCrc: number

  constructor(envelope: Envelope) {
    const { protocol, received, peer, meta, body } = envelope
    const json = Buffer.from(JSON.stringify({ protocol, received, peer, meta }))
    this.#head = Buffer.allocUnsafe(HEAD_LENGTH_BYTES + json.length)
    this.#head.writeUInt32LE(json.length, 0)
    json.copy(this.#head, HEAD_LENGTH_BYTES)
    this.#body = body
    this.#payloadCrc = crc32(body, crc32(this.#head))
  }

  /** Bytes it takes on disk. */
  get size(): number {
    return HEADER_BYTES + this.#head.length + this.#body.length
  }

  /** The pieces to write at `offset` of a segment. The body is not copied. */
  at(offset: number): Uint8Array[] {
    const header = Buffer.allocUnsafe(HEADER_BYTES)
    header.writeUInt32LE(MAGIC, 0)
    header.writeUInt32LE(offset, 4)
    header.writeUInt32LE(this.#head.length + this.#body.length, 8)
    header.writeUInt32LE(this.#payloadCrc, 12)
    header.writeUInt32LE(crc32(header.subarray(0, 16)), 16)
    return [header, this.#head, this.#body]
  }
}

/** What stands at a place of a segment. */
export type SpoolPart =
  | {
      readonly kind: 'entry'
      readonly start: number
      readonly end: number
      readonly envelope: Envelope
    }
  /** Bytes that are no entry; `end` is where the next one begins, or the end of the segment. */
  | { readonly kind: 'damage'; readonly start: number; readonly end: number }

/** Reads a segment's parts from `offset` on. The envelopes' bodies are views of `segment`. */
export function* partsOf(segment: Buffer, offset: number): Generator<SpoolPart> {
  while (offset < segment.length) {
    const part = entryAt(segment, offset) ?? {
      kind: 'damage' as const,
      start: offset,
      end: nextEntry(segment, offset + 1),
    }
    yield part
    offset = part.end
  }
}

function nextEntry(segment: Buffer, from: number): number {
  for (
    let at = segment.indexOf(MAGIC_BYTES, from);
    at !== -1;
    at = segment.indexOf(MAGIC_BYTES, at + 1)
  ) {
    if (entryAt(segment, at) !== undefined) return at
  }
  return segment.length
}

function entryAt(segment: Buffer, start: number): SpoolPart | undefined {
  if (start + HEADER_BYTES > segment.length) return undefined
  if (segment.readUInt32LE(start) !== MAGIC || segment.readUInt32LE(start + 4) !== start) {
    return undefined
  }
  if (segment.readUInt32LE(start + 16) !== crc32(segment.subarray(start, start + 16))) {
    return undefined
  }
  const payloadStart = start + HEADER_BYTES
  const end = payloadStart + segment.readUInt32LE(start + 8)
  if (end > segment.length) return undefined
  const payload = segment.subarray(payloadStart, end)
  if (segment.readUInt32LE(start + 12) !== crc32(payload)) return undefined
  const envelope = envelopeOf(payload)
  return envelope && { kind: 'entry', start, end, envelope }
}

function envelopeOf(payload: Buffer): Envelope | undefined {
  if (payload.length < HEAD_LENGTH_BYTES) return undefined
  const bodyStart = HEAD_LENGTH_BYTES + payload.readUInt32LE(0)
  if (bodyStart > payload.length) return undefined
  const head = readHead(payload.toString('utf8', HEAD_LENGTH_BYTES, bodyStart))
  return head && { ...head, body: payload.subarray(bodyStart) }
}

/** Undefined when it was not written by a program that knows the same protocols. */
function readHead(json: string): Omit<Envelope, 'body'> | undefined {
  let head: unknown
  try {
    head = JSON.parse(json)
  } catch {
    return undefined
  }
  if (typeof head !== 'object' || head === null) return undefined
  const { protocol, received, peer, meta } = head as Record<string, unknown>
  const known = PROTOCOLS.find((name) => name === protocol)
  if (known === undefined || typeof received !== 'number' || typeof peer !== 'string') {
    return undefined
  }
  return {
    protocol: known,
    received: micros(received),
    peer,
    meta: (meta ?? {}) as Record<string, string>,
  }
}
