import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeName, type NodePlace } from '../../search/node-name.ts'
import { temporaryFolder } from '../support/temporary.ts'

function newPlace(): NodePlace {
  const data = temporaryFolder()
  return { data, spool: join(data, 'spool') }
}

test('a data folder without a name gets one by chance, and keeps it', async () => {
  const [place, other] = [newPlace(), newPlace()]
  const name = await nodeName(place)
  expect(name).toMatch(/^n[0-9a-f]{8}$/)
  expect(await nodeName(place)).toBe(name)
  expect(await nodeName(other)).not.toBe(name)
})

test('a name that is given is kept, also when it is not given again', async () => {
  const place = newPlace()
  expect(await nodeName(place, 'ingest-2')).toBe('ingest-2')
  expect(readFileSync(join(place.data, 'node'), 'utf8')).toBe('ingest-2\n')
  expect(await nodeName(place)).toBe('ingest-2')
})

test('what lies in the spool is not replayed under another name', async () => {
  const place = newPlace()
  await nodeName(place, 'ingest-2')
  await expect(nodeName(place, 'ingest-3')).rejects.toMatchObject({
    code: 'configuration',
    message: expect.stringMatching(/as node "ingest-3": .* is that of node "ingest-2"$/) as string,
  })
})

test('a spool that is older than names is that of n1', async () => {
  const place = newPlace()
  mkdirSync(place.spool)
  expect(await nodeName(place)).toBe('n1')
})

test('a file that holds no name is refused', async () => {
  const place = newPlace()
  writeFileSync(join(place.data, 'node'), 'Not A Name\n')
  await expect(nodeName(place)).rejects.toMatchObject({ code: 'configuration' })
})
