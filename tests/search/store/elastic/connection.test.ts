import { createServer, type Server } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { Connection } from '../../../../search/store/elastic/connection.ts'
import { freePort } from '../../../support/elasticsearch/free-port.ts'

const CALL = { method: 'GET', path: '/_cluster/health' } as const

/** A node that answers every call with a status. */
async function startNode(port: number, status: () => number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(status(), {
      'content-type': 'application/json',
      'x-elastic-product': 'Elasticsearch',
    })
    response.end('{"status":"green"}')
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return server
}

async function connect(ports: readonly number[]): Promise<Connection> {
  const connection = new Connection({ urls: ports.map((port) => `http://127.0.0.1:${port}`) })
  onTestFinished(() => connection.close())
  return connection
}

test('nodes that were all gone are asked again as soon as they are back', async () => {
  const ports = [await freePort(), await freePort(), await freePort()]
  const connection = await connect(ports)
  for (let i = 0; i < 3; i++) {
    await expect(connection.call(CALL)).rejects.toThrow(/cannot reach .*ECONNREFUSED/)
  }
  for (const port of ports) await startNode(port, () => 200)
  for (let i = 0; i < 3; i++) expect(await connection.call(CALL)).toEqual({ status: 'green' })
})

test('nodes that all said 503 are asked again at once', async () => {
  let status = 503
  const ports = [await freePort(), await freePort(), await freePort()]
  for (const port of ports) await startNode(port, () => status)
  const connection = await connect(ports)
  for (let i = 0; i < 5; i++) {
    await expect(connection.call(CALL)).rejects.toThrow(/cannot answer now/)
  }
  status = 200
  for (let i = 0; i < 5; i++) expect(await connection.call(CALL)).toEqual({ status: 'green' })
})
