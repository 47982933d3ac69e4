import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { openError } from './store/embedded/engine.ts'

const FILE = 'lock.duckdb'

/** What a disk says that knows no second name of a file. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP'])

/**
 * Takes a data folder, which exists, for this process alone: its spool and its name are written by one. Where the records
 * themselves are elsewhere nobody else would notice. The lock is the system's, on an empty database that is never
 * written again, so it ends with the process, however that ends. Answers what releases it. Throws `data_locked` with
 * who has it, `permission_denied` or `storage_unavailable`.
 */
export async function lockData(data: string): Promise<() => void> {
  const path = join(data, FILE)
  try {
    if (!existsSync(path)) await makeEmpty(path)
    const holder = await open(path)
    return () => holder.closeSync()
  } catch (cause) {
    throw openError(path, cause)
  }
}

/** Whole or not at all: half a database, from a process that was killed, would never be opened again. */
async function makeEmpty(path: string): Promise<void> {
  const fresh = `${path}.${randomUUID()}`
  const instance = await open(fresh)
  instance.closeSync()
  try {
    await link(fresh, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (NO_LINKS.has(code)) await rename(fresh, path)
    // Another process was first: it is as good.
    else if (code !== 'EEXIST') throw error
  } finally {
    await rm(fresh, { force: true })
  }
}

const open = (path: string): Promise<DuckDBInstance> =>
  DuckDBInstance.create(path, {
    threads: '1',
    memory_limit: '16MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
