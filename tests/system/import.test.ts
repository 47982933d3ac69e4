import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectStored } from '../support/answers.ts'
import { runPlumbline, servePlumbline } from '../support/plumbline-process.ts'
import { findShared } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary.ts'

const data = findShared('data')

describe.skipIf(data === undefined)('import of real files', () => {
  test.each(['guest', 'hypervisor', 'storage', 'network'])(
    '%s: nothing is lost, nothing comes twice',
    async (layer) => {
      const server = await servePlumbline({ data: join(temporaryFolder(), 'data') })
      const folder = join(data!, layer)
      const first = await runPlumbline(['import', folder, '--url', server.url])
      expect(first).toMatchObject({ code: 0 })
      const total = readTotal(first.stdout)
      expect(total.records).toBeGreaterThan(100)
      expect(total).toMatchObject({ stored: total.records, duplicates: 0, rejected: 0 })
      await expectStored(server, total.stored)

      const again = await runPlumbline(['import', folder, '--url', server.url])
      expect(again).toMatchObject({ code: 0 })
      const repeated = readTotal(again.stdout)
      expect(repeated).toMatchObject({ lines: total.lines, stored: 0, rejected: 0 })
      expect(repeated.duplicates).toBe(repeated.records)
      await expectStored(server, total.stored)
      await server.stop()
    },
  )
})

/** The row `total` of the summary that `import` prints. */
function readTotal(summary: string) {
  const row = /^total +(.+)$/m.exec(summary)?.[1] ?? ''
  const [lines = NaN, records = NaN, stored = NaN, , duplicates = NaN, rejected = NaN] = row
    .split(/ +/)
    .map(Number)
  return { lines, records, stored, duplicates, rejected }
}

test('a file that a browser sends is stored once, however often it comes', async () => {
  const server = await servePlumbline({ data: join(temporaryFolder(), 'data') })
  const lines = Array.from({ length: 5_000 }, (_, n) => `2026-11-20T10:00:00Z host app: line ${n}`)
  const origin = { origin: server.url }
  const send = async (text: string): Promise<unknown> => {
    const url = `${server.url}/api/v1/import?name=app.log`
    return (await fetch(url, { method: 'POST', headers: origin, body: text })).json()
  }
  const once = `${lines.join('\n')}\n`
  expect(await send(once)).toMatchObject({ lines: 5_000, stored: 5_000, duplicates: 0 })
  expect(await send(once)).toMatchObject({ lines: 5_000, stored: 0, duplicates: 5_000 })
  const grown = `${once}2026-11-20T10:00:01Z host app: one more\n`
  expect(await send(grown)).toMatchObject({ lines: 5_001, stored: 1, duplicates: 5_000 })
  await expectStored(server, 5_001)
  await server.stop()
})
