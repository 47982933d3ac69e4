import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** When the wire is cut: before the request reaches the server, or after it did and before its answer. */
export type Cut = 'before' | 'after'

/** Passes requests on until one of them, from which on nothing comes through. */
export class FailingProxy {
  readonly url: string
  /** Requests that may write and came until now. */
  writes = 0
  readonly #server: Server
  readonly #target: string
  #failAt = Infinity
  #cut: Cut = 'before'

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
    const headers = { ...request.headers }
    for (const name of ['host', 'connection', 'content-length']) delete headers[name]
    const answer = await fetch(`${this.#target}${request.url}`, {
      method: request.method!,
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    })
    const body = Buffer.from(await answer.arrayBuffer())
    if (isCut) {
      request.socket.destroy()
      return
    }
    const type = answer.headers.get('content-type')
    response.writeHead(answer.status, {
      ...(type === null ? {} : { 'content-type': type }),
      'x-elastic-product': 'Elasticsearch',
    })
    response.end(body)
  }
}
