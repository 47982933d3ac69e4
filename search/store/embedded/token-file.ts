import { readSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, messageOf } from '../../../model/errors.ts'

/** What a reader of bits may look at behind the end. */
const PADDING = 8

/**
 * The token index of a partition, beside its database: segments end to end, written before the transaction
 * that knows of them. What no transaction knows is written over.
 */
export class TokenFile {
  readonly #file: FileHandle
  readonly #path: string
  #scratch = new Uint8Array(16_384)

  private constructor(file: FileHandle, path: string) {
    this.#file = file
    this.#path = path
  }

  /** Opens or makes the file. Throws `storage_unavailable` when it is shorter than the store knows. */
  static async open(path: string, length: number): Promise<TokenFile> {
    try {
      const file = await open(path, length === 0 ? 'w+' : 'r+')
      if (length === 0) await syncFolder(dirname(path))
      const { size } = await file.stat()
      if (size >= length) return new TokenFile(file, path)
      await file.close()
      throw tooShort(path, size, length)
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw tooShort(path, 0, length)
      throw new AppError('storage_unavailable', `cannot open ${path}: ${messageOf(cause)}`, {
        cause,
      })
    }
  }

  /** Writes bytes to disk; throws what the system says, `ENOSPC` too. */
  async write(bytes: Uint8Array, offset: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#file.write(
        bytes,
        done,
        bytes.length - done,
        offset + done,
      )
      done += bytesWritten
    }
    await this.#file.datasync()
  }

  /**
   * Bytes of the file with some zeros behind them; good until the next read. Read at once, not in turn
   * with other work: hundreds of pieces of a few KiB make one answer, most of them in the system's cache.
   */
  read(offset: number, length: number): Uint8Array {
    if (this.#scratch.length < length + PADDING)
      this.#scratch = new Uint8Array(2 * length + PADDING)
    const bytes = this.#scratch
    let done = 0
    while (done < length) {
      const read = readSync(this.#file.fd, bytes, done, length - done, offset + done)
      if (read === 0) throw tooShort(this.#path, offset + done, offset + length)
      done += read
    }
    bytes.fill(0, length, length + PADDING)
    return bytes
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** A new file is there after a power cut once its folder is on disk; not every system can be asked. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function tooShort(path: string, size: number, length: number): AppError {
  return new AppError(
    'storage_unavailable',
    `cannot open ${path}: it has ${size} bytes of ${length}`,
    { hint: 'copy it from where the data folder came from, or restore the folder from a backup' },
  )
}
