import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { forEachFrame } from '../../../ingest/framing.ts'
import { SyslogCounters } from '../../../ingest/listeners/syslog-counters.ts'
import { SyslogTcpListener, type SyslogTcpOptions } from '../../../ingest/listeners/syslog-tcp.ts'
import { SyslogUdpListener } from '../../../ingest/listeners/syslog-udp.ts'
import type { Envelope, Reply } from '../../../ingest/port.ts'
import { AppError } from '../../../model/errors.ts'
import { silentLog } from '../silent-log.ts'
import { TEST_CERTIFICATE } from './test-certificate.ts'

/** A pipeline that only writes down what it is given, and can be held or told to refuse. */
class Target {
  readonly envelopes: Envelope[] = []
  readonly lost = new Map<string, number>()
  isFull = false
  #held: (() => void)[] | undefined

  hold(): void {
    this.#held = []
  }

  release(): void {
    for (const go of this.#held ?? []) go()
    this.#held = undefined
  }

  async deliver(envelope: Envelope): Promise<void> {
    const held = this.#held
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve))
    this.envelopes.push(envelope)
  }

  async submit(envelope: Envelope): Promise<Reply> {
    if (this.isFull) throw new AppError('overloaded', 'full')
    this.envelopes.push(envelope)
    return { status: 204, headers: {}, body: '' }
  }

  countLost(source: string, count: number): void {
    this.lost.set(source, (this.lost.get(source) ?? 0) + count)
  }

  get bytes(): number {
    return this.envelopes.reduce((sum, { body }) => sum + body.length, 0)
  }

  frames(): string[] {
    const frames: string[] = []
    for (const { body } of this.envelopes) {
      const bytes = Buffer.from(body)
      forEachFrame(bytes, (start, end) => frames.push(bytes.toString('utf8', start, end)))
    }
    return frames
  }
}

const closers: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function listenTcp(
  target: Target,
  options: Partial<SyslogTcpOptions> = {},
): Promise<{ listener: SyslogTcpListener; counters: SyslogCounters }> {
  const counters = new SyslogCounters()
  const listener = await SyslogTcpListener.listen({
    host: '127.0.0.1',
    port: 0,
    target,
    counters,
    log: silentLog,
    ...options,
  })
  closers.push(() => listener.close())
  return { listener, counters }
}

async function listenUdp(target: Target, host = '127.0.0.1'): Promise<SyslogUdpListener> {
  const counters = new SyslogCounters()
  const listener = await SyslogUdpListener.listen({
    host,
    port: 0,
    target,
    counters,
    log: silentLog,
    dropPollMs: 20,
  })
  closers.push(() => listener.close())
  return listener
}

function dial(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => socket.destroy())
  closers.push(() => void socket.destroy())
  return socket
}

