import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from '../../../search/store/make-folder.ts'
import { temporaryFolder } from '../../support/temporary.ts'

test('folders are made as deep as asked, and found where they are', async () => {
  const deep = join(temporaryFolder(), 'a/b/c')
  await makeFolder(deep)
  await makeFolder(deep)
  expect(existsSync(deep)).toBe(true)
})

test('a file in the way is told as such', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'EEXIST' })
})

test.skipIf(process.platform !== 'linux')('where none can be made it ends', async () => {
  await expect(makeFolder('/proc/plumbline/data')).rejects.toMatchObject({ code: 'ENOENT' })
})
