import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeIdentity, type NodeIdentity, type NodePlace } from '../../search/node-name.ts'
import { knownTo } from '../../search/taking.ts'
import { temporaryFolder } from '../support/temporary.ts'

function newPlace(): NodePlace {
  const data = temporaryFolder()
  return { data, spool: join(data, 'spool') }
}

test('a data folder without a name gets one by chance, and keeps it', async () => {
  const [place, other] = [newPlace(), newPlace()]
  const first = await nodeIdentity(place)
  expect(first).toMatchObject({ folder: 'new' })
  expect(first.name).toMatch(/^n[0-9a-f]{8}$/)
  mkdirSync(place.spool)
  expect(await nodeIdentity(place)).toEqual({ ...first, folder: 'kept' })
  expect((await nodeIdentity(other)).name).not.toBe(first.name)
})

test('a name that is given is kept, also when it is not given again', async () => {
  const place = newPlace()
  const first = await nodeIdentity(place, 'ingest-2')
  expect(first.name).toBe('ingest-2')
  expect(readFileSync(join(place.data, 'node'), 'utf8')).toBe(`ingest-2 ${first.id}\n`)
  expect(await nodeIdentity(place)).toEqual({ ...first, folder: 'kept' })
})

test('what lies in the spool is not replayed under another name', async () => {
  const place = newPlace()
  await nodeIdentity(place, 'ingest-2')
  await expect(nodeIdentity(place, 'ingest-3')).rejects.toMatchObject({
    code: 'configuration',
    message: expect.stringMatching(/as node "ingest-3": .* is that of node "ingest-2"$/) as string,
  })
})

test('a spool that is older than names is that of n1', async () => {
  const place = newPlace()
  mkdirSync(place.spool)
  expect(await nodeIdentity(place)).toMatchObject({ name: 'n1', folder: 'older' })
})

test.each(['Not A Name\n', '', 'ingest-2', 'UPPER 1\n'])(
  'a file with %j is refused',
  async (text) => {
    const place = newPlace()
    writeFileSync(join(place.data, 'node'), text)
    await expect(nodeIdentity(place)).rejects.toMatchObject({ code: 'configuration' })
  },
)

const position = { segment: 3, offset: 7, nextSequence: 100 }
const recovery = { position, writer: 'a', retryKeys: new Uint32Array(), patterns: [] }
const identity = (id: string, folder: NodeIdentity['folder']) => ({ name: 'n', id, folder })

test('a folder goes on where its own last commit ended', () => {
  expect(knownTo(identity('a', 'kept'), recovery)).toBe(recovery)
  expect(knownTo(identity('b', 'older'), recovery)).toBe(recovery)
  const empty = { ...recovery, position: null }
  expect(knownTo(identity('b', 'new'), empty)).toBe(empty)
})

test('a new folder under a known name leaves out the numbers that the one before may have used', () => {
  expect(knownTo(identity('b', 'new'), recovery)).toEqual({
    ...recovery,
    position: { ...position, nextSequence: 100 + 2 ** 24 },
  })
})

test('a folder whose name another has used since is refused: its spool would be skipped', () => {
  expect(() => knownTo(identity('b', 'kept'), recovery)).toThrow(
    /another data folder has committed/,
  )
})
