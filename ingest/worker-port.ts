import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { AppError, messageOf } from '../model/errors.ts'
import type { Envelope, IngestPort, Reply } from './port.ts'
import { serveSink, type CommitSink } from './sink.ts'
import type {
  Failure,
  FromWorker,
  IngestSettings,
  IngestStats,
  Listener,
  ToWorker,
  WorkerStart,
} from './worker-messages.ts'

export type { IngestSettings, IngestStats, Listener } from './worker-messages.ts'

interface Waiting {
  readonly resolve: (answer: Reply | IngestStats) => void
  readonly reject: (error: AppError) => void
}

/**
 * The main thread's side of the ingest thread: what the HTTP listeners submit goes there, by transfer
 * where the body owns its memory.
 */
export class IngestWorker implements IngestPort {
  readonly listeners: readonly Listener[]
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #ended: Promise<void>
  /** Resolves with why the thread has ended by itself. */
  readonly failed: Promise<AppError>
  #tellFailure!: (failure: AppError) => void
  #nextId = 1
  #isClosing = false
  #failure: AppError | undefined

  private constructor(worker: Worker, listeners: readonly Listener[]) {
    this.#worker = worker
    this.listeners = listeners
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()))
    this.failed = new Promise((resolve) => (this.#tellFailure = resolve))
    worker.on('message', (message: FromWorker) => this.#hear(message))
    worker.on('error', (error) => this.#fail(error))
    worker.on('exit', () => this.#fail(new Error('the ingest thread has ended')))
  }

  /**
   * Starts the thread, which replays the spool and opens the syslog sockets; resolves when it takes
   * records. `sink` is the store itself, or a port that `serveSink` answers in the store's thread.
   * Throws what the thread could not do (`address_in_use`, `data_version` …).
   */
  static async start(
    settings: IngestSettings,
    sink: CommitSink | MessagePort,
  ): Promise<IngestWorker> {
    const port = 'postMessage' in sink ? sink : portTo(sink)
    const data: WorkerStart = { settings, sink: port }
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: data,
      transferList: [port],
      // Lines live for one commit: a young generation that holds them saves copying them twice.
      resourceLimits: { maxYoungGenerationSizeMb: 96 },
    })
    return new IngestWorker(worker, await ready(worker))
  }

  /** Why the thread has ended by itself; undefined while it runs. */
  get failure(): AppError | undefined {
    return this.#failure
  }

  /** See {@link IngestPort}. The body must not be used any more. */
  async submit(envelope: Envelope): Promise<Reply> {
    const { body } = envelope
    const owned = body.byteOffset === 0 && body.byteLength === body.buffer.byteLength
    const transfer = owned && body.buffer instanceof ArrayBuffer ? [body.buffer] : []
    return (await this.#ask((id) => ({ kind: 'submit', id, envelope }), transfer)) as Reply
  }

  async stats(): Promise<IngestStats> {
    return (await this.#ask((id) => ({ kind: 'stats', id }), [])) as IngestStats
  }

  /** Closes the sockets, brings what was taken to the store, ends the thread. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) return
    this.#isClosing = true
    this.#post({ kind: 'close' }, [])
    await this.#ended
  }

  /** Ends the thread at once: what it took and has not stored stays in its spool. */
  async abandon(): Promise<void> {
    this.#isClosing = true
    await this.#worker.terminate()
  }

  #ask(
    message: (id: number) => ToWorker,
    transfer: readonly ArrayBuffer[],
  ): Promise<Reply | IngestStats> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#post(message(id), transfer)
    })
  }

  #post(message: ToWorker, transfer: readonly ArrayBuffer[]): void {
    this.#worker.postMessage(message, [...transfer])
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'reply':
        return this.#settle(message.id, (waiting) => waiting.resolve(message.reply))
      case 'stats':
        return this.#settle(message.id, (waiting) => waiting.resolve(message.stats))
      case 'refused':
        return this.#settle(message.id, (waiting) => waiting.reject(errorOf(message.failure)))
      case 'closed':
        void this.#worker.terminate()
        return
      case 'ready':
      case 'failed':
        // Heard by `ready` before there is an IngestWorker.
        return
    }
  }

  #settle(id: number, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (waiting !== undefined) settle(waiting)
  }

  #fail(cause: Error): void {
    const doing = this.#isClosing ? 'shutting down' : `the ingest thread failed: ${cause.message}`
    this.#failure ??= new AppError('storage_unavailable', `cannot take records: ${doing}`, {
      cause,
    })
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure)
    this.#waiting.clear()
    if (!this.#isClosing) this.#tellFailure(this.#failure)
  }
}

function portTo(sink: CommitSink): MessagePort {
  const { port1, port2 } = new MessageChannel()
  serveSink(port1, sink)
  return port2
}

/** The listeners of a thread that has started; throws why it has not. */
function ready(worker: Worker): Promise<readonly Listener[]> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      reject(new AppError('internal', `cannot start ingest: ${messageOf(error)}`, { cause: error }))
    }
    worker.once('error', fail)
    worker.once('exit', () => fail('the thread ended'))
    worker.once('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        worker.off('error', fail)
        resolve(message.listeners)
      } else if (message.kind === 'failed') {
        void worker.terminate()
        reject(errorOf(message.failure))
      }
    })
  })
}

function errorOf({ code, message, hint }: Failure): AppError {
  return new AppError(code, message, hint === undefined ? {} : { hint })
}
