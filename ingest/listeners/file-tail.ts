import { Buffer } from 'node:buffer'
import type { Stats } from 'node:fs'
import { open, readdir, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, messageOf } from '../../model/errors.ts'
import type { Micros } from '../../model/time.ts'
import type { Log } from '../log.ts'
import type { IngestPort } from '../port.ts'

/** Where a tail keeps its place between runs. */
export interface PlaceStore {
  load(key: string): Promise<string | undefined>
  /** Resolves when the value is durable. */
  save(key: string, value: string): Promise<void>
}

export interface FileTailOptions {
  readonly path: string
  readonly source?: string
  readonly format?: string
  readonly zone?: string
  readonly port: IngestPort
  readonly places: PlaceStore
  readonly log: Log
  readonly now: () => Micros
  /** Default {@link POLL_MS}. */
  readonly pollMs?: number
}

/** How often a file is looked at. */
const POLL_MS = 500
/** A rotated file that has not grown for so many looks is finished. */
const QUIET_LOOKS = 3
/** No more lines than a request may have, however short. */
const READ_BYTES = 512 * 1024
/** A line longer than this is sent in pieces. */
const LONGEST_LINE_BYTES = 4 * 1024 * 1024
/** So many first bytes tell a file from what was written over it. */
const START_BYTES = 256
const LONGEST_PAUSE_MS = 5_000

/** What rotation puts behind a file's name: `.1`, `-20261121`, `.2026-11-21T10`. */
const ROTATION = /^[.-]\d[\dT:.-]*$/

/** Which file is being read and how far; saved as JSON. */
interface Place {
  readonly device: number
  readonly inode: number
  /** Names this content to the ingest side, which drops what it has taken of it before. */
  readonly file: string
  /** Everything before is acknowledged. */
  offset: number
  /** The first bytes, base64: at most {@link START_BYTES}, grown with the file until then. */
  start: string
}

/**
 * Follows a file that grows. Survives rotation by rename (the old file is read to its end first, also
 * when it happened between two runs, or several times), truncation in place, and restarts: the place is saved before the
 * first line of a file is sent and after what has been acknowledged, and what is sent twice after a
 * crash is recognised by the file's name and offset.
 */
export class FileTail {
  readonly #options: FileTailOptions
  readonly #path: string
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #handle: FileHandle | undefined
  #place: Place | undefined
  #isMissing = false
  #quietLooks = 0

  private constructor(options: FileTailOptions) {
    this.#options = options
    this.#path = resolve(options.path)
    this.#running = this.#run()
  }

  static start(options: FileTailOptions): FileTail {
    return new FileTail(options)
  }

  /** Stops following; what was acknowledged is saved. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log, pollMs = POLL_MS } = this.#options
    while (!this.#stop.signal.aborted) {
      try {
        await this.#look()
      } catch (error) {
        if (!this.#stop.signal.aborted) {
          log.warn(
            { path: this.#path, reason: messageOf(error) },
            'cannot follow a file; trying again',
          )
        }
      }
      await this.#pause(pollMs)
    }
    await this.#handle?.close()
  }

  async #look(): Promise<void> {
    const info = await this.#statPath()
    if (this.#handle === undefined && info !== undefined) await this.#resume(info)
    const place = this.#place
    if (this.#handle === undefined || place === undefined) return
    if (info !== undefined && !isSame(info, place)) {
      await this.#leave(this.#handle, info)
    } else if (await this.#wasRewritten(this.#handle, place)) {
      this.#options.log.info({ path: this.#path }, 'file was truncated; reading it from its start')
      await this.#begin()
    }
    await this.#drain(false)
  }

  /**
   * Turns to the file that took the place of the one being read, once that has been quiet for a few
   * looks: a writer goes on with the renamed file until it is told to open the new one.
   */
  async #leave(handle: FileHandle, current: Stats): Promise<void> {
    const before = this.#place?.offset
    await this.#drain(false)
    this.#quietLooks = before === this.#place?.offset ? this.#quietLooks + 1 : 0
    if (this.#quietLooks < QUIET_LOOKS) return
    this.#quietLooks = 0
    await this.#drain(true)
    await this.#begin(await this.#rotatedAfter(handle, current))
  }

  /**
   * The oldest file that was rotated away after the one of `handle`, when there were several rotations
   * since it was looked at; else the file at the path.
   */
  async #rotatedAfter(handle: FileHandle, current: Stats): Promise<string> {
    const { mtimeMs } = await handle.stat()
    let next = { path: this.#path, mtimeMs: Infinity }
    for (const path of await this.#rotatedFiles()) {
      const info = await statOrGone(path)
      if (info === undefined || !info.isFile() || info.ino === current.ino) continue
      if (info.mtimeMs > mtimeMs && info.mtimeMs < next.mtimeMs) {
        next = { path, mtimeMs: info.mtimeMs }
      }
    }
    return next.path
  }

