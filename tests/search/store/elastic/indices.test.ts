import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Connection } from '../../../../search/store/elastic/connection.ts'
import { Indices } from '../../../../search/store/elastic/indices.ts'

/** Indices of a server that answers a refresh of each index with these counts of copies. */
async function indicesOf(
  shards: Readonly<Record<string, { successful: number; failed: number }>>,
): Promise<Indices> {
  const server = createServer((request, response) => {
    const name = /^\/(.+)\/_refresh$/.exec(request.url!)![1]!
    response.writeHead(200, {
      'content-type': 'application/json',
      'x-elastic-product': 'Elasticsearch',
    })
    response.end(JSON.stringify({ _shards: { total: 2, ...shards[name] } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const connection = new Connection({ urls: [`http://127.0.0.1:${port}`] })
  onTestFinished(async () => {
    await connection.close()
    server.close()
  })
  return new Indices(connection, 'p')
}

test('a refresh that reached a copy is done, also where another copy is missing', async () => {
  const whole = { successful: 2, failed: 0 }
  const indices = await indicesOf({ a: whole, b: { successful: 1, failed: 0 } })
  await indices.refresh(['a', 'b'])
  await indices.refresh([])
})

test.each([
  ['whose node has gone', { successful: 0, failed: 0 }],
  ['of which a copy failed', { successful: 1, failed: 1 }],
])('a refresh of an index %s is none, though the server says 200', async (_, shards) => {
  const indices = await indicesOf({ a: { successful: 2, failed: 0 }, b: shards })
  await expect(indices.refresh(['a', 'b'])).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringContaining('cannot refresh b') as string,
  })
})
