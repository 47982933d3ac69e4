import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askNumber, readLedger } from '../support/answers.ts'
import { runPlumbline, servePlumbline } from '../support/plumbline-process.ts'
import { findShared } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const data = findShared('data')

describe.skipIf(data === undefined)('import of real files', () => {
  test.each(['guest', 'hypervisor', 'storage', 'network'])(
    '%s: nothing is lost, nothing comes twice',
    async (layer) => {
      const server = await servePlumbline({ data: join(temporaryFolder(), 'data') })
      const folder = join(data!, layer)
      const first = await runPlumbline(['import', folder, '--url', server.url])
      expect(first).toMatchObject({ code: 0 })
      const stored = await waitUntil(
        () => readLedger(server),
        (ledger) => ledger.received > 0 && ledger.received === ledger.stored,
      )
      expect(stored).toMatchObject({ rejected: 0, deadLettered: 0, deduplicated: 0, lost: 0 })
      const found = await askNumber(server, '| stats count()')
      expect(found).toBe(stored.stored)

      const again = await runPlumbline(['import', folder, '--url', server.url])
      expect(again).toMatchObject({ code: 0 })
      expect(await askNumber(server, '| stats count()')).toBe(found)
      expect(await readLedger(server)).toMatchObject({ stored: stored.stored })
      await server.stop()
    },
  )
})
