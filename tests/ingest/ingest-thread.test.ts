import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runIngest } from '../../ingest/ingest-thread.ts'
import type { ProtocolName } from '../../ingest/port.ts'
import { serveSink } from '../../ingest/sink.ts'
import type {
  FromWorker,
  IngestSettings,
  Listener,
  ToWorker,
} from '../../ingest/worker-messages.ts'
import { micros } from '../../model/time.ts'
import { RecordingSink } from './recording-sink.ts'

let folder: string
let sink: RecordingSink

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingest-'))
  sink = new RecordingSink()
})

afterEach(() => rm(folder, { recursive: true }))

/** The main thread's end of an ingest that runs here: what crosses is what would cross threads. */
class Conversation {
  readonly #port: MessagePort
  readonly #heard: FromWorker[] = []
  #wake: () => void = () => {}

  constructor(settings: Partial<IngestSettings> = {}) {
    const main = new MessageChannel()
    const store = new MessageChannel()
    serveSink(store.port1, sink)
    this.#port = main.port1
    this.#port.on('message', (message: FromWorker) => {
      this.#heard.push(message)
      this.#wake()
    })
    void runIngest(main.port2, {
      sink: store.port2,
      settings: {
        node: 'n1',
        spool: folder,
        known: sink.known(),
        sources: new Map(),
        limits: { commitMs: 5 },
        syslog: { host: '127.0.0.1', port: 0 },
        logLevel: 'silent',
        ...settings,
      },
    })
  }

  tell(message: ToWorker): void {
    this.#port.postMessage(message)
  }

  async hear<K extends FromWorker['kind']>(kind: K): Promise<Extract<FromWorker, { kind: K }>> {
    for (;;) {
      const at = this.#heard.findIndex((message) => message.kind === kind)
      if (at >= 0) return this.#heard.splice(at, 1)[0] as Extract<FromWorker, { kind: K }>
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  submit(id: number, protocol: ProtocolName, body: string): void {
    const meta = { path: '/', source: 'a' }
    const bytes = new TextEncoder().encode(body)
    const received = micros(1_795_000_000_000_000)
    this.tell({
      kind: 'submit',
      id,
      envelope: { protocol, received, peer: 'p', meta, body: bytes },
    })
  }

  async close(): Promise<void> {
    this.tell({ kind: 'close' })
    await this.hear('closed')
    this.#port.close()
  }
}

const portOf = (listeners: readonly Listener[], protocol: string): number =>
  Number(/\d+$/.exec(listeners.find((l) => l.protocol === protocol)!.address)![0])

describe('the ingest thread', () => {
  it('takes what is submitted and what comes over syslog, and stores it before it ends', async () => {
    const ingest = new Conversation()
    const { listeners } = await ingest.hear('ready')
    expect(listeners.map(({ protocol }) => protocol)).toEqual(['syslog-tcp', 'syslog-udp'])
    ingest.submit(7, 'lines', 'from a file\n')
    expect(await ingest.hear('reply')).toMatchObject({ id: 7, reply: { status: 200 } })
    const socket = connect(portOf(listeners, 'syslog-tcp'), '127.0.0.1')
    socket.end('<13>over syslog\n')
    let frames = 0
    while (frames === 0) {
      ingest.tell({ kind: 'stats', id: 1 })
      frames = (await ingest.hear('stats')).stats.syslog.frames
    }
    await ingest.close()
    expect(sink.bodies()).toEqual(['from a file', 'over syslog'])
  })

  it('says why it refuses a request, with its code', async () => {
    const ingest = new Conversation({ syslog: undefined })
    expect((await ingest.hear('ready')).listeners).toEqual([])
    ingest.submit(3, 'metrics', '\u0000')
    ingest.tell({
      kind: 'submit',
      id: 4,
      envelope: {
        protocol: 'lines',
        received: micros(1),
        peer: 'p',
        meta: { zone: 'Mars/Base' },
        body: new Uint8Array([65]),
      },
    })
    expect(await ingest.hear('refused')).toMatchObject({
      id: 4,
      failure: { code: 'invalid_request' },
    })
    await ingest.close()
  })

  it('asks a store that fails again, across the port', async () => {
    sink.failing = true
    const ingest = new Conversation({ syslog: undefined })
    await ingest.hear('ready')
    ingest.submit(1, 'lines', 'patient\n')
    await ingest.hear('reply')
    let failure: string | null = null
    while (failure === null) {
      ingest.tell({ kind: 'stats', id: 2 })
      failure = (await ingest.hear('stats')).stats.pipeline.storeFailure
    }
    expect(failure).toContain('told to fail')
    sink.failing = false
    await ingest.close()
    expect(sink.bodies()).toEqual(['patient'])
  })

  it('does not start on a port that is taken, and says so', async () => {
    const first = new Conversation()
    const { listeners } = await first.hear('ready')
    const port = portOf(listeners, 'syslog-tcp')
    const second = new Conversation({
      spool: join(folder, 'second'),
      syslog: { host: '127.0.0.1', port },
    })
    expect(await second.hear('failed')).toMatchObject({ failure: { code: 'address_in_use' } })
    await first.close()
  })
})
