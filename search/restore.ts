import { existsSync } from 'node:fs'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf } from '../model/errors.ts'
import { storeFolder } from './main.ts'
import { makeFolder } from './store/make-folder.ts'

/** The last file a backup writes: without it the copy is not complete. */
const COMPLETE_MARK = 'backup.json'

/** Makes a data folder, empty or absent so far, from a backup. Leaves nothing behind when it fails. */
export async function restoreBackup(backup: string, data: string): Promise<void> {
  if (!existsSync(join(backup, COMPLETE_MARK))) {
    throw new AppError(
      'configuration',
      `cannot restore from ${backup}: it holds no complete backup (${COMPLETE_MARK} is missing)`,
    )
  }
  const folder = storeFolder(data)
  await claimEmpty(data)
  try {
    await cp(backup, folder, { recursive: true, filter: (path) => !path.endsWith(COMPLETE_MARK) })
  } catch (cause) {
    await rm(folder, { recursive: true, force: true })
    throw new AppError('storage_unavailable', `cannot restore to ${data}: ${messageOf(cause)}`, {
      cause,
    })
  }
}

async function claimEmpty(data: string): Promise<void> {
  let names: string[]
  try {
    await makeFolder(data)
    names = await readdir(data)
  } catch (cause) {
    throw new AppError('permission_denied', `cannot use ${data}: ${messageOf(cause)}`, { cause })
  }
  if (names.length > 0) {
    throw new AppError(
      'configuration',
      `cannot restore to ${data}: it is not empty; move it away or choose another with --data DIR`,
    )
  }
}
