import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectStoredOnce } from '../support/answers.ts'
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
    const folder = temporaryFolder()
    const clock = join(folder, 'clock')
    const serve = (): Promise<PlumblineProcess> =>
      servePlumbline({
        data: join(folder, 'data'),
        env: {
          LD_PRELOAD: library!,
          FAKETIME_TIMESTAMP_FILE: clock,
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
          FAKETIME_NO_CACHE: '1',
        },
      })
    writeFileSync(clock, '+0\n')
    let server = await serve()
    const senders = ['a', 'b'].map((name) => new RetryingSender(name, () => server.url))
    const stop = new AbortController()
    const sending = Promise.all(senders.map((sender) => sender.run(stop.signal)))
    for (const [index, jump] of JUMPS.entries()) {
      writeFileSync(clock, `${jump}\n`)
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
