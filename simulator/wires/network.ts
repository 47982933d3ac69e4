import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Portion } from '../simulate.ts'
import { Batches, type Body } from './batches.ts'
import type { Wires } from './wires.ts'

const compress = promisify(gzip)

const PATHS: Readonly<Record<Exclude<Body['wire'], 'syslog'>, readonly [string, string]>> = {
  metrics: ['/v1/metrics', 'application/json'],
  inventory: ['/api/v1/ingest/inventory', 'application/x-ndjson'],
  changes: ['/api/v1/ingest/changes', 'application/x-ndjson'],
}

/** How often a request is sent again that the other side had no room for, and the first pause, ms. */
const TRIES = 8
const PAUSE_MS = 250

/** Where to send to. One of the two at least. */
export interface Addresses {
  /** Of the HTTP API, without a path. */
  readonly url?: string
  /** `host:port` of syslog over TCP. */
  readonly syslog?: { readonly host: string; readonly port: number }
}

/** Sends over the real wires: one TCP connection for syslog, HTTP for the rest, metrics compressed. */
export class NetworkWires implements Wires {
  readonly #addresses: Addresses
  readonly #batches: Batches
  readonly #socket: Socket | undefined
  #socketError: Error | undefined

  private constructor(addresses: Addresses, isLive: boolean, socket: Socket | undefined) {
    this.#addresses = addresses
    this.#batches = new Batches(isLive)
    this.#socket = socket
    socket?.on('error', (error) => (this.#socketError = error))
  }

  /** Connects; throws when nobody listens. */
  static async connect(addresses: Addresses, isLive: boolean): Promise<NetworkWires> {
    const { syslog } = addresses
    if (syslog === undefined) return new NetworkWires(addresses, isLive, undefined)
    const socket = connect(syslog)
    try {
      await once(socket, 'connect')
    } catch (cause) {
      const where = `${syslog.host}:${syslog.port}`
      throw new Error(`cannot send syslog to "${where}": nobody takes it; start the server first`, {
        cause,
      })
    }
    return new NetworkWires(addresses, isLive, socket)
  }

  async send(portion: Portion): Promise<void> {
    for (const body of this.#batches.add(portion)) await this.#send(body)
  }

  async close(): Promise<void> {
    for (const body of this.#batches.end()) await this.#send(body)
    if (this.#socket === undefined) return
    this.#socket.end()
    await once(this.#socket, 'close')
  }

  async #send({ wire, text }: Body): Promise<void> {
    if (wire === 'syslog') await this.#write(text)
    else if (this.#addresses.url !== undefined) await this.#post(this.#addresses.url, wire, text)
  }

  async #write(text: string): Promise<void> {
    if (this.#socket === undefined) return
    if (this.#socketError !== undefined) {
      throw new Error('cannot send syslog: the connection broke; is the server still running?', {
        cause: this.#socketError,
      })
    }
    if (!this.#socket.write(text)) await once(this.#socket, 'drain')
  }

  async #post(url: string, wire: keyof typeof PATHS, text: string): Promise<void> {
    const [path, type] = PATHS[wire]
    const body = await compress(text, { level: 1 })
    const headers = { 'content-type': type, 'content-encoding': 'gzip' }
    for (let attempt = 1; ; attempt++) {
      const response = await this.#fetch(url + path, { method: 'POST', headers, body })
      const answer = await response.text()
      if (response.ok) return
      const isBusy = response.status === 429 || response.status === 503
      if (!isBusy || attempt === TRIES) {
        throw new Error(`cannot send ${wire} to "${url}": it answered ${response.status} ${answer}`)
      }
      await sleep(PAUSE_MS * attempt)
    }
  }

  async #fetch(address: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(address, init)
    } catch (cause) {
      throw new Error(`cannot reach "${address}": start the server, or give its --url`, { cause })
    }
  }
}
