import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer satisfies; fails with the last answer after `timeoutMs`. */
export async function waitUntil<T>(
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (satisfies(answer)) return answer
    if (Date.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms in vain; last answer ${JSON.stringify(answer)}`)
    }
    await sleep(100)
  }
}
