import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { AppError, messageOf, type ErrorCode } from '../../model/errors.ts'
import type { ConnectionOptions } from './elastic/connection.ts'
import { remoteStore } from './remote.ts'
import type { SharedStore } from './store.ts'
import type { WholeStore } from './whole-store.ts'

export interface EmbeddedPlace {
  /** Folder of the embedded store; made if it is missing. */
  readonly folder: string
  /** Bound on the engine's own memory, in DuckDB's words; default `512MB`. */
  readonly memoryLimit?: string
}

export interface ElasticPlace {
  readonly elastic: ConnectionOptions & {
    /** What the names of its indices begin with; default `plumbline`. */
    readonly prefix?: string
    /** Who commits, as `Recovery` tells it. */
    readonly writer?: string
  }
}

export type OpenOptions = EmbeddedPlace | ElasticPlace

export interface OpenedStore {
  readonly store: WholeStore
  /** The same store where other processes may share it, else null. */
  readonly shared: SharedStore | null
  /** The server behind it and its version; null for the embedded one. */
  readonly server: string | null
  /** The end of the store's own commit line, for the ingest thread; see ingest/sink.ts. */
  readonly commitPort: MessagePort
  /** Resolves with why the store thread has ended by itself. */
  readonly failed: Promise<AppError>
  /** Ends the store thread after a close of the store. */
  stop(): Promise<void>
}

/** What the store thread is started with. */
export interface StoreThreadData {
  readonly place: OpenOptions
  readonly storePort: MessagePort
  readonly commitPort: MessagePort
}

/** First and only message of the store thread to its parent. */
export type StoreThreadReport =
  | { readonly kind: 'open'; readonly server: string | null }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly message: string
      readonly hint?: string
    }

/** The compiled thread, also when this file runs as TypeScript (tests). */
function threadUrl(): URL {
  const path = import.meta.url.endsWith('.ts')
    ? '../../dist/search/store-thread.js'
    : '../store-thread.js'
  return new URL(path, import.meta.url)
}

/**
 * Opens a store in a thread of its own. Throws `data_locked`, `data_version`, `permission_denied`,
 * `configuration` or `storage_unavailable`.
 */
export async function openStore(place: OpenOptions): Promise<OpenedStore> {
  const questions = new MessageChannel()
  const commits = new MessageChannel()
  const workerData: StoreThreadData = {
    place,
    storePort: questions.port2,
    commitPort: commits.port2,
  }
  const worker = new Worker(threadUrl(), {
    workerData,
    transferList: [questions.port2, commits.port2],
  })
  const server = await opened(worker)
  const isShared = 'elastic' in place
  const store = remoteStore(questions.port1, isShared ? 'elastic' : 'embedded')
  return {
    store,
    shared: isShared ? store : null,
    server,
    commitPort: commits.port1,
    failed: endOf(worker),
    stop: async () => {
      questions.port1.close()
      await worker.terminate()
    },
  }
}

function endOf(worker: Worker): Promise<AppError> {
  return new Promise((resolve) => {
    worker.once('error', (cause) => {
      const message = `the store thread failed: ${messageOf(cause)}`
      resolve(new AppError('storage_unavailable', message, { cause }))
    })
  })
}

/** The server that the thread has found. */
function opened(worker: Worker): Promise<string | null> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (report: StoreThreadReport) => {
      worker.off('error', reject)
      if (report.kind === 'open') resolve(report.server)
      else {
        const { code, message, hint } = report
        reject(new AppError(code, message, hint === undefined ? {} : { hint }))
      }
    })
  })
}
