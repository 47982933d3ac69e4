interface Waiter {
  readonly bytes: number
  enter(): void
}

/**
 * Bounds what ingest holds between taking an envelope and having it stored. Senders that can be told to
 * try again later are told so; those that cannot are made to wait, in order.
 */
export class Room {
  readonly #maxBytes: number
  readonly #maxItems: number
  #bytes = 0
  #items = 0
  #waiters: Waiter[] = []

  constructor(maxBytes: number, maxItems: number) {
    this.#maxBytes = maxBytes
    this.#maxItems = maxItems
  }

  get bytes(): number {
    return this.#bytes
  }

  get items(): number {
    return this.#items
  }

  /** Envelopes that wait for room. */
  get waiting(): number {
    return this.#waiters.length
  }

  get hasRoom(): boolean {
    return this.#bytes < this.#maxBytes && this.#items < this.#maxItems
  }

  /** Takes room for an envelope; false when there is none left. One envelope may exceed the bound. */
  tryEnter(bytes: number): boolean {
    if (!this.hasRoom) return false
    this.#bytes += bytes
    return true
  }

  /** Resolves when room was taken. */
  async enter(bytes: number): Promise<void> {
    if (this.#waiters.length === 0 && this.tryEnter(bytes)) return
    await new Promise<void>((resolve) => this.#waiters.push({ bytes, enter: resolve }))
  }

  /** The envelope turned out to hold this many items. */
  addItems(items: number): void {
    this.#items += items
  }

  leave(bytes: number, items: number): void {
    this.#bytes -= bytes
    this.#items -= items
    while (this.#waiters.length > 0 && this.tryEnter(this.#waiters[0]!.bytes)) {
      this.#waiters.shift()!.enter()
    }
  }
}
