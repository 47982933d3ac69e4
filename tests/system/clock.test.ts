import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectStoredOnce } from '../support/answers.ts'
import { ownClock } from '../support/own-clock.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { findClockLibrary } from '../support/requirements.ts'
import { RetryingSender } from '../support/retrying-sender.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const library = findClockLibrary()

/** Offsets from the true time, one after the other: into tomorrow, back, an hour behind, far ahead. */
const JUMPS = ['+26h', '+0', '-1h', '+40d', '+0']

test.skipIf(library === undefined)(
  'while its clock jumps and it is killed, it loses nothing and stores nothing twice',
  async () => {
    const data = join(temporaryFolder(), 'data')
    const { env, jump } = ownClock(library!)
    const serve = (): Promise<PlumblineProcess> => servePlumbline({ data, env })
    let server = await serve()
    const senders = ['a', 'b'].map((name) => new RetryingSender(name, () => server.url))
    const stop = new AbortController()
    const sending = Promise.all(senders.map((sender) => sender.run(stop.signal)))
    for (const [index, offset] of JUMPS.entries()) {
      jump(offset)
      await Promise.race([moreAcknowledged(senders[0]!), sending])
      if (index % 2 === 1) {
        await server.kill()
        server = await serve()
      }
    }
    stop.abort()
    await sending
    await expectStoredOnce(
      server,
      senders.flatMap((sender) => sender.acknowledged),
    )
    expect((await server.stop()).code).toBe(0)
  },
)

async function moreAcknowledged(sender: RetryingSender): Promise<void> {
  const before = sender.acknowledged.length
  await waitUntil(
    async () => sender.acknowledged.length,
    (count) => count >= before + 1_000,
  )
}
