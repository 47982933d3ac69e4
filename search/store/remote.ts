import type { MessagePort } from 'node:worker_threads'
import { AppError, messageOf, type ErrorCode } from '../../model/errors.ts'
import type { QueryContext, SharedStore, Store } from './store.ts'
import type { WholeStore } from './whole-store.ts'

/** The calls that cross threads: all of the contract but what takes part in no question. */
type Method = Exclude<keyof RemoteStore, 'kind'>

/** All that a store of another thread may be asked. */
type RemoteStore = SharedStore & WholeStore

/** Where each cancellable call has its {@link QueryContext}. */
const CONTEXT_ARGUMENT: Readonly<Partial<Record<Method, number>>> = {
  search: 1,
  aggregate: 1,
  counts: 1,
  around: 1,
  patterns: 1,
  tail: 3,
  series: 1,
}

type Request =
  | {
      readonly kind: 'call'
      readonly id: number
      readonly method: Method
      readonly args: unknown[]
    }
  | { readonly kind: 'cancel'; readonly id: number }

interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | undefined
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }

/** Answers a {@link remoteStore} at the other end of `port` from a store in this thread. */
export function serveStore(port: MessagePort, store: Store): void {
  const running = new Map<number, AbortController>()
  const call = async (id: number, method: Method, args: unknown[]): Promise<Answer> => {
    try {
      const methods = store as unknown as Record<Method, (...args: unknown[]) => Promise<unknown>>
      return { id, value: await methods[method](...args) }
    } catch (error) {
      return { id, failure: failureOf(error) }
    }
  }
  port.on('message', (request: Request) => {
    if (request.kind === 'cancel') {
      running.get(request.id)?.abort()
      return
    }
    const { id, method, args } = request
    const context = CONTEXT_ARGUMENT[method]
    if (context !== undefined) {
      const controller = new AbortController()
      running.set(id, controller)
      args[context] = { ...(args[context] as object | undefined), signal: controller.signal }
    }
    void call(id, method, args).then((answer) => {
      running.delete(id)
      port.postMessage(answer)
    })
  })
}

function failureOf(error: unknown): Failure {
  const known = error instanceof AppError ? error : undefined
  return { code: known?.code ?? 'internal', message: messageOf(error), hint: known?.hint }
}

/** The store of another thread, as if it were in this one. What is only of a shared store needs one there. */
export function remoteStore(port: MessagePort, kind: Store['kind']): RemoteStore {
  const caller = new Caller(port)
  const call =
    <M extends Method>(method: M) =>
    (...args: Parameters<RemoteStore[M]>): ReturnType<RemoteStore[M]> =>
      caller.call(method, args) as ReturnType<RemoteStore[M]>
  return {
    kind,
    commit: call('commit'),
    search: call('search'),
    aggregate: call('aggregate'),
    counts: call('counts'),
    around: call('around'),
    patterns: call('patterns'),
    record: call('record'),
    tail: call('tail'),
    series: call('series'),
    seriesOf: call('seriesOf'),
    putEntities: call('putEntities'),
    putRelations: call('putRelations'),
    entities: call('entities'),
    relations: call('relations'),
    inventoryVersion: call('inventoryVersion'),
    sources: call('sources'),
    deadLetters: call('deadLetters'),
    removeDeadLetters: call('removeDeadLetters'),
    getState: call('getState'),
    putState: call('putState'),
    versionedState: call('versionedState'),
    replaceState: call('replaceState'),
    contents: call('contents'),
    recordsOf: call('recordsOf'),
    pointsOf: call('pointsOf'),
    documents: call('documents'),
    recovery: call('recovery'),
    stats: call('stats'),
    retain: call('retain'),
    backup: call('backup'),
    close: call('close'),
  }
}

interface Waiting {
  readonly method: Method
  resolve(value: unknown): void
  reject(error: AppError): void
  done(): void
}

class Caller {
  readonly #port: MessagePort
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #closed = false

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (answer: Answer) => this.#settle(answer))
    port.on('close', () => this.#abandon())
  }

  call(method: Method, args: readonly unknown[]): Promise<unknown> {
    if (this.#closed) return Promise.reject(ended(method))
    const id = this.#nextId++
    const sent = [...args]
    const place = CONTEXT_ARGUMENT[method]
    const context = place === undefined ? undefined : (args[place] as QueryContext | undefined)
    const signal = context?.signal
    if (place !== undefined) {
      sent[place] = context?.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }
    }
    return new Promise((resolve, reject) => {
      const cancel = (): void => this.#post({ kind: 'cancel', id })
      signal?.addEventListener('abort', cancel)
      const done = (): void => signal?.removeEventListener('abort', cancel)
      this.#waiting.set(id, { method, resolve, reject, done })
      this.#post({ kind: 'call', id, method, args: sent })
      if (signal?.aborted === true) cancel()
    })
  }

  #post(request: Request): void {
    this.#port.postMessage(request)
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (waiting === undefined) return
    waiting.done()
    if ('failure' in answer) return waiting.reject(errorOf(answer.failure))
    waiting.resolve(answer.value)
  }

  #abandon(): void {
    this.#closed = true
    for (const waiting of this.#waiting.values()) {
      waiting.done()
      waiting.reject(ended('answer'))
    }
    this.#waiting.clear()
  }
}

function errorOf({ code, message, hint }: Failure): AppError {
  return new AppError(code, message, hint === undefined ? {} : { hint })
}

function ended(what: string): AppError {
  return new AppError('storage_unavailable', `cannot ${what}: the store thread has ended`)
}
