import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { httpIngest } from '../ingest/listeners/http.ts'
import { httpImport } from '../ingest/listeners/http-import.ts'
import { ListenerCounters } from '../ingest/listeners/listener-counters.ts'
import type { IngestPort } from '../ingest/port.ts'
import { AppError, messageOf, type ErrorCode } from '../model/errors.ts'
import { microsFromMillis, type Micros } from '../model/time.ts'
import { startAnswering, type Answering } from './answering.ts'
import type { IngestStatus, SampleControl } from './api/parts.ts'
import { buildIngestServer, buildServer } from './api/server.ts'
import { isLoopback, printAddress, type ServeConfig } from './config.ts'
import { lockData } from './data-lock.ts'
import { elasticPlace } from './elastic-place.ts'
import { ingestStatus, noIngestStatus } from './ingest-status.ts'
import { watchInventory } from './inventory-watch.ts'
import { startFacts } from './start-facts.ts'
import { makeFolder } from './store/make-folder.ts'
import { keepRetention } from './retention.ts'
import { openStore, type OpenedStore, type OpenOptions } from './store/open.ts'
import { followFiles, identityOf, startTaking, TAKES_NOTHING, type Taking } from './taking.ts'
import { ALONE, LeaseTurn, type Turn } from './turn.ts'
import { PACKAGE_FOLDER, VERSION } from './version.ts'

/** After this a shutdown cuts answers that are still being read. */
const CUT_ANSWERS_MS = 5_000

export interface Running {
  /** `http://HOST:PORT`. */
  readonly url: string
  /** Undefined where no questions are answered. */
  readonly sample: SampleControl | undefined
  /** Resolves with why a thread has ended by itself; the process is then of no more use. */
  readonly failed: Promise<AppError>
  /**
   * Says that it is not ready for as long as the settings ask, takes nothing more, stores what was acknowledged, and
   * ends every thread.
   */
  close(): Promise<void>
}

/** What ends the parts that have been started, run in reverse. */
type Closing = (() => unknown)[]

/** The store inside a data folder; the spool lies beside it. */
export function storeFolder(data: string): string {
  return join(data, 'store')
}

/**
 * One process of the product: store thread, and by its role the ingest thread, the answering side, or both. Throws
 * what keeps it from starting, and leaves nothing running then.
 */
export async function startPlumbline(config: ServeConfig, log: Logger): Promise<Running> {
  const closing: Closing = []
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  const draining = new AbortController()
  try {
    const started = await start(config, log, closing, draining.signal)
    const drainAndClose = async (): Promise<void> => {
      draining.abort()
      await sleep(config.drain * 1_000)
      await close()
    }
    return { ...started, close: drainAndClose }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  given: ServeConfig,
  log: Logger,
  closing: Closing,
  draining: AbortSignal,
): Promise<Omit<Running, 'close'>> {
  const config = { ...given, data: resolve(given.data) }
  await claimFolder(config.data)
  // Who only answers writes neither spool nor name; what else is in its folder has a lock of its own.
  if (config.role !== 'search') closing.push(await lockData(config.data))
  const identity = await identityOf(config)
  const opened = await openStore(await storePlace(config, identity?.id))
  const { store } = opened
  closing.push(
    () => opened.stop(),
    () => store.close(),
  )
  const taking = config.role === 'search' ? undefined : await startTaking(config, opened, identity)
  if (taking !== undefined) closing.push(() => taking.worker.close())
  const answering =
    config.role === 'ingest' ? undefined : await startAnswering(store, config.data, log, now)
  if (answering !== undefined) {
    closing.push(() => answering.close())
  }

  const retention =
    answering === undefined
      ? undefined
      : keepRetention(store, retentionOf(config), now, log, turnOf('retention', opened, log))
  if (retention !== undefined) closing.push(() => retention.stop())

  const counters = new ListenerCounters()
  let address = ''
  const ingest = statusOf(config, taking, counters, () => address)
  const port = wayIn(taking, answering, ingest, log)
  const process = {
    store,
    ingest,
    version: VERSION,
    role: config.role,
    isDraining: () => draining.aborted,
    ...(taking === undefined ? {} : { node: taking.node }),
    ...(opened.server === null ? {} : { storeServer: opened.server }),
  }
  const options = {
    logger: log,
    isLoopback: isLoopback(config.host),
    ingest: async (plugin: FastifyInstance) => {
      await plugin.register(httpIngest, { port, counters, now })
      await plugin.register(httpImport, { port, now })
    },
  }
  const app =
    answering === undefined
      ? await buildIngestServer(process, options)
      : await buildServer(
          {
            ...process,
            ...answering,
            store: answering.shown,
            port,
            jobs: () => retention?.measurements() ?? [],
            start: () =>
              startFacts(store, given.data, taking === undefined ? [] : ingest.listeners()),
            now,
          },
          { ...options, screens: join(PACKAGE_FOLDER, 'dist', 'ui') },
        )
  closing.push(() => closeServer(app))
  address = await listen(app, config.host, config.port)
  if (!isLoopback(config.host)) {
    log.warn(
      { address },
      'listening beyond this machine: anybody who reaches it can read and write',
    )
  }
  if (taking !== undefined) {
    for (const tail of followFiles(config, taking, store, log, now)) {
      closing.push(() => tail.close())
    }
  }
  const ends = [opened.failed, ...(taking === undefined ? [] : [taking.worker.failed])]
  return { url: `http://${address}`, sample: answering?.sample, failed: Promise.race(ends) }
}

function statusOf(
  { role, data }: ServeConfig,
  taking: Taking | undefined,
  counters: ListenerCounters,
  http: () => string,
): IngestStatus {
  if (taking === undefined) return noIngestStatus(http)
  // What only takes has done its part when it is on disk.
  const needsStore = role === 'all'
  return ingestStatus({ worker: taking.worker, counters, data, http, needsStore })
}

/** Where envelopes go. An inventory that came in here is asked for as soon as it is stored. */
function wayIn(
  taking: Taking | undefined,
  answering: Answering | undefined,
  ingest: IngestStatus,
  log: Logger,
): IngestPort {
  if (taking === undefined) return TAKES_NOTHING
  if (answering === undefined) return taking.worker
  return watchInventory(
    taking.worker,
    () => ingest.settled(),
    answering.topology,
    (error) => log.warn({ err: error }, 'an inventory is on disk, and not yet in the store'),
  )
}

/** Where the records go: the data folder, or a cluster; the spool stays in the data folder either way. */
function storePlace(
  config: ServeConfig,
  writer: string | undefined,
): Promise<OpenOptions> | OpenOptions {
  if (config.store === 'embedded') return { folder: storeFolder(config.data) }
  return elasticPlace(config, writer)
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

/** Who does a periodic job: this process, or one of those that share the store. */
function turnOf(job: string, { shared }: OpenedStore, log: Logger): Turn {
  return shared === null ? ALONE : new LeaseTurn(job, shared, log)
}

function retentionOf({ retentionDays, retentionBytes }: ServeConfig) {
  return {
    ...(retentionDays === undefined ? {} : { maxAgeDays: retentionDays }),
    ...(retentionBytes === undefined ? {} : { maxBytes: retentionBytes }),
  }
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
