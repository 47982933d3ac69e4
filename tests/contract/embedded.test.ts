import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { compileRegex } from '../../search/query/regex.ts'
import { EmbeddedStore } from '../../search/store/embedded/embedded-store.ts'
import { storeContract } from './store-contract.ts'
import { wholeStoreContract } from './whole-store-contract.ts'

const folders: string[] = []

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

const newPlace = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-store-'))
  folders.push(folder)
  return folder
}

storeContract({
  name: 'EmbeddedStore',
  open: (place) => EmbeddedStore.open({ folder: place, compileRegex }),
  newPlace,
})

storeContract({
  name: 'EmbeddedStore with segments of 24 rows',
  open: (place) =>
    EmbeddedStore.open({
      folder: place,
      compileRegex,
      layout: { granuleRows: 2, blockRows: 8, segmentBlocks: 3, tallyRows: 8, keysOfKind: 3 },
    }),
  newPlace,
})

wholeStoreContract({
  name: 'EmbeddedStore',
  open: (place) => EmbeddedStore.open({ folder: place, compileRegex }),
  newPlace,
})
