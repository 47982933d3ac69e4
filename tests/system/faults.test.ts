import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { askNumber, expectStored } from '../support/answers.ts'
import { runPlumbline, servePlumbline } from '../support/plumbline-process.ts'
import { RetryingSender } from '../support/retrying-sender.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const FREE_PORTS = ['--port', '0', '--syslog', '127.0.0.1:0']

describe('serve refuses to start, in plain words and with status 1', () => {
  test('on data that another process holds', async () => {
    const data = join(temporaryFolder(), 'data')
    const server = await servePlumbline({ data })
    const second = await runPlumbline(['serve', '--data', data, ...FREE_PORTS])
    expect(second).toMatchObject({ code: 1, stdout: '' })
    expect(second.stderr).toContain(data)
    expect(second.stderr).toContain(String(server.pid))
    await server.stop()
  })

  test('on a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const port = String((taken.address() as AddressInfo).port)
    const data = join(temporaryFolder(), 'data')
    const http = await runPlumbline([
      ...['serve', '--data', data, '--port', port, '--syslog', 'off'],
    ])
    const syslog = await runPlumbline([
      ...['serve', '--data', data, '--port', '0', '--syslog', `127.0.0.1:${port}`],
    ])
    taken.close()
    for (const exit of [http, syslog]) {
      expect(exit.code).toBe(1)
      expect(exit.stderr).toContain(port)
      expect(exit.stderr).toMatch(/in use|another program/)
      expect(exit.stderr).not.toMatch(/^\s+at /m)
    }
  })

  test('on a folder it cannot write', async () => {
    const folder = mountSmallDisk(1, ',ro')
    if (folder === undefined) return
    const exit = await runPlumbline(['serve', '--data', join(folder, 'data'), ...FREE_PORTS])
    expect(exit).toMatchObject({ code: 1, stdout: '' })
    expect(exit.stderr).toContain(folder)
    expect(exit.stderr).not.toMatch(/^\s+at /m)
  })

  test('on data of a newer version', async () => {
    const data = join(temporaryFolder(), 'data')
    await (await servePlumbline({ data })).stop()
    const versions = readdirSync(data, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('version.json'))
      .map((name) => join(data, name))
    expect(versions.length).toBeGreaterThan(0)
    for (const path of versions) {
      const content = JSON.parse(readFileSync(path, 'utf8')) as { version: number }
      writeFileSync(path, JSON.stringify({ ...content, version: 1_000 }))
    }
    const exit = await runPlumbline(['serve', '--data', data, ...FREE_PORTS])
    expect(exit).toMatchObject({ code: 1, stdout: '' })
    expect(exit.stderr).toContain('1000')
  })

  test('on data of before the first release', async () => {
    const data = join(temporaryFolder(), 'data')
    await (await servePlumbline({ data })).stop()
    writeFileSync(join(data, 'store', 'version.json'), JSON.stringify({ version: 1 }))
    const exit = await runPlumbline(['serve', '--data', data, ...FREE_PORTS])
    expect(exit).toMatchObject({ code: 1, stdout: '' })
    expect(exit.stderr).toContain('has version 1, of before the first release')
    expect(exit.stderr).toContain('import the logs again')
  })

  test('with a flag it does not know, status 2', async () => {
    const exit = await runPlumbline(['serve', '--colour', 'green'])
    expect(exit.code).toBe(2)
    expect(exit.stderr).toContain('--colour')
  })
})

test('a lock left by a killed process does not keep the next one out', async () => {
  const data = join(temporaryFolder(), 'data')
  await (await servePlumbline({ data })).kill()
  const next = await servePlumbline({ data })
  expect((await next.stop()).code).toBe(0)
})

