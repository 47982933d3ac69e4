import { open, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { AppError } from '../model/errors.ts'
import { micros, type Micros } from '../model/time.ts'

const FORMAT = 'PLSPOOL'
const VERSION = 1

/** Bytes before the first entry: format, version, segment number, newest receive time before it, CRC-32. */
export const SEGMENT_HEADER_BYTES = 24

const NAME = /^(\d{12})\.spool$/

/** `000000000007.spool`: names sort as numbers do. */
export function segmentName(segment: number): string {
  return `${String(segment).padStart(12, '0')}.spool`
}

/** The number of a segment file; undefined for any other file. */
export function segmentOf(name: string): number | undefined {
  const match = NAME.exec(name)
  return match === null ? undefined : Number(match[1])
}

/** Creates a segment that survives a power cut: header, file and folder entry are on disk. */
export async function createSegment(
  folder: string,
  segment: number,
  newest: Micros,
): Promise<FileHandle> {
  const file = await open(join(folder, segmentName(segment)), 'wx')
  try {
    await file.write(headerOf(segment, newest), 0, SEGMENT_HEADER_BYTES, 0)
    await file.sync()
    await syncFolder(folder)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

function headerOf(segment: number, newest: Micros): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  header.write(FORMAT, 0, 'latin1')
  header.writeUInt8(VERSION, FORMAT.length)
  header.writeUInt32LE(segment, 8)
  header.writeDoubleLE(newest, 12)
  header.writeUInt32LE(crc32(header.subarray(0, 20)), 20)
  return header
}

/** A rename or a new name is durable only when the folder is. Not possible, nor needed, on Windows. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A segment as a whole; `newest` is 0 when its header cannot be read. */
export interface SegmentContent {
  readonly bytes: Buffer
  readonly newest: Micros
}

/** Throws `data_version` when a newer program wrote the segment. */
export async function readSegment(folder: string, segment: number): Promise<SegmentContent> {
  const path = join(folder, segmentName(segment))
  const bytes = await readFile(path)
  const version = bytes[FORMAT.length]
  if (bytes.toString('latin1', 0, FORMAT.length) !== FORMAT || version === undefined) {
    return { bytes, newest: micros(0) }
  }
  if (version > VERSION) {
    throw new AppError(
      'data_version',
      `cannot read the spool file ${path}: it has version ${version}, this program knows ${VERSION}; start the newer program`,
    )
  }
  const isHeaderSound =
    bytes.length >= SEGMENT_HEADER_BYTES && bytes.readUInt32LE(20) === crc32(bytes.subarray(0, 20))
  return { bytes, newest: micros(isHeaderSound ? bytes.readDoubleLE(12) : 0) }
}
