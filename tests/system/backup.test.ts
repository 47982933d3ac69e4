import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askNumber, expectStored, readLedger } from '../support/answers.ts'
import { runPlumbline, servePlumbline } from '../support/plumbline-process.ts'
import { RetryingSender } from '../support/retrying-sender.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

test('a backup made under load restores to a store that balances and takes more', async () => {
  const folder = temporaryFolder()
  const backup = join(folder, 'backup')
  const server = await servePlumbline({ data: join(folder, 'data') })
  const sender = new RetryingSender('before', () => server.url)
  const stop = new AbortController()
  const sending = sender.run(stop.signal)
  await waitUntil(
    () => askNumber(server, '| stats count()'),
    (count) => count > 2_000,
  )
  const made = await runPlumbline(['backup', backup, '--url', server.url])
  expect(made).toMatchObject({ code: 0 })
  stop.abort()
  await sending
  await expectStored(server, sender.acknowledged.length)
  await server.stop()

  const restored = join(folder, 'restored')
  expect(await runPlumbline(['restore', backup, '--data', restored])).toMatchObject({ code: 0 })
  const second = await servePlumbline({ data: restored })
  const kept = await askNumber(second, '| stats count()')
  expect(kept).toBeGreaterThan(2_000)
  expect(kept).toBeLessThanOrEqual(sender.acknowledged.length)
  expect((await readLedger(second)).stored).toBe(kept)

  const later = new RetryingSender('after', () => second.url)
  const enough = new AbortController()
  const again = later.run(enough.signal)
  await waitUntil(
    async () => later.acknowledged.length,
    (count) => count > 500,
  )
  enough.abort()
  await again
  await expectStored(second, kept + later.acknowledged.length)
  await second.stop()
})
