import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { FileTail } from '../ingest/listeners/file-tail.ts'
import { httpIngest } from '../ingest/listeners/http.ts'
import { httpImport } from '../ingest/listeners/http-import.ts'
import { ListenerCounters } from '../ingest/listeners/listener-counters.ts'
import { IngestWorker, type IngestSettings } from '../ingest/worker-port.ts'
import { AppError, messageOf, type ErrorCode } from '../model/errors.ts'
import { microsFromMillis, type Micros } from '../model/time.ts'
import type { SampleControl } from './api/parts.ts'
import { buildServer } from './api/server.ts'
import { SourceWatch } from './api/source-watch.ts'
import { isLoopback, parseAddress, parseUrls, printAddress, type ServeConfig } from './config.ts'
import { ingestStatus } from './ingest-status.ts'
import { watchInventory } from './inventory-watch.ts'
import { Sample } from './sample/sample.ts'
import { shownStore } from './sample/shown-store.ts'
import { startFacts } from './start-facts.ts'
import { makeFolder } from './store/make-folder.ts'
import { keepRetention } from './retention.ts'
import { openStore, type OpenedStore, type OpenOptions } from './store/open.ts'
import type { Store } from './store/store.ts'
import { CachedTopology } from './topology/cached-topology.ts'
import { PACKAGE_FOLDER, VERSION } from './version.ts'

/** The one ingest node of a process with an embedded store; part of every record id. */
const NODE = 'n1'
/** The sample as the build puts it beside the program. */
const SAMPLE_FILES = join(PACKAGE_FOLDER, 'dist', 'sample')
/** After this a shutdown cuts answers that are still being read. */
const CUT_ANSWERS_MS = 5_000

export interface Running {
  /** `http://HOST:PORT`. */
  readonly url: string
  readonly sample: SampleControl
  /** Resolves with why a thread has ended by itself; the process is then of no more use. */
  readonly failed: Promise<AppError>
  /** Takes nothing more, stores what was acknowledged, and ends every thread. */
  close(): Promise<void>
}

/** What ends the parts that have been started, run in reverse. */
type Closing = (() => unknown)[]

/** The store inside a data folder; the spool lies beside it. */
export function storeFolder(data: string): string {
  return join(data, 'store')
}

/**
 * The whole product in one process: store thread, ingest thread, HTTP. Throws what keeps it from
 * starting, and leaves nothing running then.
 */
