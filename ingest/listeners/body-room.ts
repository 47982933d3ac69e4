import { Transform, type Readable, type TransformCallback } from 'node:stream'
import { AppError } from '../../model/errors.ts'

/**
 * Bounds the bytes of request bodies that have come in and are not answered yet, of all connections
 * together: each may be large, and there may be many. What a sender only announces takes no room.
 */
export class BodyRoom {
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** A body on its way in; it fails with `overloaded` when there is no more room. */
  body(source: Readable): BodyInRoom {
    return new BodyInRoom(
      source,
      (bytes) => {
        if (this.#bytes + bytes > this.#maxBytes) return false
        this.#bytes += bytes
        return true
      },
      (bytes) => (this.#bytes -= bytes),
    )
  }
}

/** Passes a body on and counts it until it is told to leave. */
export class BodyInRoom extends Transform {
  /** Asked by fastify, which holds it to the length that the sender has announced. */
  receivedEncodedLength = 0
  readonly #source: Readable
  #isReading = false
  readonly #enter: (bytes: number) => boolean
  readonly #give: (bytes: number) => void
  #held = 0

  constructor(source: Readable, enter: (bytes: number) => boolean, give: (bytes: number) => void) {
    super()
    this.#source = source
    this.#enter = enter
    this.#give = give
  }

  /** The source flows once somebody listens, so that nobody misses how it went. */
  override _read(size: number): void {
    if (!this.#isReading) {
      this.#isReading = true
      // A sender that breaks off ends the body, too.
      this.#source.once('error', (error) => this.destroy(error))
      this.#source.pipe(this)
    }
    super._read(size)
  }

  override _transform(chunk: Uint8Array, _encoding: string, done: TransformCallback): void {
    if (!this.#enter(chunk.length)) {
      const message = 'cannot take more requests now: too many are on their way'
      done(new AppError('overloaded', `${message}; send them again later`))
      return
    }
    this.#held += chunk.length
    this.receivedEncodedLength += chunk.length
    done(null, chunk)
  }

  /** The request is answered, or its sender has gone. What is left of it is read and thrown away. */
  leave(): void {
    this.#source.unpipe(this)
    this.#source.resume()
    this.#give(this.#held)
    this.#held = 0
  }
}
