import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { AppError } from '../../model/errors.ts'
import { DEFAULT_FRAME_LIMIT, FrameBundle, FrameReader } from '../framing.ts'
import type { Log } from '../log.ts'
import { now } from '../pipeline.ts'
import type { Envelope } from '../port.ts'
import { peerName } from './address.ts'
import { listenError } from './listen-error.ts'
import type { SyslogCounters } from './syslog-counters.ts'

/** What a TCP listener needs of the pipeline. */
export interface StreamTarget {
  /** Waits while there is no room. */
  deliver(envelope: Envelope): Promise<void>
  countLost(source: string, count: number): void
}

export interface SyslogTcpOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly target: StreamTarget
  readonly counters: SyslogCounters
  readonly log: Log
  /** Speak TLS (RFC 5425) with this certificate chain and key, both PEM. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly frameLimit?: number
  readonly maxConnections?: number
  /** A connection is closed after this long without a byte, milliseconds. */
  readonly idleMs?: number
}

const MAX_CONNECTIONS = 4_096
/** Long: rsyslog notices a closed connection only by losing a message. */
const IDLE_MS = 4 * 3600 * 1000
const HANDSHAKE_MS = 30_000
const KEEP_ALIVE_MS = 60_000
/** Bytes of one connection on their way to the disk; past it the connection is not read. */
const WINDOW_BYTES = 1024 * 1024
/** The same of all connections together. */
const TOTAL_WINDOW_BYTES = 32 * 1024 * 1024

/**
 * Syslog over TCP or TLS (RFC 6587, RFC 5425): framing is decided per frame (framing.ts). A sender that is
 * faster than the disk is not read for a while; each connection has its own window, so one fast sender
 * does not starve the others.
 */
export class SyslogTcpListener {
  readonly #server: Server
  readonly #options: SyslogTcpOptions
  readonly #connections = new Set<Connection>()
  /** What TLS speaks over; one in the middle of its handshake is no connection yet. */
  readonly #transports = new Set<Socket>()
  readonly #window = { bytes: 0 }

  private constructor(server: Server, options: SyslogTcpOptions) {
    this.#server = server
    this.#options = options
    const { counters, log } = options
    server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS
    server.on('drop', () => counters.refusedConnections++)
    server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#accept(socket)
    })
    if (options.tls) {
      server.on('connection', (socket: Socket) => {
        this.#transports.add(socket)
        socket.on('close', () => this.#transports.delete(socket))
      })
    }
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      counters.failedHandshakes++
      log.warn({ peer: peerName(socket.remoteAddress) }, `a TLS handshake failed: ${error.message}`)
    })
    server.on('error', (error) => log.error({ err: error }, 'the syslog TCP socket failed'))
  }

  /** Throws `address_in_use`, `permission_denied` or `configuration`. */
  static async listen(options: SyslogTcpOptions): Promise<SyslogTcpListener> {
    const server = createListener(options)
    try {
      server.listen({ host: options.host, port: options.port })
      await once(server, 'listening')
    } catch (error) {
      throw listenError(options.tls ? 'TLS' : 'TCP', options.host, options.port, error)
    }
    return new SyslogTcpListener(server, options)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Stops taking; what was read until now is on disk when it resolves. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await Promise.all([...this.#connections].map((connection) => connection.close()))
    for (const socket of this.#transports) socket.destroy()
    await closed
  }

  #accept(socket: Socket): void {
    const { counters } = this.#options
    counters.connections++
    const connection = new Connection(socket, this.#options, this.#window)
    this.#connections.add(connection)
    socket.on('close', () => {
      counters.connections--
      this.#connections.delete(connection)
    })
  }
}

function createListener(options: SyslogTcpOptions): Server {
  if (options.tls === undefined) return createServer({ noDelay: true })
  const { cert, key } = options.tls
  try {
    return createTlsServer({ cert, key, handshakeTimeout: HANDSHAKE_MS, minVersion: 'TLSv1.2' })
  } catch (error) {
    throw new AppError(
      'configuration',
      'cannot use the TLS certificate or key for syslog: both must be PEM and belong together',
      { cause: error },
    )
  }
}

/** One sender: bytes to frames to envelopes, with a bound on what is on its way. */
class Connection {
  readonly #socket: Socket
  readonly #options: SyslogTcpOptions
  readonly #total: { bytes: number }
  readonly #reader: FrameReader
  readonly #bundle = new FrameBundle()
  readonly #peer: string
  readonly #inFlight = new Set<Promise<void>>()
  #bytes = 0

  constructor(socket: Socket, options: SyslogTcpOptions, total: { bytes: number }) {
    this.#socket = socket
    this.#options = options
    this.#total = total
    this.#reader = new FrameReader(options.frameLimit ?? DEFAULT_FRAME_LIMIT)
    this.#peer = peerName(socket.remoteAddress)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.setTimeout(options.idleMs ?? IDLE_MS, () => this.#expire())
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('end', () => this.#finish())
    socket.on('error', (error) => this.#break(error))
  }

  /** Reads nothing more; resolves when what was read is on disk. */
  async close(): Promise<void> {
    this.#socket.pause()
    this.#finish()
    await Promise.all(this.#inFlight)
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#reader.push(chunk, this.#bundle)
    this.#send()
    // Only with something on its way, whose end resumes reading.
    if (this.#bytes > 0 && this.#isFull) this.#socket.pause()
  }

  get #isFull(): boolean {
    return this.#bytes >= WINDOW_BYTES || this.#total.bytes >= TOTAL_WINDOW_BYTES
  }

  #send(): void {
    const frames = this.#bundle.count
    if (frames === 0) return
    const { counters } = this.#options
    counters.truncatedFrames += this.#bundle.truncated
    const body = this.#bundle.take()
    counters.frames += frames
    counters.bytes += body.length
    this.#bytes += body.length
    this.#total.bytes += body.length
    const sent = this.#deliver(body, frames).finally(() => {
      this.#inFlight.delete(sent)
      this.#bytes -= body.length
      this.#total.bytes -= body.length
      if (this.#socket.isPaused() && (this.#bytes === 0 || !this.#isFull)) this.#socket.resume()
    })
    this.#inFlight.add(sent)
  }

  async #deliver(body: Uint8Array, frames: number): Promise<void> {
    const { target, log, tls } = this.#options
    const transport = tls === undefined ? 'tcp' : 'tls'
    try {
      await target.deliver({
        protocol: 'syslog',
        received: now(),
        peer: this.#peer,
        meta: { transport },
        body,
      })
    } catch (error) {
      target.countLost(this.#peer, frames)
      log.error(
        { err: error, peer: this.#peer, frames },
        'cannot take syslog messages: they are lost',
      )
    }
  }

  /** The sender has ended, or we do: what is left is its last message. */
  #finish(): void {
    this.#reader.end(this.#bundle)
    this.#send()
  }

  #expire(): void {
    this.#options.counters.idleConnections++
    this.#finish()
    this.#socket.destroy()
  }

  #break(error: Error): void {
    this.#options.counters.brokenConnections++
    this.#options.log.warn({ peer: this.#peer }, `a syslog connection broke: ${error.message}`)
    this.#finish()
  }
}
