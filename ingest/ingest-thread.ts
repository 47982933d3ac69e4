import type { MessagePort } from 'node:worker_threads'
import { pino } from 'pino'
import { AppError, messageOf } from '../model/errors.ts'
import type { Log } from './log.ts'
import { SyslogCounters } from './listeners/syslog-counters.ts'
import { SyslogTcpListener } from './listeners/syslog-tcp.ts'
import { SyslogUdpListener } from './listeners/syslog-udp.ts'
import { Pipeline } from './pipeline.ts'
import { MessagePortSink } from './sink.ts'
import { Spool } from './spool.ts'
import type {
  Address,
  Failure,
  FromWorker,
  IngestSettings,
  IngestStats,
  Listener,
  ToWorker,
  WorkerStart,
} from './worker-messages.ts'

/** Runs ingest on this thread and answers `port` until told to close. Reports a failed start. */
export async function runIngest(port: MessagePort, start: WorkerStart): Promise<void> {
  const tell = (message: FromWorker): void => port.postMessage(message)
  try {
    const ingest = await Ingest.start(start)
    port.on('message', (message: ToWorker) => void ingest.answer(message, tell))
    tell({ kind: 'ready', listeners: ingest.listeners })
  } catch (error) {
    start.sink.close()
    tell({ kind: 'failed', failure: failureOf(error) })
  }
}

/** The parts of ingest, wired: spool, pipeline, syslog sockets. */
class Ingest {
  readonly #pipeline: Pipeline
  readonly #sockets: Sockets
  readonly #sink: MessagePort

  private constructor(pipeline: Pipeline, sockets: Sockets, sink: MessagePort) {
    this.#pipeline = pipeline
    this.#sockets = sockets
    this.#sink = sink
  }

  static async start({ settings, sink }: WorkerStart): Promise<Ingest> {
    const log = pino({ name: 'ingest', level: settings.logLevel }, pino.destination(2))
    const spool = await Spool.open({ folder: settings.spool, log })
    const pipeline = await Pipeline.start({
      node: settings.node,
      spool,
      sink: new MessagePortSink(sink),
      log,
      known: settings.known,
      settings: settings.sources,
      limits: settings.limits,
    })
    // Only now: what comes in must stand behind what is replayed.
    const sockets = new Sockets(pipeline, log)
    try {
      await sockets.open(settings)
    } catch (error) {
      await sockets.close()
      await pipeline.close()
      throw error
    }
    return new Ingest(pipeline, sockets, sink)
  }

  get listeners(): readonly Listener[] {
    return this.#sockets.listeners
  }

  async answer(message: ToWorker, tell: (message: FromWorker) => void): Promise<void> {
    switch (message.kind) {
      case 'submit':
        return this.#submit(message, tell)
      case 'stats':
        return tell({ kind: 'stats', id: message.id, stats: this.#stats() })
      case 'close':
        await this.#sockets.close()
        await this.#pipeline.close()
        this.#sink.close()
        return tell({ kind: 'closed' })
    }
  }

  async #submit(
    { id, envelope }: Extract<ToWorker, { kind: 'submit' }>,
    tell: (message: FromWorker) => void,
  ): Promise<void> {
    try {
      tell({ kind: 'reply', id, reply: await this.#pipeline.submit(envelope) })
    } catch (error) {
      tell({ kind: 'refused', id, failure: failureOf(error) })
    }
  }

  #stats(): IngestStats {
    return {
      pipeline: this.#pipeline.stats(),
      syslog: { ...this.#sockets.counters },
      lossKnownFrom: this.#sockets.lossKnownFrom,
    }
  }
}

/** The syslog sockets, opened and closed together. */
class Sockets {
  readonly counters = new SyslogCounters()
  readonly listeners: Listener[] = []
  readonly #pipeline: Pipeline
  readonly #log: Log
  #udp: SyslogUdpListener | undefined
  readonly #tcp: SyslogTcpListener[] = []

  constructor(pipeline: Pipeline, log: Log) {
    this.#pipeline = pipeline
    this.#log = log
  }

  get lossKnownFrom(): IngestStats['lossKnownFrom'] {
    return this.#udp?.lossKnownFrom ?? null
  }

  async open({ syslog, syslogTls, frameLimit }: IngestSettings): Promise<void> {
    const common = {
      target: this.#pipeline,
      counters: this.counters,
      log: this.#log,
      ...(frameLimit === undefined ? {} : { frameLimit }),
    }
    if (syslog !== undefined) {
      const tcp = await SyslogTcpListener.listen({ ...common, ...syslog })
      this.#tcp.push(tcp)
      this.#announce('syslog-tcp', { ...syslog, port: tcp.port })
      // The same port for both, also when it was picked.
      this.#udp = await SyslogUdpListener.listen({ ...common, ...syslog, port: tcp.port })
      this.#announce('syslog-udp', { ...syslog, port: this.#udp.port })
    }
    if (syslogTls !== undefined) {
      const { cert, key } = syslogTls
      const tls = await SyslogTcpListener.listen({ ...common, ...syslogTls, tls: { cert, key } })
      this.#tcp.push(tls)
      this.#announce('syslog-tls', { ...syslogTls, port: tls.port })
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#udp?.close(), ...this.#tcp.map((listener) => listener.close())])
  }

  #announce(protocol: string, { host, port }: Address): void {
    const name = host.includes(':') ? `[${host}]` : host
    this.listeners.push({ protocol, address: `${name}:${port}` })
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, hint: error.hint }
  }
  return { code: 'internal', message: messageOf(error) }
}