test('it stops with status 0 on SIGTERM, and keeps what it took', async () => {
  const data = join(temporaryFolder(), 'data')
  const first = await servePlumbline({ data })
  const sender = new RetryingSender('stop', () => first.url)
  const stop = new AbortController()
  const sending = sender.run(stop.signal)
  await waitUntil(
    async () => sender.acknowledged.length,
    (count) => count > 1_000,
  )
  stop.abort()
  await sending
  expect((await first.stop()).code).toBe(0)
  const second = await servePlumbline({ data })
  await expectStored(second, sender.acknowledged.length)
  await second.stop()
})

test('on a full disk it asks senders to wait, goes on answering, and recovers by itself', async () => {
  const disk = mountSmallDisk(192)
  if (disk === undefined) return
  const filler = join(disk, 'filler')
  writeFileSync(filler, Buffer.alloc(96 * 1_048_576))
  const server = await servePlumbline({ data: join(disk, 'data') })
  const senders = ['a', 'b'].map((name) => new RetryingSender(name, () => server.url))
  const stop = new AbortController()
  const sending = Promise.all(senders.map((sender) => sender.run(stop.signal)))
  const refusals = async (): Promise<number> =>
    senders.reduce((sum, sender) => sum + sender.refused, 0)
  await Promise.race([waitUntil(refusals, (count) => count > 10, 150_000), sending])
  expect(await askNumber(server, '| stats count()')).toBeGreaterThan(0)

  rmSync(filler)
  const before = senders[0]!.acknowledged.length
  await waitUntil(
    async () => senders[0]!.acknowledged.length,
    (count) => count > before,
    60_000,
  )
  stop.abort()
  await sending
  const acknowledged = senders.reduce((sum, sender) => sum + sender.acknowledged.length, 0)
  await expectStored(server, acknowledged)
  await server.stop()
})

test('it ends with status 1 when one of its threads does, and keeps what was acknowledged', async () => {
  const data = join(temporaryFolder(), 'data')
  // Little memory, and lines that no two templates fit.
  const server = await servePlumbline({
    data,
    env: { NODE_OPTIONS: '--max-old-space-size=48' },
  })
  const acknowledged = await sendWordsUntilItEnds(server.url)
  const exit = await server.exited
  expect(exit.code).toBe(1)
  expect(exit.stderr).toMatch(/the (?:ingest|store) thread failed/)
  const next = await servePlumbline({ data })
  await waitUntil(
    () => askNumber(next, '| stats count()'),
    (count) => count >= acknowledged,
  )
  await next.stop()
})

/** Sends lines of words that come only once; answers how many were acknowledged. */
async function sendWordsUntilItEnds(url: string): Promise<number> {
  const word = (n: number): string =>
    n.toString(26).replace(/[0-9]/g, (digit) => 'qrstuvwxyz'.charAt(Number(digit)))
  for (let sent = 0; ; sent += 1_000) {
    const lines = Array.from({ length: 1_000 }, (_, i) => {
      const n = (sent + i) * 7
      const body = `${word(n)} ${word(n + 1)} ${word(n + 2)} ${word(n + 3)} ${word(n + 4)}`
      return JSON.stringify({ time: '2026-11-21T10:00:00Z', source: 'words', body })
    })
    const response = await fetch(`${url}/api/v1/ingest/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    }).catch(() => undefined)
    if (response === undefined || response.status === 503) return sent
    expect([200, 429]).toContain(response.status)
    if (response.status === 429) {
      sent -= 1_000
      await sleep(50)
    }
  }
}

test('frozen for a while and thawed, it loses nothing', async () => {
  const server = await servePlumbline({ data: join(temporaryFolder(), 'data') })
  const sender = new RetryingSender('frozen', () => server.url)
  const stop = new AbortController()
  const sending = sender.run(stop.signal)
  await waitUntil(
    async () => sender.acknowledged.length,
    (count) => count > 0,
  )
  server.freeze()
  await sleep(3_000)
  server.thaw()
  await sleep(500)
  stop.abort()
  await sending
  await expectStored(server, sender.acknowledged.length)
  await server.stop()
})
