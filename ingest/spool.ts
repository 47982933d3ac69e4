import {
  mkdir,
  readdir,
  rm,
  statfs,
  stat,
  truncate,
  writeFile,
  type FileHandle,
} from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf } from '../model/errors.ts'
import { micros, type Micros } from '../model/time.ts'
import type { Log } from './log.ts'
import type { Envelope } from './port.ts'
import { EncodedEntry, partsOf } from './spool-entry.ts'
import {
  SEGMENT_HEADER_BYTES,
  createSegment,
  readSegment,
  segmentName,
  segmentOf,
} from './spool-segment.ts'

/** A byte position in the spool. */
export interface SpoolPlace {
  readonly segment: number
  readonly offset: number
}

export interface SpoolOptions {
  readonly folder: string
  readonly log: Log
  /** A segment is closed when it has grown past this. */
  readonly segmentBytes?: number
  /** Bytes left free on the disk for the store, without whose commits the spool never shrinks. */
  readonly reserveBytes?: number
}

export interface SpoolStats {
  readonly segments: number
  readonly bytes: number
  /** Groups written; each is one fdatasync. */
  readonly groups: number
  readonly entries: number
  /** Envelopes refused because they could not be written. */
  readonly refused: number
  /** Pieces that a replay could not read and put aside. */
  readonly damaged: number
}

interface Waiting {
  readonly entry: EncodedEntry
  resolve(end: SpoolPlace): void
  reject(error: AppError): void
}

const DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024
const MAX_RESERVE_BYTES = 64 * 1024 * 1024
const RESERVE_SHARE = 0.02
const SPACE_CHECK_MS = 250

/**
 * Envelopes on disk, from their acknowledgement until the store has them. Appends that arrive while
 * one fdatasync runs share the next one, so a hundred senders cost as many syncs as one.
 *
 * A failed group leaves nothing behind: the file is cut back to its last good end, everybody in the
 * group gets the error, and the next append tries again on a fresh segment.
 */
export class Spool {
  readonly #folder: string
  readonly #log: Log
  readonly #segmentBytes: number
  readonly #space: FreeSpace
  /** Sizes by number, oldest first, the open one included. */
  readonly #sizes: Map<number, number>
  #file: FileHandle | undefined
  #segment: number
  /** Everything before is on disk; behind it may be the remains of a failed write. */
  #end = 0
  #hasRemains = false
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  /** The last release; its failure is told to who asked for it. */
  #releasing: Promise<void> = Promise.resolve()
  #newest = micros(0)
  #closed = false
  readonly #counts = { groups: 0, entries: 0, refused: 0, damaged: 0 }

  private constructor(options: SpoolOptions, sizes: Map<number, number>, reserveBytes: number) {
    this.#folder = options.folder
    this.#log = options.log
    this.#segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES
    this.#space = new FreeSpace(options.folder, reserveBytes)
    this.#sizes = sizes
    this.#segment = Math.max(0, ...sizes.keys())
  }

  static async open(options: SpoolOptions): Promise<Spool> {
    const { folder } = options
    await mkdir(folder, { recursive: true })
    const sizes = new Map<number, number>()
    for (const name of (await readdir(folder)).sort()) {
      const segment = segmentOf(name)
      if (segment !== undefined) sizes.set(segment, (await stat(join(folder, name))).size)
    }
    return new Spool(options, sizes, options.reserveBytes ?? (await defaultReserve(folder)))
  }

  /** The newest receive time ever written, as far as the segments still tell; 0 for an empty spool. */
  get newest(): Micros {
    return this.#newest
  }

