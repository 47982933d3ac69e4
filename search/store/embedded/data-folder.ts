import { access, constants, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import { AppError, messageOf, quote } from '../../../model/errors.ts'
import { OLDEST_VERSION, STORE_VERSION } from './schema.ts'

const VERSION_FILE = 'version.json'
const PARTITION_FILE = /^(\d{4}-\d\d-\d\d)\.duckdb$/

/** The token index of a partition, beside its database. */
export const tokenPath = (path: string): string => `${path}.tokens`

/** The files of a database: itself, its log, and the token index where it is a partition's. */
export const filesOf = (path: string): string[] => [path, `${path}.wal`, tokenPath(path)]

/** The files of a store on disk. */
export class DataFolder {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /**
   * Makes the folder if it is missing and checks that this program may use it. Throws
   * `permission_denied`, `data_version` or `storage_unavailable`.
   */
  static async open(path: string): Promise<DataFolder> {
    const folder = new DataFolder(path)
    await folder.#makeUsable()
    await folder.#checkVersion()
    return folder
  }

  get statePath(): string {
    return join(this.path, 'state.duckdb')
  }

  get tempPath(): string {
    return join(this.path, 'tmp')
  }

  partitionPath(day: string): string {
    return join(this.path, `${day}.duckdb`)
  }

  /** Days with a partition file, oldest first. */
  async days(): Promise<string[]> {
    const names = await readdir(this.path)
    return names.flatMap((name) => PARTITION_FILE.exec(name)?.[1] ?? []).sort()
  }

  async deletePartition(day: string): Promise<void> {
    // The database last: by it a start after a crash knows that there is something to delete.
    for (const file of filesOf(this.partitionPath(day)).reverse()) await rm(file, { force: true })
  }

  async #makeUsable(): Promise<void> {
    try {
      await makeFolder(this.path)
      await access(this.path, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (cause) {
      throw new AppError(
        isPermission(cause) ? 'permission_denied' : 'storage_unavailable',
        `cannot use the data folder ${this.path}: ${messageOf(cause)}`,
        { cause, hint: 'make it writable for this user, or choose another with --data DIR' },
      )
    }
  }

  async #checkVersion(): Promise<void> {
    const path = join(this.path, VERSION_FILE)
    const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined
      throw new AppError('storage_unavailable', `cannot read ${path}: ${cause.message}`, { cause })
    })
    if (text === undefined) return this.#writeVersion(path)
    const version = versionOf(text)
    if (version === undefined) {
      throw new AppError('data_version', `cannot read the data version ${quote(text)} in ${path}`, {
        hint: 'restore the folder from a backup, or choose another with --data DIR',
      })
    }
    if (version < OLDEST_VERSION) {
      throw new AppError(
        'data_version',
        `the data folder ${this.path} has version ${version}, of before the first release; this program reads versions from ${OLDEST_VERSION} on`,
        {
          hint: 'start it with the program that wrote it, or choose another folder with --data DIR and import the logs again',
        },
      )
    }
    if (version > STORE_VERSION) {
      throw new AppError(
        'data_version',
        `the data folder ${this.path} has version ${version}; this program knows versions up to ${STORE_VERSION}`,
        {
          hint: 'start it with the newer program that wrote it, or choose another folder with --data DIR',
        },
      )
    }
  }

  /** Written whole or not at all: a crash here must not leave a folder nobody can open. */
  async #writeVersion(path: string): Promise<void> {
    const text = `${JSON.stringify({ version: STORE_VERSION })}\n`
    try {
      await writeFile(`${path}.new`, text)
      await rename(`${path}.new`, path)
    } catch (cause) {
      const code = isPermission(cause) ? 'permission_denied' : 'storage_unavailable'
      throw new AppError(code, `cannot write ${path}: ${messageOf(cause)}`, {
        cause,
        hint: 'make the data folder writable and free some disk, or choose another with --data DIR',
      })
    }
  }
}

/** Bytes of a file; 0 when it is not there. */
export async function fileBytes(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0
      throw error
    },
  )
}

function versionOf(text: string): number | undefined {
  try {
    const { version } = JSON.parse(text) as { version?: unknown }
    return typeof version === 'number' ? version : undefined
  } catch {
    // Not JSON is the same to the caller as JSON without a version: it quotes the text.
    return undefined
  }
}

function isPermission(cause: unknown): boolean {
  const code = (cause as NodeJS.ErrnoException).code
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
}
