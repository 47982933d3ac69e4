import { existsSync } from 'node:fs'
import { readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError, messageOf } from '../../model/errors.ts'
import { makeFolder } from '../store/make-folder.ts'
import { parseManifest, type SampleManifest } from './manifest.ts'

/** There once all of it is stored: the manifest of what was loaded. */
const LOADED = 'loaded.json'
/** There while the own data is shown beside a loaded sample. */
const HIDDEN = 'hidden'
/** Behind the folder's name while it is being deleted. */
const REMOVED = '.removed'
/** Spool, store and what is freed only after a commit, at the most. */
const DISK_BYTES = 256 * 1024 * 1024

/** The folder that a loaded sample is in, made and deleted as a whole. */
export class SampleFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  get store(): string {
    return join(this.path, 'store')
  }

  get spool(): string {
    return join(this.path, 'spool')
  }

  /** True where a sample is or was being loaded. */
  get isThere(): boolean {
    return existsSync(this.path)
  }

  async makeEmpty(): Promise<void> {
    await this.delete()
    await makeFolder(this.path)
  }

  /** By another name first: what a crash leaves of it is then never taken for a sample. */
  async delete(): Promise<void> {
    const removed = `${this.path}${REMOVED}`
    try {
      await rm(removed, { recursive: true, force: true })
      if (this.isThere) await rename(this.path, removed)
      await rm(removed, { recursive: true, force: true })
    } catch (cause) {
      const message = `cannot delete the sample in ${this.path}: ${messageOf(cause)}`
      throw new AppError('storage_unavailable', message, { cause })
    }
  }

  /** Goes on with a deletion that a crash has cut short. */
  async clearRemains(): Promise<void> {
    await rm(`${this.path}${REMOVED}`, { recursive: true, force: true })
  }

  /** The manifest of what is whole in it; undefined for a half loaded sample. */
  async loaded(): Promise<SampleManifest | undefined> {
    const path = join(this.path, LOADED)
    if (!existsSync(path)) return undefined
    return parseManifest(path, await readFile(path, 'utf8'))
  }

  async markLoaded(manifest: SampleManifest): Promise<void> {
    const path = join(this.path, LOADED)
    await writeFile(`${path}.new`, `${JSON.stringify(manifest)}\n`)
    await rename(`${path}.new`, path)
  }

  get isHidden(): boolean {
    return existsSync(join(this.path, HIDDEN))
  }

  async markHidden(isHidden: boolean): Promise<void> {
    const path = join(this.path, HIDDEN)
    if (isHidden) await writeFile(path, '')
    else await rm(path, { force: true })
  }

  /** Throws `storage_full` where loading cannot end well. */
  async checkRoom(): Promise<void> {
    const parent = dirname(this.path)
    const { bavail, bsize } = await statfs(parent)
    if (bavail * bsize >= DISK_BYTES) return
    const [free, needed] = [bavail * bsize, DISK_BYTES].map((bytes) => Math.round(bytes / 1e6))
    const message = `cannot load the sample: it needs ${needed} MB for a while, and the disk under ${parent} has ${free} MB left`
    throw new AppError('storage_full', message, { hint: 'free some disk' })
  }
}
