import type { MessagePort } from 'node:worker_threads'
import type { Commit } from '../model/batch.ts'
import type { Entity, Relation } from '../model/entity.ts'
import { AppError, messageOf, type ErrorCode } from '../model/errors.ts'

/**
 * Where commits go; the store stands behind it. Both calls may be repeated with the same content
 * after a failure or a crash, and must then change nothing.
 */
export interface CommitSink {
  /** Resolves when all of the commit is durable and visible; rejects when none of it is. */
  commit(commit: Commit): Promise<void>
  applyInventory(entities: readonly Entity[], relations: readonly Relation[]): Promise<void>
}

type Request =
  | { readonly id: number; readonly kind: 'commit'; readonly commit: Commit }
  | {
      readonly id: number
      readonly kind: 'inventory'
      readonly entities: readonly Entity[]
      readonly relations: readonly Relation[]
    }

interface Answer {
  readonly id: number
  readonly failure?: { readonly code: ErrorCode; readonly message: string }
}

interface Waiting {
  resolve(): void
  reject(error: AppError): void
}

/**
 * A sink in another thread. Commits are copied, not transferred: the sender keeps its copy until the
 * answer, so that a store that fails once can be asked again.
 */
export class MessagePortSink implements CommitSink {
  readonly #port: MessagePort
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #closed = false

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (answer: Answer) => this.#settle(answer))
    port.on('close', () => this.#abandon())
  }

  commit(commit: Commit): Promise<void> {
    return this.#ask({ id: this.#nextId++, kind: 'commit', commit })
  }

  applyInventory(entities: readonly Entity[], relations: readonly Relation[]): Promise<void> {
    return this.#ask({ id: this.#nextId++, kind: 'inventory', entities, relations })
  }

  #ask(request: Request): Promise<void> {
    if (this.#closed) return Promise.reject(gone())
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject })
      this.#port.postMessage(request)
    })
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.failure === undefined) waiting?.resolve()
    else waiting?.reject(new AppError(answer.failure.code, answer.failure.message))
  }

  #abandon(): void {
    this.#closed = true
    for (const waiting of this.#waiting.values()) waiting.reject(gone())
    this.#waiting.clear()
  }
}

function gone(): AppError {
  return new AppError('storage_unavailable', 'cannot store: the store thread has ended')
}

/** Answers a {@link MessagePortSink} at the other end of `port` with `sink`, in order, one at a time. */
export function serveSink(port: MessagePort, sink: CommitSink): void {
  let last = Promise.resolve()
  port.on('message', (request: Request) => {
    last = last.then(async () => port.postMessage(await answer(sink, request)))
  })
}

async function answer(sink: CommitSink, request: Request): Promise<Answer> {
  try {
    if (request.kind === 'commit') await sink.commit(request.commit)
    else await sink.applyInventory(request.entities, request.relations)
    return { id: request.id }
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal'
    return { id: request.id, failure: { code, message: messageOf(error) } }
  }
}