  /** The paths beside it that rotation gives: its name with a number or a date behind. */
  async #rotatedFiles(): Promise<string[]> {
    const folder = dirname(this.#path)
    const name = basename(this.#path)
    return (await readdir(folder))
      .filter((other) => other.startsWith(name) && ROTATION.test(other.slice(name.length)))
      .map((other) => join(folder, other))
  }

  /** The file at the path; undefined while there is none (between two steps of a rotation). */
  async #statPath(): Promise<Stats | undefined> {
    try {
      const info = await stat(this.#path)
      this.#isMissing = false
      return info
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      if (!this.#isMissing) this.#options.log.warn({ path: this.#path }, 'waiting for a file')
      this.#isMissing = true
      return undefined
    }
  }

  /** Goes on where the last run stopped, or begins. */
  async #resume(info: Stats): Promise<void> {
    const text = await this.#options.places.load(this.#key)
    const saved = text === undefined ? undefined : (JSON.parse(text) as Place)
    if (saved === undefined) return this.#begin()
    const path = isSame(info, saved) ? this.#path : await this.#findRotated(saved)
    if (path === undefined) {
      this.#options.log.warn(
        { path: this.#path },
        'the file read last is gone; its rest is not read',
      )
      return this.#begin()
    }
    this.#handle = await open(path)
    this.#place = saved
  }

  /** Where a file went that was renamed inside its folder. */
  async #findRotated(place: Place): Promise<string | undefined> {
    const folder = dirname(this.#path)
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      const info = await statOrGone(path)
      if (info !== undefined && isSame(info, place)) return path
    }
    return undefined
  }

  async #begin(path = this.#path): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
    const handle = await open(path)
    // Of what was opened: the path may name another file by now.
    const info = await handle.stat()
    this.#place = {
      device: info.dev,
      inode: info.ino,
      file: `${this.#path}#${this.#options.now()}`,
      offset: 0,
      start: '',
    }
    this.#handle = handle
    await this.#save()
  }

  async #wasRewritten(handle: FileHandle, place: Place): Promise<boolean> {
    const { size } = await handle.stat()
    if (size < place.offset) return true
    const start = Buffer.from(place.start, 'base64')
    return !(await readAt(handle, 0, start.length)).equals(start)
  }

  /** Sends what is there; `isLast` also sends a last line without an end. */
  async #drain(isLast: boolean): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted && this.#handle !== undefined && this.#place !== undefined) {
      const bytes = await this.#readLines(this.#handle, this.#place.offset, isLast)
      if (bytes.length === 0) return
      await this.#send(bytes, this.#place)
      this.#place.offset += bytes.length
      const start = await readAt(this.#handle, 0, Math.min(START_BYTES, this.#place.offset))
      this.#place.start = start.toString('base64')
      await this.#save()
    }
  }

  /** Whole lines from `offset` on; empty when there is none yet. */
  async #readLines(handle: FileHandle, offset: number, isLast: boolean): Promise<Buffer> {
    for (let length = READ_BYTES; ; length *= 2) {
      const bytes = await readAt(handle, offset, length)
      const end = bytes.lastIndexOf(10) + 1
      if (end > 0) return bytes.subarray(0, end)
      if (bytes.length >= LONGEST_LINE_BYTES) return bytes
      if (bytes.length < length) return isLast ? bytes : bytes.subarray(0, 0)
    }
  }

  /** Until it is taken: a full or busy pipeline makes the file wait, which costs nothing. */
  async #send(body: Buffer, place: Place): Promise<void> {
    const { source, format, zone, port, now } = this.#options
    const meta = {
      file: place.file,
      path: this.#path,
      offset: String(place.offset),
      ...(source === undefined ? {} : { source }),
      ...(format === undefined ? {} : { format }),
      ...(zone === undefined ? {} : { zone }),
    }
    for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      this.#stop.signal.throwIfAborted()
      try {
        // The port may take the bytes away to another thread.
        const copy = new Uint8Array(body)
        const peer = this.#path
        await port.submit({ protocol: 'lines', received: now(), peer, meta, body: copy })
        return
      } catch (error) {
        if (!isPassing(error)) throw error
      }
      await this.#pause(pauseMs)
    }
  }

  #save(): Promise<void> {
    return this.#options.places.save(this.#key, JSON.stringify(this.#place))
  }

  get #key(): string {
    return `file-tail:${this.#path}`
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stop.signal.aborted) return
    // Ends early when it is told to stop: that is no error.
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined)
  }
}

/** What is known of a file; undefined when it has gone since its folder was listed. */
async function statOrGone(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isSame(info: Stats, place: Place): boolean {
  return info.dev === place.device && info.ino === place.inode
}

function isPassing(error: unknown): boolean {
  const passing = ['overloaded', 'storage_full', 'storage_unavailable']
  return error instanceof AppError && passing.includes(error.code)
}

/** Up to `length` bytes; fewer only at the end of the file. */
async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