export async function startPlumbline(config: ServeConfig, log: Logger): Promise<Running> {
  const closing: Closing = []
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  try {
    return { ...(await start(config, log, closing)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  given: ServeConfig,
  log: Logger,
  closing: Closing,
): Promise<Omit<Running, 'close'>> {
  const config = { ...given, data: resolve(given.data) }
  await claimFolder(config.data)
  const opened = await openStore(storePlace(config))
  const { store } = opened
  closing.push(
    () => opened.stop(),
    () => store.close(),
  )
  const worker = await startIngest(config, opened)
  closing.push(() => worker.close())
  closing.push(keepRetention(store, retentionOf(config), now, log))

  const sample = new Sample({
    folder: join(config.data, 'sample-incident'),
    files: SAMPLE_FILES,
    own: store,
    log,
    onShown: () => {
      topology.expire()
      sources.forget()
    },
  })
  // What is asked is asked of what is shown; what arrives goes to the own store, whatever is shown.
  const shown = shownStore(store, () => sample.store)
  const topology = new CachedTopology(shown, Date.now)
  const sources = new SourceWatch(shown, now, (error) =>
    log.error({ err: error }, 'cannot read the sources'),
  )
  closing.push(() => sources.close())
  await sample.resume()
  closing.push(() => sample.close())

  const counters = new ListenerCounters()
  let address = ''
  const ingest = ingestStatus({ worker, counters, data: config.data, http: () => address })
  const port = watchInventory(
    worker,
    () => ingest.settled(),
    topology,
    (error) => log.warn({ err: error }, 'an inventory is on disk, and not yet in the store'),
  )
  const app = await buildServer(
    {
      store: shown,
      port,
      ingest,
      topology,
      sources,
      sample,
      start: () => startFacts(store, given.data, ingest.listeners()),
      now,
      version: VERSION,
      role: config.role,
      ...(opened.server === null ? {} : { storeServer: opened.server }),
    },
    {
      logger: log,
      isLoopback: isLoopback(config.host),
      screens: join(PACKAGE_FOLDER, 'dist', 'ui'),
      ingest: async (plugin) => {
        await plugin.register(httpIngest, { port, counters, now })
        await plugin.register(httpImport, { port, now })
      },
    },
  )
  closing.push(() => closeServer(app))
  address = await listen(app, config.host, config.port)
  if (!isLoopback(config.host)) {
    log.warn(
      { address },
      'listening beyond this machine: anybody who reaches it can read and write',
    )
  }
  for (const tail of followFiles(config, worker, store, log)) closing.push(() => tail.close())
  const failed = Promise.race([worker.failed, opened.failed])
  return { url: `http://${address}`, sample, failed }
}

/** Where the records go: the data folder, or a cluster; the spool stays in the data folder either way. */
function storePlace(config: ServeConfig): OpenOptions {
  if (config.store === 'embedded') return { folder: storeFolder(config.data) }
  const {
    elastic,
    elasticPrefix: prefix,
    elasticUser: username,
    elasticPassword: password,
  } = config
  return {
    elastic: {
      urls: parseUrls(elastic!),
      ...(prefix === undefined ? {} : { prefix }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    },
  }
}

async function claimFolder(data: string): Promise<void> {
  try {
    await makeFolder(data)
  } catch (cause) {
    throw new AppError(
      'permission_denied',
      `cannot use the data folder ${data}: ${messageOf(cause)}`,
      {
        cause,
        hint: 'make it writable for this user, or choose another with --data DIR',
      },
    )
  }
}

async function startIngest(config: ServeConfig, opened: OpenedStore): Promise<IngestWorker> {
  const known = await opened.store.recovery(NODE)
  const settings: IngestSettings = {
    node: NODE,
    spool: join(config.data, 'spool'),
    known,
    sources: new Map(Object.entries(config.sources)),
    limits: {},
    syslog: config.syslog === 'off' ? undefined : parseAddress('syslog', config.syslog),
    syslogTls: await tlsSettings(config),
    logLevel: config.logLevel,
  }
  return IngestWorker.start(settings, opened.commitPort)
}

async function tlsSettings(config: ServeConfig): Promise<IngestSettings['syslogTls']> {
  const { syslogTls, tlsCert, tlsKey } = config
  if (syslogTls === undefined || syslogTls === 'off') return undefined
  const [cert, key] = await Promise.all([readPem(tlsCert!), readPem(tlsKey!)])
  return { ...parseAddress('syslogTls', syslogTls), cert, key }
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new AppError('configuration', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
}

function retentionOf({ retentionDays, retentionBytes }: ServeConfig) {
  return {
    ...(retentionDays === undefined ? {} : { maxAgeDays: retentionDays }),
    ...(retentionBytes === undefined ? {} : { maxBytes: retentionBytes }),
  }
}

function followFiles(
  config: ServeConfig,
  port: IngestWorker,
  store: Store,
  log: Logger,
): FileTail[] {
  const places = {
    load: (key: string) => store.getState(key),
    save: (key: string, value: string) => store.putState(key, value),
  }
  return config.tail.map((file) => FileTail.start({ ...file, port, places, log, now }))
}

const LISTEN_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  EADDRINUSE: ['address_in_use', 'it is in use; stop the other program or choose another --port'],
  EACCES: ['permission_denied', 'this user may not; choose a --port from 1024'],
  EADDRNOTAVAIL: ['configuration', 'this machine has no such address; choose another --host'],
  ENOTFOUND: ['configuration', 'the name is not known; choose another --host'],
}

/** Answers `HOST:PORT` as it was given out. */
async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const [code, why] = LISTEN_ERRORS[(cause as NodeJS.ErrnoException).code ?? ''] ?? [
      'internal',
      messageOf(cause),
    ]
    const message = `cannot listen on ${printAddress(host, port)}: ${why}`
    throw new AppError(code, message, { cause })
  }
  return printAddress(host, (app.server.address() as AddressInfo).port)
}

async function closeServer(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), CUT_ANSWERS_MS)
  await app.close()
  clearTimeout(timer)
}

function now(): Micros {
  return microsFromMillis(Date.now())
}
