import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { writeAll, type Action } from '../../../../search/store/elastic/bulk.ts'
import { Connection } from '../../../../search/store/elastic/connection.ts'

interface Item {
  readonly status: number
  readonly error?: { readonly type: string; readonly reason: string }
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that answers bulk requests by a rule, and what it was sent. */
async function bulkServer(rule: (id: string, request: number) => Item) {
  const requests: string[][] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      const ids = text
        .split('\n')
        .filter((line) => line.startsWith('{"create"'))
        .map((line) => (JSON.parse(line) as { create: { _id: string } }).create._id)
      const items = ids.map((id) => ({ create: rule(id, requests.length) }))
      requests.push(ids)
      bodies.push(text)
      response.writeHead(200, {
        'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
        'x-elastic-product': 'Elasticsearch',
      })
      response.end(JSON.stringify({ items }))
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { connection: new Connection({ urls: [`http://127.0.0.1:${port}`] }), requests, bodies }
}

const actions = (...ids: string[]): Action[] =>
  ids.map((id) => ({ operation: 'create', index: 'i', id, document: { of: id } }))

const STORED: Item = { status: 201 }
const KNOWN: Item = { status: 409, error: { type: 'version_conflict', reason: 'it is there' } }
const BUSY: Item = {
  status: 429,
  error: { type: 'es_rejected_execution_exception', reason: 'queue full' },
}
const GONE: Item = {
  status: 503,
  error: { type: 'unavailable_shards_exception', reason: 'no primary' },
}
const WRONG: Item = {
  status: 400,
  error: { type: 'document_parsing_exception', reason: 'not a long' },
}

describe('of the items of a bulk request', () => {
  test('what is stored or known is done', async () => {
    const { connection, requests } = await bulkServer((id) => (id === 'b' ? KNOWN : STORED))
    expect(await writeAll(connection, actions('a', 'b', 'c'))).toEqual([])
    expect(requests).toEqual([['a', 'b', 'c']])
  })

  test('only what the server was too busy for comes again', async () => {
    const { connection, requests } = await bulkServer((id, request) =>
      request > 0 ? STORED : id === 'a' ? BUSY : id === 'b' ? GONE : STORED,
    )
    expect(await writeAll(connection, actions('a', 'b', 'c'))).toEqual([])
    expect(requests).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b'],
    ])
  })

  test('what the server can never take is given back with the reason', async () => {
    const { connection } = await bulkServer((id) => (id === 'b' ? WRONG : STORED))
    const [first, second] = actions('a', 'b')
    const refused = await writeAll(connection, [first!, second!])
    const { operation, index, id } = second!
    const reason = 'not a long (document_parsing_exception)'
    expect(refused).toEqual([{ action: { operation, index, id }, reason }])
  })

  test('each goes, and comes again, byte for byte, whatever its letters take', async () => {
    const { connection, bodies } = await bulkServer((id, request) =>
      request === 0 && id !== 'b' ? BUSY : STORED,
    )
    // More than the room that a request begins with, in letters of one to four bytes.
    const texts = ['x', 'é', '漢', '🜁'].map((letter) => letter.repeat(30_000))
    const all = texts.map((text, n): Action => {
      return { operation: 'create', index: 'i', id: 'abcd'[n]!, document: { text } }
    })
    expect(await writeAll(connection, all)).toEqual([])
    const lines = all.map(({ id }, n) => {
      const head = { create: { _index: 'i', _id: id } }
      return `${JSON.stringify(head)}\n${JSON.stringify({ text: texts[n] })}\n`
    })
    expect(bodies).toEqual([lines.join(''), lines.filter((_, n) => n !== 1).join('')])
  })

  test('a server that stays busy is an error that says so', async () => {
    const { connection, requests } = await bulkServer(() => BUSY)
    await expect(writeAll(connection, actions('a'), { waitsMs: [1, 2, 3] })).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('queue full') as string,
    })
    expect(requests.length).toBe(4)
  })

  test.each([403, 429])('a block of the index (status %i) is a full store', async (status) => {
    const reason =
      'disk usage exceeded flood-stage watermark, index has read-only-allow-delete block'
    const { connection, requests } = await bulkServer(() => ({
      status,
      error: { type: 'cluster_block_exception', reason },
    }))
    await expect(writeAll(connection, actions('a'))).rejects.toMatchObject({
      code: 'storage_full',
      message: expect.stringContaining('flood-stage') as string,
    })
    expect(requests.length).toBe(1)
  })

  test('many go in requests of a few megabytes', async () => {
    const { connection, requests } = await bulkServer(() => STORED)
    const large = actions(...Array.from({ length: 30 }, (_, i) => `r${i}`)).map((action) => ({
      ...action,
      document: { text: 'x'.repeat(500_000) },
    }))
    await writeAll(connection, large)
    expect(requests.flat().length).toBe(30)
    expect(Math.max(...requests.map((ids) => ids.length))).toBeLessThanOrEqual(8)
  })
})

test('a server that is not there is unavailable, with what to do', async () => {
  const connection = new Connection({ urls: ['http://127.0.0.1:9'] })
  await expect(connection.facts()).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringContaining('http://127.0.0.1:9') as string,
    hint: expect.stringContaining('address') as string,
  })
})