  /**
   * The envelopes at and behind `from`, oldest first, with the place behind each. Must be read to its
   * end before the first append. Damage is put aside and logged; a torn end is cut off.
   */
  async *replay(from: SpoolPlace | null): AsyncGenerator<{ envelope: Envelope; end: SpoolPlace }> {
    // Numbers are never used twice: the store's position must stay behind whatever comes.
    this.#segment = Math.max(this.#segment, from?.segment ?? 0)
    for (const segment of [...this.#sizes.keys()]) {
      if (from !== null && segment < from.segment) continue
      const { bytes, newest } = await readSegment(this.#folder, segment)
      this.#saw(newest)
      const skipBefore = segment === from?.segment ? from.offset : 0
      for (const part of partsOf(bytes, Math.min(SEGMENT_HEADER_BYTES, bytes.length))) {
        if (part.end <= skipBefore) {
          if (part.kind === 'entry') this.#saw(part.envelope.received)
          continue
        }
        if (part.kind === 'damage') {
          await this.#putAside(segment, part.start, bytes.subarray(part.start, part.end))
          if (part.end === bytes.length) await this.#cutTail(segment, part.start)
          continue
        }
        this.#saw(part.envelope.received)
        yield { envelope: part.envelope, end: { segment, offset: part.end } }
      }
    }
  }

  /**
   * Resolves with the place behind the envelope once it is on disk; in the order of the calls. Rejects
   * with `storage_full` or `storage_unavailable`, and then nothing of it is kept. The body must not
   * change until then.
   */
  append(envelope: Envelope): Promise<SpoolPlace> {
    if (this.#closed) {
      return Promise.reject(new AppError('storage_unavailable', 'cannot spool: shutting down'))
    }
    this.#saw(envelope.received)
    const entry = new EncodedEntry(envelope)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject })
      this.#writing ??= this.#writeAll()
    })
  }

  /** Deletes the segments that lie wholly before `place`. */
  release(place: SpoolPlace): Promise<void> {
    const released = this.#releasing.then(() => this.#deleteBefore(place))
    this.#releasing = released.catch(() => undefined)
    return released
  }

  /**
   * Replaces the segments by an empty one, once it is closed and everything in it is stored: what a stopped
   * server leaves on disk is its store. The number goes on, and so does the newest receive time.
   */
  async empty(): Promise<void> {
    if (![...this.#sizes.values()].some((size) => size > SEGMENT_HEADER_BYTES)) return
    const segment = this.#segment + 1
    await this.#discard(segment)
    await (await createSegment(this.#folder, segment, this.#newest)).close()
    this.#sizes.set(segment, SEGMENT_HEADER_BYTES)
    await this.#deleteBefore({ segment, offset: 0 })
  }

  async #deleteBefore(place: SpoolPlace): Promise<void> {
    for (const segment of [...this.#sizes.keys()]) {
      if (segment >= place.segment) return
      await rm(join(this.#folder, segmentName(segment)), { force: true })
      this.#sizes.delete(segment)
    }
  }

  stats(): SpoolStats {
    let bytes = 0
    for (const size of this.#sizes.values()) bytes += size
    return { segments: this.#sizes.size, bytes, ...this.#counts }
  }

  /** Waits for what is being written and deleted. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#writing
    await this.#releasing
    await this.#file?.close()
    this.#file = undefined
  }

  async #writeAll(): Promise<void> {
    // One turn of the loop, so that everything that arrived with the first shares its sync.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        await this.#writeGroup(group)
      } catch (error) {
        await this.#refuse(group, error)
      }
    }
    this.#writing = undefined
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const bytes = group.reduce((sum, { entry }) => sum + entry.size, 0)
    await this.#space.claim(bytes)
    const file = await this.#openSegment()
    const pieces: Uint8Array[] = []
    const ends: number[] = []
    let end = this.#end
    for (const { entry } of group) {
      pieces.push(...entry.at(end))
      ends.push((end += entry.size))
    }
    await writeFully(file, pieces, this.#end)
    await file.datasync()
    this.#end = end
    this.#sizes.set(this.#segment, end)
    this.#counts.groups++
    this.#counts.entries += group.length
    group.forEach((waiting, i) => waiting.resolve({ segment: this.#segment, offset: ends[i]! }))
  }

  /** The segment to append to; a new one at first, when the last is full, and after a failure. */
  async #openSegment(): Promise<FileHandle> {
    if (this.#hasRemains) await this.#cutRemains()
    if (this.#file !== undefined && this.#end < this.#segmentBytes) return this.#file
    await this.#file?.close()
    this.#file = undefined
    const segment = this.#segment + 1
    await this.#discard(segment)
    this.#file = await createSegment(this.#folder, segment, this.#newest)
    this.#segment = segment
    this.#end = SEGMENT_HEADER_BYTES
    this.#sizes.set(segment, this.#end)
    return this.#file
  }

  /** Removes what a failed creation may have left under the number that is next. */
  async #discard(segment: number): Promise<void> {
    await rm(join(this.#folder, segmentName(segment)), { force: true })
  }

  async #refuse(group: readonly Waiting[], cause: unknown): Promise<void> {
    const error = cause instanceof AppError ? cause : writeError(this.#folder, cause)
    this.#counts.refused += group.length
    this.#log.error({ err: cause, envelopes: group.length }, error.message)
    if (this.#file !== undefined && !(cause instanceof AppError)) {
      this.#hasRemains = true
      await this.#cutRemains().catch((failure: unknown) => {
        this.#log.error(
          { err: failure },
          'cannot cut the spool back yet; trying again at the next write',
        )
      })
    }
    for (const waiting of group) waiting.reject(error)
  }

  /**
   * Takes back a write that failed, and leaves the file: after a failed sync the kernel may have
   * forgotten which pages are not on disk, so this file is never synced again.
   */
  async #cutRemains(): Promise<void> {
    await truncate(join(this.#folder, segmentName(this.#segment)), this.#end)
    this.#hasRemains = false
    await this.#file?.close()
    this.#file = undefined
  }

  async #putAside(segment: number, offset: number, bytes: Buffer): Promise<void> {
    this.#counts.damaged++
    const path = join(this.#folder, `damaged-${segmentName(segment)}-${offset}`)
    await writeFile(path, bytes)
    this.#log.error(
      { segment, offset, bytes: bytes.length, path },
      'a piece of the spool cannot be read: put aside, going on behind it',
    )
  }

  /** What a crash left half written was never acknowledged. */
  async #cutTail(segment: number, offset: number): Promise<void> {
    if (segment !== Math.max(...this.#sizes.keys())) return
    await truncate(join(this.#folder, segmentName(segment)), offset)
    this.#sizes.set(segment, offset)
  }

  #saw(time: Micros): void {
    if (time > this.#newest) this.#newest = time
  }
}

/** Keeps the spool from taking the last room of a disk. Asks the system a few times a second at most. */
class FreeSpace {
  readonly #folder: string
  readonly #reserveBytes: number
  #free = 0
  #checkedAt = -Infinity

  constructor(folder: string, reserveBytes: number) {
    this.#folder = folder
    this.#reserveBytes = reserveBytes
  }

  /** Throws `storage_full` when `bytes` more would reach into the reserve. */
  async claim(bytes: number): Promise<void> {
    const now = performance.now()
    if (now - this.#checkedAt > SPACE_CHECK_MS) {
      const { bavail, bsize } = await statfs(this.#folder)
      this.#free = bavail * bsize
      this.#checkedAt = now
    }
    if (this.#free - bytes < this.#reserveBytes) {
      throw new AppError(
        'storage_full',
        `cannot keep ${bytes} bytes: the disk of ${this.#folder} has ${this.#free} bytes left, of which ${this.#reserveBytes} are reserved; free some space`,
      )
    }
    this.#free -= bytes
  }
}

async function defaultReserve(folder: string): Promise<number> {
  const { blocks, bsize } = await statfs(folder)
  return Math.min(MAX_RESERVE_BYTES, Math.floor(blocks * bsize * RESERVE_SHARE))
}

async function writeFully(
  file: FileHandle,
  pieces: readonly Uint8Array[],
  offset: number,
): Promise<void> {
  let rest = pieces
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, offset)
    offset += bytesWritten
    rest = behind(rest, bytesWritten)
  }
}

/** What is left of `pieces` when their first `bytes` are written; the empty ones are gone. */
function behind(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  const rest: Uint8Array[] = []
  for (const piece of pieces) {
    const written = Math.min(bytes, piece.length)
    bytes -= written
    if (written < piece.length) rest.push(piece.subarray(written))
  }
  return rest
}

function writeError(folder: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'storage_full',
      `cannot write to the spool in ${folder}: the disk is full`,
      {
        cause,
      },
    )
  }
  return new AppError(
    'storage_unavailable',
    `cannot write to the spool in ${folder}: ${messageOf(cause)}`,
    { cause },
  )
}
