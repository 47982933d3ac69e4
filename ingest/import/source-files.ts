import { createReadStream, type Stats } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { AppError, messageOf, quote } from '../../model/errors.ts'
import { isJournalExport } from '../formats/journald-export.ts'

/** A file that an import reads. */
export interface SourceFile {
  readonly path: string
  /** Bytes on disk: of the compressed file for `.gz`. */
  readonly bytes: number
  /** Last change: the reference for stamps without a year or zone. */
  readonly modifiedMs: number
  readonly isGzip: boolean
}

export interface SkippedFile {
  readonly path: string
  readonly why: string
  /** It may hold lines, but cannot be read. */
  readonly isUnreadable?: boolean
}

export interface FoundFiles {
  readonly files: readonly SourceFile[]
  readonly skipped: readonly SkippedFile[]
}

/** Bytes looked at to tell text from binary. */
export const HEAD_BYTES = 4096

/**
 * Every readable text file under the paths, folders walked in name order. Binary and empty files and
 * what is no file are skipped with a word why; a path that does not exist is an `invalid_request`.
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const files: SourceFile[] = []
  const skipped: SkippedFile[] = []
  const seen = new Set<string>()
  const visit = async (path: string): Promise<void> => {
    const info = await stat(path)
    // A link to a file, a link back to a folder above it, a path given twice: the same once.
    const identity = `${info.dev}:${info.ino}`
    if (seen.has(identity)) return
    seen.add(identity)
    if (info.isDirectory()) {
      const names = (await readdir(path)).sort()
      for (const name of names) await visitOrSkip(join(path, name))
      return
    }
    const why = await whySkip(path, info)
    if (why === undefined) files.push(fileOf(path, info))
    else skipped.push({ path, why })
  }
  const visitOrSkip = async (path: string): Promise<void> => {
    try {
      await visit(path)
    } catch (error) {
      skipped.push({ path, why: messageOf(error), isUnreadable: true })
    }
  }
  for (const path of paths) {
    try {
      await visit(path)
    } catch (cause) {
      throw new AppError('invalid_request', `cannot read ${quote(path)}: ${messageOf(cause)}`, {
        cause,
      })
    }
  }
  return { files, skipped }
}

/** The bytes of the file, decompressed when it is gzip; from `start` on where it is not. */
export function readBytes(file: SourceFile): AsyncIterable<Uint8Array> {
  const raw = createReadStream(file.path, { highWaterMark: 1024 * 1024 })
  if (!file.isGzip) return raw
  const text = createGunzip({ chunkSize: 1024 * 1024 })
  raw.on('error', (error) => text.destroy(error))
  return raw.pipe(text)
}

function fileOf(path: string, info: Stats): SourceFile {
  return {
    path,
    bytes: info.size,
    modifiedMs: info.mtimeMs,
    isGzip: path.endsWith('.gz'),
  }
}

async function whySkip(path: string, info: Stats): Promise<string | undefined> {
  if (!info.isFile()) return 'not a regular file'
  if (info.size === 0) return 'empty'
  const head = await readHead(path)
  const isGzip = isGzipHead(head)
  if (path.endsWith('.gz')) return isGzip ? undefined : 'named .gz but not gzip'
  if (isGzip) return 'gzip without the name .gz'
  return isBinaryHead(head) ? 'binary' : undefined
}

/** Whether bytes that begin so are gzip (RFC 1952 section 2.3.1). */
export function isGzipHead(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/** Whether what begins so holds no lines; a journal export has the lengths of its binary fields as bytes. */
export function isBinaryHead(head: Uint8Array): boolean {
  return head.includes(0) && !isJournalExport(head)
}

async function readHead(path: string): Promise<Uint8Array> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
