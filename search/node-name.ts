import { randomBytes } from 'node:crypto'
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

/**
 * The name of this process as an ingest node of a store that many share. It stays with the data folder, because what
 * lies in the spool is replayed under the name it was taken by: a folder without one gets `given`, or one by chance.
 * Throws `configuration` where the folder has another.
 */
export async function nodeName({ data, spool }: NodePlace, given?: string): Promise<string> {
  const path = join(data, FILE)
  const kept = await readKept(path)
  const name = kept ?? given ?? (existsSync(spool) ? FIRST_NODE : byChance())
  if (given !== undefined && given !== name) {
    throw new AppError(
      'configuration',
      `cannot take records as node ${quote(given)}: the data folder ${data} is that of node ${quote(name)}`,
      { hint: 'leave --node out, or name another data folder with --data' },
    )
  }
  if (kept === undefined) await keep(path, name)
  return name
}

async function readKept(path: string): Promise<string | undefined> {
  let text: string
  try {
    text = (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new AppError('permission_denied', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
  if (new RegExp(NODE_NAME).test(text)) return text
  throw new AppError('configuration', `cannot read ${path}: ${quote(text)} is no name of a node`, {
    hint: 'write the name into it that the ids of its records hold',
  })
}

async function keep(path: string, name: string): Promise<void> {
  try {
    await writeFile(`${path}.new`, `${name}\n`, { flush: true })
    await rename(`${path}.new`, path)
  } catch (cause) {
    throw new AppError('permission_denied', `cannot write ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** One in four billion: two processes of one cluster do not get the same. */
const byChance = (): string => `n${randomBytes(4).toString('hex')}`
