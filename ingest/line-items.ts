import type { Item } from './decoders/decoder.ts'
import { LineJoiner, type JoinedLine } from './join-lines.ts'
import type { Micros } from '../model/time.ts'

type LogItem = Extract<Item, { kind: 'log' }>

/** Joins the lines of one piece of a file to records: a stack trace is one record, not forty. */
export class LineItems {
  readonly #joiner: LineJoiner<LogItem>
  readonly #received: Micros

  /** `continues` says whether a line goes on with the record above it. */
  constructor(continues: (line: string) => boolean, received: Micros) {
    this.#joiner = new LineJoiner(continues)
    this.#received = received
  }

  /** Takes the next line; answers the record before it when that is complete. */
  offer(item: LogItem): LogItem | undefined {
    const joined = this.#joiner.offer(item.text, item, this.#received)
    return joined && itemOf(joined)
  }

  /** The last record. */
  flush(): LogItem | undefined {
    const joined = this.#joiner.flush()
    return joined && itemOf(joined)
  }
}

function itemOf({ text, parts }: JoinedLine<LogItem>): LogItem {
  const first = parts[0]!
  const last = parts.at(-1)!
  if (parts.length === 1) return first
  // The lines are views of one body: what lies between them are their line ends.
  const raw = Buffer.from(
    first.raw.buffer,
    first.raw.byteOffset,
    last.raw.byteOffset + last.raw.byteLength - first.raw.byteOffset,
  )
  const lossy = parts.some((part) => part.lossy === true)
  const span =
    first.span === undefined || last.span === undefined
      ? {}
      : { span: { ...first.span, to: last.span.to } }
  return { ...first, ...span, raw, text: lossy ? text : raw.toString('utf8'), lossy }
}
