import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { FileTail } from '../ingest/listeners/file-tail.ts'
import { IngestWorker, type IngestSettings } from '../ingest/worker-port.ts'
import type { IngestPort } from '../ingest/port.ts'
import { AppError, messageOf, quote } from '../model/errors.ts'
import type { Micros } from '../model/time.ts'
import { parseAddress, type ServeConfig } from './config.ts'
import { FIRST_NODE, nodeIdentity, type NodeIdentity } from './node-name.ts'
import type { OpenedStore } from './store/open.ts'
import type { Recovery, Store } from './store/store.ts'

/** The side of a process that takes records. */
export interface Taking {
  /** Its name as an ingest node. */
  readonly node: string
  readonly worker: IngestWorker
}

/** More than a commit can hold. */
const BEHIND_A_COMMIT = 2 ** 24

const spoolOf = ({ data }: ServeConfig): string => join(data, 'spool')

/** Who this process is as an ingest node; undefined where nobody else writes, or it takes nothing. */
export async function identityOf(config: ServeConfig): Promise<NodeIdentity | undefined> {
  if (config.store === 'embedded' || config.role === 'search') return undefined
  return nodeIdentity({ data: config.data, spool: spoolOf(config) }, config.node)
}

/** Starts the ingest thread, which replays the spool. Throws what keeps it from starting. */
export async function startTaking(
  config: ServeConfig,
  opened: OpenedStore,
  identity: NodeIdentity | undefined,
): Promise<Taking> {
  const spool = spoolOf(config)
  const node = identity?.name ?? FIRST_NODE
  const recovery = await opened.store.recovery(node)
  const known = identity === undefined ? recovery : knownTo(identity, recovery)
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

/**
 * What the store knows of a node, for the folder that goes on as it. Throws `data_locked` where another folder has
 * committed under the name: the place is in that one's spool.
 */
export function knownTo({ name, id, folder }: NodeIdentity, recovery: Recovery): Recovery {
  const { position, writer } = recovery
  if (position === null || writer === undefined || writer === id || folder === 'older') {
    return recovery
  }
  if (folder === 'kept') {
    throw new AppError(
      'data_locked',
      `cannot take records as node ${quote(name)}: another data folder has committed under that name since`,
      {
        hint: 'each ingest process needs a data folder and a --node of its own; start this one with a new folder',
      },
    )
  }
  // The folder before was lost, perhaps in the middle of a commit: its records may be there, uncounted, and theirs
  // are the next numbers.
  return {
    ...recovery,
    position: { ...position, nextSequence: position.nextSequence + BEHIND_A_COMMIT },
  }
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
