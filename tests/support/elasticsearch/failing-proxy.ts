import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** When the wire is cut: before the request reaches the server, or after it did and before its answer. */
export type Cut = 'before' | 'after'

/** Passes requests on until one of them, from which on nothing comes through; or, in a storm, only some and in parts. */
export class FailingProxy {
  readonly url: string
  /** Requests that may write and came until now. */
  writes = 0
  readonly #server: Server
  readonly #target: string
  #failAt = Infinity
  #cut: Cut = 'before'
  #isStorm = false
  #requests = 0
  /** Requests and items of bulk requests that were answered 429. */
  refused = 0

  private constructor(server: Server, target: string) {
    this.#server = server
    this.#target = target
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#pass(request, response)
    })
  }

  static async start(target: string): Promise<FailingProxy> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new FailingProxy(server, target)
  }

  /** From the writing request of this number on (0: the next), counted from now. */
  failAt(request: number, cut: Cut): void {
    this.writes = 0
    this.#failAt = request
    this.#cut = cut
  }

  /** In a storm one request of three is refused as too many, and of the next, if it is a bulk, every other item. */
  storm(isOn: boolean): void {
    this.#isStorm = isOn
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const mayWrite = request.method !== 'GET' && !/_search|_mget|_count/.test(request.url ?? '')
    const number = this.writes
    if (mayWrite) this.writes++
    const isCut = number >= this.#failAt
    if (isCut && !(this.#cut === 'after' && number === this.#failAt && mayWrite)) {
      request.socket.destroy()
      return
    }
    const weather = this.#isStorm ? this.#requests++ % 3 : 2
    if (weather === 0) {
      this.refused++
      send(response, 429, JSON.stringify({ error: TOO_MANY, status: 429 }))
      return
    }
    const bulk =
      weather === 1 && request.url?.startsWith('/_bulk') === true ? new HalfBulk(chunks) : undefined
    this.refused += bulk?.left ?? 0
    const headers = { ...request.headers }
    for (const name of ['host', 'connection', 'content-length']) delete headers[name]
    const answer = await fetch(`${this.#target}${request.url}`, {
      method: request.method!,
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 ? { body: bulk?.body ?? Buffer.concat(chunks) } : {}),
    })
    const text = await answer.text()
    const body = bulk === undefined || !answer.ok ? text : bulk.answer(text)
    if (isCut) {
      request.socket.destroy()
      return
    }
    send(response, answer.status, body, answer.headers.get('content-type'))
  }
}

const TOO_MANY = { type: 'es_rejected_execution_exception', reason: 'rejected execution' }

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type: string | null = 'application/json',
): void {
  response.writeHead(status, {
    ...(type === null ? {} : { 'content-type': type }),
    'x-elastic-product': 'Elasticsearch',
  })
  response.end(body)
}

/** A bulk request of which every other item is passed on, and the rest answered 429; items of two lines each. */
class HalfBulk {
  readonly body: string
  /** Items that are not passed on. */
  readonly left: number
  readonly #items: readonly string[]

  constructor(chunks: readonly Buffer[]) {
    const lines = Buffer.concat(chunks).toString().trimEnd().split('\n')
    this.#items = lines
      .filter((_, n) => n % 2 === 0)
      .map((line, n) => `${line}\n${lines[2 * n + 1]}\n`)
    this.body = this.#items.filter((_, n) => n % 2 === 0).join('')
    this.left = Math.floor(this.#items.length / 2)
  }

  answer(text: string): string {
    const passed = (JSON.parse(text) as { items: unknown[] }).items
    const items = this.#items.map((item, n) =>
      n % 2 === 0
        ? passed[n / 2]
        : {
            [Object.keys(JSON.parse(item.split('\n')[0]!) as object)[0]!]: {
              status: 429,
              error: TOO_MANY,
            },
          },
    )
    return JSON.stringify({ items })
  }
}
