/** One event of a stream (HTML standard, server-sent events). */
export interface StreamEvent {
  readonly event: string
  readonly data: string
}

/**
 * Cuts text as it comes, in any pieces, into the events that are whole. `lastId` is the id of the newest event that
 * was handed out: where a new stream goes on.
 */
export class EventReader {
  lastId: string | undefined
  #rest = ''

  read(chunk: string): StreamEvent[] {
    const blocks = (this.#rest + chunk).split(/\r\n\r\n|\n\n|\r\r/)
    this.#rest = blocks.pop()!
    return blocks.flatMap((block) => this.#eventOf(block))
  }

  /** What is half read is forgotten: the next stream begins with a whole event. */
  restart(): void {
    this.#rest = ''
  }

  #eventOf(block: string): StreamEvent[] {
    let event = 'message'
    const data: string[] = []
    for (const line of block.split(/\r\n|\n|\r/)) {
      const colon = line.indexOf(':')
      const name = colon < 0 ? line : line.slice(0, colon)
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
      if (name === 'event') event = value
      else if (name === 'data') data.push(value)
      else if (name === 'id') this.lastId = value
    }
    return data.length === 0 ? [] : [{ event, data: data.join('\n') }]
  }
}
