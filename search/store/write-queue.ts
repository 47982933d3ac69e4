/** Runs writes one after the other, each whatever became of the one before. */
export class WriteQueue {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {
      // Its caller hears of it; the next in line goes on.
    })
    return turn
  }
}
