import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { expectStoredOnce } from '../support/answers.ts'
import { servePlumbline } from '../support/plumbline-process.ts'
import { RetryingSender } from '../support/retrying-sender.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** How often the process is killed; the full trial is KILL_MOMENTS=200. */
const MOMENTS = Number(process.env['KILL_MOMENTS'] ?? 20)
const LONGEST_LIFE_MS = 1_500
const LONGEST_START_MS = 10_000

test(
  `killed at ${MOMENTS} random moments under load, it loses nothing acknowledged and stores nothing twice`,
  { timeout: MOMENTS * 20_000 + 120_000 },
  async () => {
    const data = join(temporaryFolder(), 'data')
    let server = await servePlumbline({ data })
    const senders = ['a', 'b', 'c'].map((name) => new RetryingSender(name, () => server.url))
    const stop = new AbortController()
    const sending = Promise.all(senders.map((sender) => sender.run(stop.signal)))
    for (let moment = 0; moment < MOMENTS; moment++) {
      await Promise.race([sleep(Math.random() * LONGEST_LIFE_MS), sending])
      await server.kill()
      const started = performance.now()
      server = await servePlumbline({ data })
      expect(performance.now() - started).toBeLessThan(LONGEST_START_MS)
    }
    await sleep(LONGEST_LIFE_MS)
    stop.abort()
    await sending

    const acknowledged = senders.flatMap((sender) => sender.acknowledged)
    expect(acknowledged.length).toBeGreaterThan(MOMENTS)
    await expectStoredOnce(server, acknowledged)
    await server.stop()
  },
)
