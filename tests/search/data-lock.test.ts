import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockData } from '../../search/data-lock.ts'
import { temporaryFolder } from '../support/temporary.ts'

// That another process is refused, and is not after a kill, is tried with processes in tests/elastic/data-lock.test.ts.

test('a folder has one file for its lock, which stays as it is', async () => {
  const folder = temporaryFolder()
  for (let start = 0; start < 3; start++) {
    const release = await lockData(folder)
    expect(readdirSync(folder)).toEqual(['lock.duckdb'])
    release()
  }
})

test('a lock that cannot be read says which file it is', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'lock.duckdb'), 'half')
  await expect(lockData(folder)).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringContaining(join(folder, 'lock.duckdb')) as string,
  })
})

test.skipIf(process.getuid?.() === 0)('a folder that is not ours says what to do', async () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o500)
  await expect(lockData(folder)).rejects.toMatchObject({ code: 'permission_denied' })
})
