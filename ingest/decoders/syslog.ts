import { forEachFrame } from '../framing.ts'
import { EventJoiner, type JoinedLine } from '../join-events.ts'
import type { Envelope } from '../port.ts'
import type { Decoded, Decoder, Item } from './decoder.ts'
import { sliceText, textReading } from './text.ts'

type LogItem = Extract<Item, { kind: 'log' }>

const SPLIT_EVENT = 'Event ['
const LINE_FEED = Buffer.from('\n')
const TRUNCATED = { 'log.truncated': true } as const

/**
 * Syslog messages as a listener bundled them (framing.ts): one record per frame or datagram. Senders
 * cannot repeat themselves knowingly, so two equal frames are two events and nothing is answered.
 * Bytes that are no UTF-8 are read as windows-1252 (old arrays, Windows agents).
 */
export const syslogDecoder: Decoder = {
  name: 'syslog',
  decode,
  reply: () => NO_REPLY,
  failure: (status) => ({ ...NO_REPLY, status }),
}

const NO_REPLY = { status: 204, headers: {}, body: '' } as const

function decode(envelope: Envelope): Decoded {
  const { body: bytes, peer } = envelope
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const reading = textReading(body)
  const items: Item[] = []
  const isWhole = forEachFrame(body, (start, end, truncated) => {
    const { text, lossy } = sliceText(body, start, end, reading)
    const raw = body.subarray(start, end)
    if (!truncated && !lossy) items.push({ kind: 'log', raw, text, channel: peer })
    else {
      const attributes = truncated ? { attributes: TRUNCATED } : {}
      items.push({ kind: 'log', raw, text, lossy, channel: peer, ...attributes })
    }
  })
  if (!isWhole) {
    items.push({
      kind: 'rejected',
      reason: 'the bundle of frames is cut off',
      raw: body,
      keep: true,
    })
  }
  return { items: body.includes(SPLIT_EVENT) ? reassembled(items, envelope) : items }
}

/**
 * vCenter splits long events over several messages, sent together. Those that came together are put
 * together; the record's bytes are then all of the messages, a line feed between them.
 */
function reassembled(items: readonly Item[], { peer, received }: Envelope): Item[] {
  const joiner = new EventJoiner()
  const sent = new Map<string, LogItem>()
  const out: Item[] = []
  const take = ({ line, frames }: JoinedLine): void => {
    const parts = frames.map((frame) => sent.get(frame)!)
    if (parts.length === 1) return void out.push(parts[0]!)
    const raw = Buffer.concat(parts.flatMap((part) => [part.raw, LINE_FEED]).slice(0, -1))
    out.push({ ...parts[0]!, text: line, raw, lossy: true })
  }
  for (const item of items) {
    if (item.kind !== 'log' || !item.text.includes(SPLIT_EVENT)) out.push(item)
    else {
      sent.set(item.text, item)
      joiner.offer(peer, item.text, received).forEach(take)
    }
  }
  joiner.expire(Infinity).forEach(take)
  return out
}
