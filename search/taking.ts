import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { FileTail } from '../ingest/listeners/file-tail.ts'
import { IngestWorker, type IngestSettings } from '../ingest/worker-port.ts'
import type { IngestPort } from '../ingest/port.ts'
import { AppError, messageOf } from '../model/errors.ts'
import type { Micros } from '../model/time.ts'
import { parseAddress, type ServeConfig } from './config.ts'
import { FIRST_NODE, nodeName } from './node-name.ts'
import type { OpenedStore } from './store/open.ts'
import type { Store } from './store/store.ts'

/** The side of a process that takes records. */
export interface Taking {
  /** Its name as an ingest node. */
  readonly node: string
  readonly worker: IngestWorker
}

/** Starts the ingest thread, which replays the spool. Throws what keeps it from starting. */
export async function startTaking(config: ServeConfig, opened: OpenedStore): Promise<Taking> {
  const spool = join(config.data, 'spool')
  const node =
    config.store === 'embedded'
      ? FIRST_NODE
      : await nodeName({ data: config.data, spool }, config.node)
  const known = await opened.store.recovery(node)
  const settings: IngestSettings = {
    node,
    spool,
    known,
    sources: new Map(Object.entries(config.sources)),
    limits: {},
    syslog: config.syslog === 'off' ? undefined : parseAddress('syslog', config.syslog),
    syslogTls: await tlsSettings(config),
    logLevel: config.logLevel,
  }
  return { node, worker: await IngestWorker.start(settings, opened.commitPort) }
}

/** The way in of a process that takes nothing. Its senders keep what they have: 503 says that it is not refused for good. */
export const TAKES_NOTHING: IngestPort = {
  submit: () =>
    Promise.reject(
      new AppError(
        'storage_unavailable',
        'this process answers questions and takes no records (--role search); send them to one with --role ingest',
      ),
    ),
}

/** Starts to follow the files of the settings. */
export function followFiles(
  { tail }: ServeConfig,
  { node, worker: port }: Taking,
  store: Store,
  log: Logger,
  now: () => Micros,
): FileTail[] {
  // The same path on two machines is two files.
  const own = (key: string): string => (node === FIRST_NODE ? key : `${node}:${key}`)
  const places = {
    load: (key: string) => store.getState(own(key)),
    save: (key: string, value: string) => store.putState(own(key), value),
  }
  return tail.map((file) => FileTail.start({ ...file, port, places, log, now }))
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
