import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SEGMENT_HEADER_BYTES, segmentOf } from '../../ingest/spool-segment.ts'
import { AppError, quote } from '../../model/errors.ts'
import { openStore, type ElasticPlace, type OpenedStore } from '../store/open.ts'
import { makeFolder } from '../store/make-folder.ts'

/** One end of a copy. */
export type CopyPlace = { readonly folder: string } | ElasticPlace

/** A place for people. */
export function nameOfPlace(place: CopyPlace): string {
  if ('folder' in place) return place.folder
  const { urls, prefix = 'plumbline' } = place.elastic
  return `${prefix}-… at ${urls.join(', ')}`
}

/** The store inside a data folder. */
const storeIn = (folder: string): string => join(folder, 'store')

/**
 * Opens what is to be copied. Throws `configuration` where there is none, `data_locked` where a server holds the folder, and
 * `invalid_request` where it has acknowledged records that only its spool has.
 */
export async function openSource(place: CopyPlace): Promise<OpenedStore> {
  if (!('folder' in place)) return openStore(place)
  const { folder } = place
  checkThere(folder)
  const opened = await openStore({ folder: storeIn(folder) })
  const bytes = await spooledBytes(join(folder, 'spool'))
  if (bytes === 0) return opened
  await closeStore(opened)
  throw new AppError(
    'invalid_request',
    `cannot copy ${folder}: ${bytes} bytes in its spool may not be in the store yet`,
    { hint: `start "plumbline serve --data ${folder}" once and stop it, which stores them` },
  )
}

function checkThere(folder: string): void {
  if (existsSync(storeIn(folder))) return
  throw new AppError('configuration', `there is no data in ${folder}`, {
    hint: 'name the folder that "plumbline serve --data" uses',
  })
}

/** Opens what is copied into; a folder is made where it is missing, unless `isThere` says that it must not be. */
export async function openTarget(place: CopyPlace, isThere: boolean): Promise<OpenedStore> {
  if (!('folder' in place)) return openStore(place)
  const { folder } = place
  if (isThere) checkThere(folder)
  const others = existsSync(folder) && !existsSync(storeIn(folder)) ? await readdir(folder) : []
  if (others.length > 0) {
    throw new AppError(
      'configuration',
      `cannot copy into ${folder}: it holds ${quote(others[0]!)}, which is no data of this program`,
      { hint: 'name an empty or absent folder' },
    )
  }
  await makeFolder(folder)
  return openStore({ folder: storeIn(folder) })
}

export async function closeStore(opened: OpenedStore): Promise<void> {
  try {
    await opened.store.close()
  } finally {
    await opened.stop()
  }
}

/** Bytes of envelopes in a spool; a stopped server leaves none. */
async function spooledBytes(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0
  const names = (await readdir(folder)).filter((name) => segmentOf(name) !== undefined)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + Math.max(0, size - SEGMENT_HEADER_BYTES), 0)
}
