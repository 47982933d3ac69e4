import type { Logger } from 'pino'
import { IngestWorker } from '../../ingest/worker-port.ts'
import type { SampleState, SampleStatus } from '../../model/api.ts'
import { AppError, messageOf } from '../../model/errors.ts'
import { microsFromMillis } from '../../model/time.ts'
import { NO_NOTES, type AnswerNotes } from '../api/coverage.ts'
import type { SampleControl } from '../api/parts.ts'
import { openStore, type OpenedStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { sampleEnvelopes } from './envelopes.ts'
import { checkLoaded, feed } from './feed.ts'
import { readManifest, type SampleManifest } from './manifest.ts'
import { OwnRecords } from './own-records.ts'
import { SampleFolder } from './sample-folder.ts'
import { statusOf } from './status.ts'

/** Of the records of the sample's own store. */
const NODE = 'n1'
/** The engine's bound on its memory: the sample is small, and the own store is open beside it. */
const MEMORY = '256MB'
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
 * Its store is open only while it is shown; that the own data is shown beside it is marked in its folder. What was being loaded when the process ended is deleted and loaded again at the next start.
 */
export class Sample implements SampleControl {
  readonly #parts: SampleParts
  readonly #folder: SampleFolder
  readonly #own: OwnRecords
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
  #switches = 0

  constructor(parts: SampleParts) {
    this.#parts = parts
    this.#folder = new SampleFolder(parts.folder)
    this.#own = new OwnRecords(parts.own, (error) =>
      parts.log.warn({ err: error }, 'cannot count the own records'),
    )
  }

  /** Opens what the last process left: a loaded sample is shown or not as then, a half loaded one is loaded again. */
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

  /** See {@link SampleControl}. */
  async status(): Promise<SampleStatus> {
    let missing: string | null = null
    const shipped = await readManifest(this.#parts.files).catch((error: unknown) => {
      missing = sentenceOf(error)
      return undefined
    })
    // A store that is being closed at this moment holds nothing any more.
    const loaded = await this.#opened?.store.stats().catch(() => undefined)
    return statusOf({
      missing,
      state: this.#state,
      shown: this.#opened !== undefined,
      progress: this.#progress,
      failure: this.#failure,
      folder: this.#folder.path,
      manifest: this.#manifest ?? shipped,
      loaded,
      ownRecords: await this.#own.count(),
    })
  }

  /** See {@link SampleControl}. */
  load(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isClosing) return
      if (this.#state === 'loaded') await this.#showLoaded()
      if (this.#state !== 'absent') return
      const manifest = await readManifest(this.#parts.files)
      await this.#folder.checkRoom()
      this.#begin(manifest)
    })
  }

  /** See {@link SampleControl}. */
  async show(isShown: boolean): Promise<void> {
    await this.#loading
    return this.#inTurn(async () => {
      if (this.#isClosing) return
      if (this.#state !== 'loaded') throw notLoaded()
      if (isShown) return this.#showLoaded()
      await this.#folder.markHidden(true)
      await this.#hide()
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
      try {
        await this.#hide()
        await this.#folder.delete()
      } finally {
        this.#forget()
      }
    })
  }

  /** See {@link SampleControl}. */
  notes(): AnswerNotes {
    if (this.#opened === undefined) return NO_NOTES
    const isLoading = this.#state === 'loading'
    const own = this.#own.latest()
    return {
      cuts: isLoading ? [`the sample is being loaded, ${percent(this.#progress)} so far`] : [],
      remarks: own === 0 ? [] : [aboutOwn(own)],
    }
  }

  /** See {@link SampleControl}. */
  switches(): number {
    return this.#switches
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
    await this.#folder.clearRemains()
    if (!this.#folder.isThere) return
    const shipped = await readManifest(this.#parts.files).catch(() => undefined)
    const loaded = await this.#folder.loaded()
    const { isHidden } = this.#folder
    // A newer one takes its place only where it is looked at: own data is never pushed aside.
    const isKept = isHidden || shipped === undefined || shipped.build === loaded?.build
    if (loaded !== undefined && isKept) {
      if (!isHidden) await this.#show()
      this.#manifest = loaded
      this.#progress = 1
      this.#state = 'loaded'
    } else if (shipped !== undefined) {
      this.#begin(shipped)
    } else {
      await this.#folder.delete()
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
      await this.#folder.makeEmpty()
      await this.#ingest(manifest, signal)
      const seconds = Math.round((performance.now() - began) / 100) / 10
      this.#progress = 1
      this.#state = 'loaded'
      this.#parts.log.info({ seconds }, 'the sample is loaded')
    } catch (error) {
      if (signal.reason === CLOSING) return
      await this.#hide()
      await this.#folder.delete().catch((failure: unknown) => {
        this.#parts.log.warn({ err: failure }, 'a sample that is not whole stays on disk')
      })
      if (!signal.aborted) this.#fail(error)
      this.#forget()
    }
  }

  /** Through the ordinary way in: envelope, spool, commit, ledger. */
  async #ingest(manifest: SampleManifest, signal: AbortSignal): Promise<void> {
    const { store, commitPort } = await this.#show()
    const worker = await IngestWorker.start(
      {
        node: NODE,
        spool: this.#folder.spool,
        known: await store.recovery(NODE),
        sources: new Map(),
        limits: {},
        logLevel: this.#parts.log.level,
      },
      commitPort,
    )
    try {
      const onProgress = (share: number): void => void (this.#progress = share)
      await feed(worker, sampleEnvelopes(this.#parts.files, manifest, now, onProgress), signal)
    } catch (error) {
      // What is not whole is not kept: nothing is waited for, least of all a store that takes nothing.
      await worker.abandon()
      throw error
    }
    await worker.close()
    await checkLoaded(store, manifest)
    await this.#folder.markLoaded(manifest)
  }

  async #showLoaded(): Promise<void> {
    if (this.#opened === undefined) await this.#show()
    await this.#folder.markHidden(false)
  }

  async #show(): Promise<OpenedStore> {
    const opened = await openStore({ folder: this.#folder.store, memoryLimit: MEMORY })
    this.#opened = opened
    this.#switched()
    void opened.failed.then((error) => {
      if (this.#opened !== opened) return
      this.#fail(error)
      this.#opened = undefined
      this.#forget()
      this.#switched()
    })
    return opened
  }

  async #hide(): Promise<void> {
    const opened = this.#opened
    if (opened === undefined) return
    this.#opened = undefined
    this.#switched()
    try {
      await opened.store.close()
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'cannot close the store of the sample')
    }
    await opened.stop()
  }

  #switched(): void {
    this.#switches++
    this.#parts.onShown()
  }

  #forget(): void {
    this.#manifest = undefined
    this.#progress = 0
    this.#state = 'absent'
  }

  #fail(error: unknown): void {
    this.#failure = sentenceOf(error)
    this.#parts.log.error({ err: error }, 'cannot show the sample')
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
  return `this is the sample; ${what} kept beside it, and searched once they are shown instead`
}

function sentenceOf(error: unknown): string {
  const hint = error instanceof AppError ? error.hint : undefined
  return hint === undefined ? messageOf(error) : `${messageOf(error)}; ${hint}`
}

function notLoaded(): AppError {
  return new AppError('not_found', 'cannot switch to or from the sample: none is loaded', {
    hint: 'load it with POST /api/v1/sample',
  })
}

const now = () => microsFromMillis(Date.now())
