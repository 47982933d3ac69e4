import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { AppError, messageOf } from '../../model/errors.ts'
import { DEFAULT_FRAME_LIMIT, FrameBundle } from '../framing.ts'
import type { Log } from '../log.ts'
import { now } from '../pipeline.ts'
import type { Envelope, Reply } from '../port.ts'
import { peerName } from './address.ts'
import { KernelDrops } from './kernel-drops.ts'
import { listenError } from './listen-error.ts'
import type { SyslogCounters } from './syslog-counters.ts'

/** What a UDP listener needs of the pipeline. */
export interface DatagramTarget {
  submit(envelope: Envelope): Promise<Reply>
  countLost(source: string, count: number): void
}

export interface SyslogUdpOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly target: DatagramTarget
  readonly counters: SyslogCounters
  readonly log: Log
  /** How often the kernel is asked what it dropped, milliseconds. */
  readonly dropPollMs?: number
}

/** Asked of the kernel, which may give less (net.core.rmem_max). */
const RECEIVE_BUFFER_BYTES = 16 * 1024 * 1024
/** Peers whose datagrams wait to be bundled; a flood of invented senders is passed on earlier. */
const MAX_BUNDLES = 1_024
const GATHER_MS = 5
const MAX_BUNDLE_BYTES = 256 * 1024

/**
 * Syslog over UDP (RFC 5426): one message per datagram, the datagrams of one peer in one turn of the loop
 * in one envelope. Nobody can be told to wait, so what there is no room for is lost and counted under the
 * source `udp:PORT`, as is what the kernel dropped.
 */
export class SyslogUdpListener {
  readonly port: number
  readonly #socket: Socket
  readonly #options: SyslogUdpOptions
  readonly #bundles = new Map<string, FrameBundle>()
  readonly #drops: KernelDrops
  readonly #poll: NodeJS.Timeout
  readonly #inFlight = new Set<Promise<void>>()
  #flushTimer: NodeJS.Timeout | undefined

  private constructor(socket: Socket, options: SyslogUdpOptions) {
    this.#socket = socket
    this.#options = options
    this.port = socket.address().port
    this.#drops = new KernelDrops(this.port)
    socket.on('message', (message, remote) => this.#take(message, remote))
    socket.on('error', (error) => options.log.error({ err: error }, 'the syslog UDP socket failed'))
    this.#poll = setInterval(() => void this.#countDrops(), options.dropPollMs ?? 1_000)
    this.#poll.unref()
  }

  /** Throws `address_in_use`, `permission_denied` or `configuration`. */
  static async listen(options: SyslogUdpOptions): Promise<SyslogUdpListener> {
    const socket = createSocket({ type: isIPv6(options.host) ? 'udp6' : 'udp4' })
    try {
      socket.bind({ address: options.host, port: options.port })
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      throw listenError('UDP', options.host, options.port, error)
    }
    enlargeBuffer(socket, options.log)
    return new SyslogUdpListener(socket, options)
  }

  /** Where the count of lost datagrams comes from. */
  get lossKnownFrom(): 'socket' | 'host' | 'unknown' {
    return this.#drops.from
  }

  /** Stops taking; what was taken is on disk when it resolves. */
  async close(): Promise<void> {
    clearInterval(this.#poll)
    await this.#countDrops()
    await new Promise<void>((resolve) => this.#socket.close(resolve))
    this.#flush()
    await Promise.all(this.#inFlight)
  }

  #take(message: Buffer, remote: RemoteInfo): void {
    const peer = peerName(remote.address)
    let bundle = this.#bundles.get(peer)
    if (bundle === undefined) this.#bundles.set(peer, (bundle = new FrameBundle()))
    const end = datagramEnd(message)
    const { counters } = this.#options
    counters.frames++
    counters.bytes += message.length
    const isTruncated = end > DEFAULT_FRAME_LIMIT
    if (isTruncated) counters.truncatedFrames++
    if (end > 0) bundle.add(message, 0, Math.min(end, DEFAULT_FRAME_LIMIT), isTruncated)
    if (bundle.bytes >= MAX_BUNDLE_BYTES || this.#bundles.size >= MAX_BUNDLES) this.#flush()
    else this.#scheduleFlush()
  }

  /** Soon: datagrams come in bursts, and an envelope for each would cost more than they do. */
  #scheduleFlush(): void {
    this.#flushTimer ??= setTimeout(() => this.#flush(), GATHER_MS)
  }

  #flush(): void {
    clearTimeout(this.#flushTimer)
    this.#flushTimer = undefined
    for (const [peer, bundle] of this.#bundles) {
      const frames = bundle.count
      if (frames === 0) continue
      const sent = this.#send(peer, bundle.take(), frames).finally(() =>
        this.#inFlight.delete(sent),
      )
      this.#inFlight.add(sent)
    }
    this.#bundles.clear()
  }

  async #send(peer: string, body: Uint8Array, frames: number): Promise<void> {
    const { target, counters, log } = this.#options
    try {
      await target.submit({
        protocol: 'syslog',
        received: now(),
        peer,
        meta: { transport: 'udp' },
        body,
      })
    } catch (error) {
      counters.overflowedDatagrams += frames
      target.countLost(this.#source, frames)
      if (!(error instanceof AppError)) log.error({ err: error }, 'cannot take datagrams')
    }
  }

  async #countDrops(): Promise<void> {
    const { target, counters, log } = this.#options
    try {
      const drops = await this.#drops.more()
      if (drops === 0) return
      counters.droppedByKernel += drops
      target.countLost(this.#source, drops)
    } catch (error) {
      log.warn({ err: error }, 'cannot read how many datagrams the kernel dropped')
    }
  }

  get #source(): string {
    return `udp:${this.port}`
  }
}

/** Some senders end a datagram as they would a line. */
function datagramEnd(message: Buffer): number {
  let end = message.length
  while (
    end > 0 &&
    (message[end - 1] === 10 || message[end - 1] === 13 || message[end - 1] === 0)
  ) {
    end--
  }
  return end
}

function enlargeBuffer(socket: Socket, log: Log): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
  } catch (error) {
    log.warn({}, `cannot enlarge the UDP receive buffer: ${messageOf(error)}`)
  }
}
