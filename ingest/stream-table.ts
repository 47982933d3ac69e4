import type { LedgerCounts, StreamDescriptor } from '../model/batch.ts'
import { detached, detachedOrNull } from './detached.ts'

/** Streams known at a time; past it all are forgotten and found again. */
const MAX_STREAMS = 200_000

/** Who speaks, with what the batch being built and the ledger keep of it: found once for each record. */
export class Stream implements StreamDescriptor {
  readonly source: string
  readonly host: string | null
  readonly format: string
  readonly layer: StreamDescriptor['layer']
  readonly kind: StreamDescriptor['kind']
  /** Most sources are hosts: their names are then one string. */
  readonly isHostSource: boolean
  /** Where it stands in the batch numbered `batch`; for the batch builder. */
  batch = -1
  index = 0
  /** The counts of its source since the ledger's turn `turn`; for the ledger. */
  counts: LedgerCounts | undefined
  turn = -1

  constructor(descriptor: StreamDescriptor) {
    this.source = detached(descriptor.source)
    this.isHostSource = descriptor.host === descriptor.source
    this.host = this.isHostSource ? this.source : detachedOrNull(descriptor.host)
    this.format = detached(descriptor.format)
    this.layer = descriptor.layer
    this.kind = descriptor.kind
  }
}

/** Gives the same object for the same stream. */
export class StreamTable {
  #sources = new Map<string, Stream[]>()
  #count = 0

  find(descriptor: StreamDescriptor): Stream {
    const { source, host, format, layer, kind } = descriptor
    const isHostSource = host === source
    let streams = this.#sources.get(source)
    if (streams === undefined) this.#sources.set(detached(source), (streams = []))
    for (const stream of streams) {
      if (
        stream.format === format &&
        stream.layer === layer &&
        stream.kind === kind &&
        (isHostSource ? stream.isHostSource : stream.host === host)
      ) {
        return stream
      }
    }
    return this.#add(descriptor, streams)
  }

  #add(descriptor: StreamDescriptor, streams: Stream[]): Stream {
    if (this.#count++ >= MAX_STREAMS) {
      this.#sources = new Map()
      this.#count = 0
    }
    const stream = new Stream(descriptor)
    streams.push(stream)
    return stream
  }
}
