import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf, quote } from '../model/errors.ts'

/** The only ingest node of an embedded store, and of data folders older than names. */
export const FIRST_NODE = 'n1'

/** What a name may be: a part of record ids, of document ids and of tail positions. */
export const NODE_NAME = '^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$'

const FILE = 'node'

export interface NodePlace {
  /** The data folder, which exists. */
  readonly data: string
  /** The folder of the spool in it, whether or not it exists. */
  readonly spool: string
}

/** Who a process is among the ingest nodes of a store that many share. */
export interface NodeIdentity {
  readonly name: string
  /** Of its data folder alone, so that two folders of one name are told apart. */
  readonly id: string
  /** `new` for an empty folder, `older` for one with a spool from before there were names. */
  readonly folder: 'kept' | 'new' | 'older'
}

/**
 * Who this process is as an ingest node. It stays with the data folder, because what lies in the spool is replayed under
 * the name it was taken by: a folder without one gets `given`, or one by chance. Throws `configuration` where the folder
 * has another.
 */
export async function nodeIdentity(
  { data, spool }: NodePlace,
  given?: string,
): Promise<NodeIdentity> {
  const path = join(data, FILE)
  const kept = await readKept(path)
  const folder = kept !== undefined ? 'kept' : existsSync(spool) ? 'older' : 'new'
  const name = kept?.name ?? (folder === 'older' ? FIRST_NODE : (given ?? byChance()))
  if (given !== undefined && given !== name) {
    throw new AppError(
      'configuration',
      `cannot take records as node ${quote(given)}: the data folder ${data} is that of node ${quote(name)}`,
      { hint: 'leave --node out, or name another data folder with --data' },
    )
  }
  if (kept !== undefined) return { ...kept, folder }
  const identity = { name, id: randomUUID() }
  await keep(path, identity)
  return { ...identity, folder }
}

type Kept = Omit<NodeIdentity, 'folder'>

async function readKept(path: string): Promise<Kept | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new AppError('permission_denied', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
  const [, name, id] = /^(\S+) (\S+)\n$/.exec(text) ?? []
  if (name !== undefined && id !== undefined && new RegExp(NODE_NAME).test(name)) {
    return { name, id }
  }
  throw new AppError('configuration', `cannot read ${path}: ${quote(text)} is no name of a node`, {
    hint: 'restore it: the ids of the records in the spool beside it are made with that name',
  })
}

async function keep(path: string, { name, id }: Kept): Promise<void> {
  try {
    await writeFile(`${path}.new`, `${name} ${id}\n`, { flush: true })
    await rename(`${path}.new`, path)
  } catch (cause) {
    throw new AppError('permission_denied', `cannot write ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** One in four billion: two processes of one cluster do not get the same. */
const byChance = (): string => `n${randomBytes(4).toString('hex')}`
