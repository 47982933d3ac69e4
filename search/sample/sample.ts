import { existsSync } from 'node:fs'
import { readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { IngestWorker } from '../../ingest/worker-port.ts'
import type { SampleState, SampleStatus } from '../../model/api.ts'
import { AppError, messageOf } from '../../model/errors.ts'
import { microsFromMillis } from '../../model/time.ts'
import { NO_NOTES, type AnswerNotes } from '../api/coverage.ts'
import type { SampleControl } from '../api/parts.ts'
import { makeFolder } from '../store/make-folder.ts'
import { openStore, type OpenedStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { sampleEnvelopes } from './envelopes.ts'
import { checkLoaded, feed } from './feed.ts'
import { parseManifest, readManifest, type SampleManifest } from './manifest.ts'
import { statusOf } from './status.ts'

/** In the sample's folder once all of it is stored: the manifest of what was loaded. */
const LOADED = 'loaded.json'
/** Behind the folder's name while it is being deleted. */
const REMOVED = '.removed'
/** Of the records of the sample's own store. */
const NODE = 'n1'
/** Spool, store and what is freed only after a commit, at the most. */
const DISK_BYTES = 256 * 1024 * 1024
/** The engine's bound on its memory: the sample is small, and the own store is open beside it. */
const MEMORY = '256MB'
const COUNT_OWN_MS = 1_000
const CLOSING = 'closing'

export interface SampleParts {
  /** Where the sample is kept once it is loaded; made and deleted as a whole. */
  readonly folder: string
  /** The files it is loaded from. */
  readonly files: string
  readonly own: Store
  readonly log: Logger
  /** Called whenever another store is shown than before. */
  readonly onShown: () => void
}

/**
 * The sample incident beside the user's own data: a folder, a store and, while it is loaded, an ingest
 * thread of its own, so that the two never mix and removing it deletes a folder that holds nothing else.
 * What was being loaded when the process ended is deleted and loaded again at the next start.
 */
export class Sample implements SampleControl {
  readonly #parts: SampleParts
  #state: SampleState = 'absent'
  #progress = 0
  #failure: string | null = null
  #opened: OpenedStore | undefined
  /** Of what is loaded or being loaded. */
  #manifest: SampleManifest | undefined
  #breakOff = new AbortController()
  #loading: Promise<void> = Promise.resolve()
  /** Loading and removing are begun one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #isClosing = false
  /** What the user sent meanwhile, at most {@link COUNT_OWN_MS} old. */
  #ownRecords = 0
  #ownCountedAt = -Infinity

  constructor(parts: SampleParts) {
    this.#parts = parts
  }

  /** Opens what the last process left: a loaded sample is shown, a half loaded one is loaded again. */
  async resume(): Promise<void> {
    try {
      await this.#resume()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** The sample's store while the sample is shown, else undefined. */
  get store(): Store | undefined {
    return this.#opened?.store
  }

  async status(): Promise<SampleStatus> {
    const { own, files, folder } = this.#parts
    let missing: string | null = null
    const shipped = await readManifest(files).catch((error: unknown) => {
      missing = sentenceOf(error)
      return undefined
    })
    return statusOf({
      missing,
      state: this.#state,
      progress: this.#progress,
      failure: this.#failure,
      folder,
      manifest: this.#manifest ?? shipped,
      loaded: await this.#opened?.store.stats(),
      ownRecords: (this.#ownRecords = await receivedBy(own)),
    })
  }

  /** See {@link SampleControl}. */
  load(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state !== 'absent' || this.#isClosing) return
      const manifest = await readManifest(this.#parts.files)
      const records = await receivedBy(this.#parts.own)
      if (records > 0) throw notEmpty(records)
      await this.#checkRoom()
      this.#begin(manifest)
    })
  }

  /** See {@link SampleControl}. */
  remove(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'loading') this.#state = 'removing'
      this.#breakOff.abort()
      await this.#loading
      this.#failure = null
      if (this.#state !== 'loaded') return
      this.#state = 'removing'
      await this.#hide()
      await this.#delete()
      this.#manifest = undefined
      this.#state = 'absent'
    })
  }

  /** See {@link SampleControl}. */
  notes(): AnswerNotes {
    if (this.#opened === undefined) return NO_NOTES
    this.#countOwn()
    const isLoading = this.#state === 'loading'
    const own = this.#ownRecords
    return {
      cuts: isLoading ? [`the sample is being loaded, ${percent(this.#progress)} so far`] : [],
      remarks: own === 0 ? [] : [aboutOwn(own)],
    }
  }

  /** Stops what is going on; a sample that is not whole is loaded again at the next start. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#turn
    this.#breakOff.abort(CLOSING)
    await this.#loading
    await this.#hide()
  }

  async #resume(): Promise<void> {
    const { folder, files } = this.#parts
    await rm(`${folder}${REMOVED}`, { recursive: true, force: true })
    if (!existsSync(folder)) return
    const loaded = await this.#loadedManifest()
    const shipped = await readManifest(files).catch(() => undefined)
    if (loaded !== undefined && (shipped === undefined || shipped.build === loaded.build)) {
      await this.#show()
      this.#manifest = loaded
      this.#progress = 1
      this.#state = 'loaded'
    } else if (shipped !== undefined) {
      this.#begin(shipped)
    } else {
      await this.#delete()
    }
  }

  #begin(manifest: SampleManifest): void {
    this.#state = 'loading'
    this.#progress = 0
    this.#failure = null
    this.#manifest = manifest
    this.#breakOff = new AbortController()
    this.#loading = this.#load(manifest, this.#breakOff.signal)
  }

  async #load(manifest: SampleManifest, signal: AbortSignal): Promise<void> {
    const began = performance.now()
    try {
      await this.#delete()
      await makeFolder(this.#parts.folder)
      await this.#ingest(manifest, signal)
      const seconds = Math.round((performance.now() - began) / 100) / 10
      this.#progress = 1
      this.#state = 'loaded'
      this.#parts.log.info({ seconds }, 'the sample is loaded')
    } catch (error) {
      if (signal.reason === CLOSING) return
      await this.#hide()
      await this.#delete().catch((failure: unknown) => {
        this.#parts.log.warn({ err: failure }, 'cannot delete a sample that is not whole')
      })
      this.#manifest = undefined
      if (!signal.aborted) this.#fail(error)
      this.#state = 'absent'
    }
  }

  /** Through the ordinary way in: envelope, spool, commit, ledger. */
  async #ingest(manifest: SampleManifest, signal: AbortSignal): Promise<void> {
    const { folder, files, log } = this.#parts
    const { store, commitPort } = await this.#show()
    const worker = await IngestWorker.start(
      {
        node: NODE,
        spool: join(folder, 'spool'),
        known: await store.recovery(NODE),
        sources: new Map(),
        limits: {},
        logLevel: log.level,
      },
      commitPort,
    )
    try {
      const onProgress = (share: number): void => void (this.#progress = share)
      const envelopes = sampleEnvelopes(files, manifest, now, onProgress)
      await feed(worker, envelopes, signal)
    } finally {
      await worker.close()
    }
    await checkLoaded(store, manifest)
    const path = join(folder, LOADED)
    await writeFile(`${path}.new`, `${JSON.stringify(manifest)}\n`)
    await rename(`${path}.new`, path)
  }

  async #show(): Promise<OpenedStore> {
    const opened = await openStore({
      folder: join(this.#parts.folder, 'store'),
      memoryLimit: MEMORY,
    })
    this.#opened = opened
    this.#parts.onShown()
    void opened.failed.then(async (error) => {
      if (this.#opened !== opened) return
      this.#fail(error)
      this.#state = 'absent'
      this.#opened = undefined
      this.#parts.onShown()
    })
    return opened
  }

  async #hide(): Promise<void> {
    const opened = this.#opened
    if (opened === undefined) return
    this.#opened = undefined
    this.#parts.onShown()
    await opened.store.close()
    await opened.stop()
  }

  /** By another name first: what a crash leaves is then gone on with, never shown. */
  async #delete(): Promise<void> {
    const { folder } = this.#parts
    const removed = `${folder}${REMOVED}`
    await rm(removed, { recursive: true, force: true })
    if (existsSync(folder)) await rename(folder, removed)
    await rm(removed, { recursive: true, force: true })
  }

  async #loadedManifest(): Promise<SampleManifest | undefined> {
    const path = join(this.#parts.folder, LOADED)
    try {
      return parseManifest(path, await readFile(path, 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#parts.log.warn({ err: error }, 'the sample is loaded again')
      }
      return undefined
    }
  }

  async #checkRoom(): Promise<void> {
    const folder = join(this.#parts.folder, '..')
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize >= DISK_BYTES) return
    const [free, needed] = [bavail * bsize, DISK_BYTES].map((bytes) => Math.round(bytes / 1e6))
    const message = `cannot load the sample: it needs ${needed} MB for a while, and the disk under ${folder} has ${free} MB left`
    throw new AppError('storage_full', message, { hint: 'free some disk' })
  }

  #countOwn(): void {
    const at = performance.now()
    if (at - this.#ownCountedAt < COUNT_OWN_MS) return
    this.#ownCountedAt = at
    receivedBy(this.#parts.own).then(
      (records) => (this.#ownRecords = records),
      (error: unknown) => this.#parts.log.warn({ err: error }, 'cannot count the own records'),
    )
  }

  #fail(error: unknown): void {
    this.#failure = sentenceOf(error)
    this.#parts.log.error({ err: error }, 'cannot load the sample')
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {
      // Its caller hears of it; the next in line goes on.
    })
    return turn
  }
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`

function aboutOwn(records: number): string {
  const what = records === 1 ? '1 record of your own is' : `${records} records of your own are`
  return `this is the sample; ${what} kept beside it, and searched once the sample is removed`
}

function sentenceOf(error: unknown): string {
  const hint = error instanceof AppError ? error.hint : undefined
  return hint === undefined ? messageOf(error) : `${messageOf(error)}; ${hint}`
}

/** Everything a store's sources sent, whatever became of it. */
export async function receivedBy(store: Store): Promise<number> {
  const sources = await store.sources()
  return sources.reduce((sum, { counts }) => sum + counts.received, 0)
}

function notEmpty(records: number): AppError {
  const what = records === 1 ? '1 record' : `${records} records`
  return new AppError('not_empty', `cannot load the sample: the folder has ${what} of its own`, {
    hint: 'the sample is for a folder without data: plumbline serve --sample --data DIR',
  })
}

const now = () => microsFromMillis(Date.now())