async function until(condition: () => boolean): Promise<void> {
  const start = Date.now()
  while (!condition()) {
    if (Date.now() - start > 10_000) throw new Error('waited 10 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

describe('SyslogTcpListener', () => {
  it('takes counted frames and lines of one connection, cut anywhere', async () => {
    const target = new Target()
    const { listener } = await listenTcp(target)
    const socket = dial(listener.port)
    for (const piece of ['1', '1 <13>hello', ' a', '<13>line ', 'two\n11 ', '<13>hello b\n']) {
      socket.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await until(() => target.frames().length === 3)
    expect(target.frames()).toEqual(['<13>hello a', '<13>line two', '<13>hello b'])
    expect(target.envelopes[0]).toMatchObject({
      protocol: 'syslog',
      peer: '127.0.0.1',
      meta: { transport: 'tcp' },
    })
  })

  it('counts the frames that it has cut at the limit', async () => {
    const target = new Target()
    const { listener, counters } = await listenTcp(target, { frameLimit: 10 })
    dial(listener.port).end('<13>much too long\n<13>short\n17 <13>too long, too<13>end\n')
    await until(() => target.frames().length === 4)
    expect(counters.truncatedFrames).toBe(2)
  })

  it('takes the last message of a sender that ends without a line feed', async () => {
    const target = new Target()
    const { listener, counters } = await listenTcp(target)
    dial(listener.port).end('<13>a\n<13>b')
    await until(() => target.frames().length === 2 && counters.connections === 0)
    expect(counters.frames).toBe(2)
  })

  it('does not read a sender that is faster than the disk, and loses nothing', async () => {
    const target = new Target()
    const { listener } = await listenTcp(target)
    target.hold()
    const socket = dial(listener.port)
    const line = `<13>${'x'.repeat(1000)}\n`
    const total = 12_000
    let written = 0
    const write = (): void => {
      while (written < total) {
        written++
        if (!socket.write(line)) return void socket.once('drain', write)
      }
    }
    write()
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(socket.writableLength).toBeGreaterThan(0)
    target.release()
    await until(() => target.frames().length === total)
  })

  it('serves a slow sender while a fast one is held back', async () => {
    const target = new Target()
    const { listener } = await listenTcp(target)
    target.hold()
    const fast = dial(listener.port)
    fast.write(`<13>${'x'.repeat(1000)}\n`.repeat(3000))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const slow = dial(listener.port)
    slow.write('<13>slow\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    target.release()
    await until(() => target.frames().includes('<13>slow') && target.frames().length === 3001)
  })

  it('refuses connections past the cap and counts them', async () => {
    const target = new Target()
    const { listener, counters } = await listenTcp(target, { maxConnections: 1 })
    dial(listener.port).write('<13>first\n')
    await until(() => target.frames().length === 1)
    dial(listener.port)
    await until(() => counters.refusedConnections === 1)
  })

  it('closes a connection on which nothing comes, and keeps what had come', async () => {
    const target = new Target()
    const { listener, counters } = await listenTcp(target, { idleMs: 50 })
    dial(listener.port).write('<13>half a line')
    await until(() => counters.idleConnections === 1)
    await until(() => target.frames().length === 1)
  })

  it('survives senders that break off', async () => {
    const target = new Target()
    const { listener, counters } = await listenTcp(target)
    for (let i = 0; i < 20; i++) {
      const socket = dial(listener.port)
      socket.write(`<13>whole ${i}\n<13>ha`)
      await until(() => target.frames().includes(`<13>whole ${i}`))
      socket.resetAndDestroy()
    }
    await until(() => counters.connections === 0)
    dial(listener.port).end('<13>still here\n')
    await until(() => target.frames().includes('<13>still here'))
  })

  it('waits for what was read when it is closed', async () => {
    const target = new Target()
    const { listener } = await listenTcp(target)
    target.hold()
    dial(listener.port).write('<13>a\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    const closed = listener.close()
    target.release()
    await closed
    expect(target.frames()).toEqual(['<13>a'])
  })

  it('says in plain words that a port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    closers.push(() => void other.close())
    const { port } = other.address() as AddressInfo
    await expect(listenTcp(new Target(), { port })).rejects.toMatchObject({
      code: 'address_in_use',
      message: expect.stringContaining(`127.0.0.1:${port}`) as string,
    })
  })

  it('speaks TLS, counts failed handshakes and goes on', async () => {
    const target = new Target()
    const { listener, counters } = await listenTcp(target, { tls: TEST_CERTIFICATE })
    dial(listener.port).end('<13>not TLS\n')
    await until(() => counters.failedHandshakes === 1)
    const ca = TEST_CERTIFICATE.cert
    const socket = connectTls({ port: listener.port, host: '127.0.0.1', ca, servername: 'x' })
    socket.on('error', () => socket.destroy())
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    socket.end('11 <13>counted<13>line\n')
    await until(() => target.frames().length === 2)
    expect(target.frames()).toEqual(['<13>counted', '<13>line'])
    expect(target.envelopes[0]!.meta).toEqual({ transport: 'tls' })
  })

  it('is closed at once, also with a handshake that does not go on', async () => {
    const { listener } = await listenTcp(new Target(), { tls: TEST_CERTIFICATE })
    const socket = dial(listener.port)
    await new Promise((resolve) => socket.once('connect', resolve))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const began = performance.now()
    await listener.close()
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('refuses a certificate that is none', async () => {
    const tls = { cert: 'no certificate', key: 'no key' }
    await expect(listenTcp(new Target(), { tls })).rejects.toMatchObject({ code: 'configuration' })
  })
})

describe('SyslogUdpListener', () => {
  it('takes one message per datagram and bundles those of one peer', async () => {
    const target = new Target()
    const listener = await listenUdp(target)
    const client = createSocket('udp4')
    closers.push(() => void client.close())
    const sent = Array.from({ length: 50 }, (_, i) => `<13>datagram ${i}`)
    for (const text of sent) client.send(`${text}\n`, listener.port, '127.0.0.1')
    await until(() => target.frames().length === 50)
    expect(new Set(target.frames())).toEqual(new Set(sent))
    expect(target.envelopes.length).toBeLessThan(50)
    expect(target.envelopes[0]).toMatchObject({ peer: '127.0.0.1', meta: { transport: 'udp' } })
  })

  it('keeps line feeds inside a datagram and ignores empty ones', async () => {
    const target = new Target()
    const listener = await listenUdp(target)
    const client = createSocket('udp4')
    closers.push(() => void client.close())
    for (const text of ['', '\n', '<13>a\nb\n\0']) client.send(text, listener.port, '127.0.0.1')
    await until(() => target.frames().length === 1)
    expect(target.frames()).toEqual(['<13>a\nb'])
  })

  it('counts what there is no room for', async () => {
    const target = new Target()
    target.isFull = true
    const listener = await listenUdp(target)
    const client = createSocket('udp4')
    closers.push(() => void client.close())
    for (let i = 0; i < 7; i++) client.send('<13>x', listener.port, '127.0.0.1')
    await until(() => target.lost.get(`udp:${listener.port}`) === 7)
  })

  it('knows on Linux what the kernel dropped', async () => {
    if (process.platform !== 'linux') return
    const listener = await listenUdp(new Target())
    await until(() => listener.lossKnownFrom !== 'unknown')
    expect(readFileSync('/proc/net/udp', 'utf8')).toContain('drops')
  })
})
