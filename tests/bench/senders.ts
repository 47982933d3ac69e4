import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { runPlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { BULK_ACTION } from './generate.ts'
import { inventoryRows } from './inventory.ts'
import { metricBodies } from './metrics.ts'

const BLOCK_BYTES = 1_048_576
const BULK_BYTES = 1_572_864
const BULK_CONNECTIONS = 4

/** Sends a file of lines over one TCP connection, as fast as it is taken or at most at `bytesPerSecond`. */
export async function sendSyslog(
  path: string,
  address: { host: string; port: number },
  bytesPerSecond = Infinity,
  signal?: AbortSignal,
): Promise<void> {
  const socket = connect(address)
  await once(socket, 'connect')
  const started = performance.now()
  let sent = 0
  for await (const block of createReadStream(path, { highWaterMark: BLOCK_BYTES / 4 })) {
    const bytes = block as Buffer
    if (!socket.write(bytes)) await once(socket, 'drain')
    sent += bytes.length
    const ahead = (sent / bytesPerSecond) * 1_000 - (performance.now() - started)
    if (ahead > 1) await sleep(ahead)
    if (signal?.aborted === true) break
  }
  socket.end()
  await once(socket, 'close')
}

/** Sends a file of `_bulk` pairs over several connections, to each address in turn; fails when one item is refused. */
export async function sendBulk(path: string, urls: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: BULK_CONNECTIONS })
  const bodies = bulkBodies(path)
  let sent = 0
  const worker = async (): Promise<void> => {
    for (;;) {
      const next = await bodies.next()
      if (next.done === true) return
      await postBulk(`${urls[sent++ % urls.length]!}/_bulk`, next.value, agent)
    }
  }
  await Promise.all(Array.from({ length: BULK_CONNECTIONS }, worker))
  agent.destroy()
}

async function postBulk(url: string, body: Buffer, agent: Agent): Promise<void> {
  const call = request(url, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/x-ndjson', 'content-length': body.length },
  })
  call.end(body)
  const [response] = (await once(call, 'response')) as [
    NodeJS.ReadableStream & { statusCode: number },
  ]
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part as Buffer)
  const reply = Buffer.concat(parts)
  if (response.statusCode === 429) {
    await sleep(50)
    return postBulk(url, body, agent)
  }
  if (response.statusCode !== 200 || !reply.includes('"errors":false')) {
    throw new Error(`_bulk answered ${response.statusCode}: ${reply.toString('utf8', 0, 500)}`)
  }
}

/** Cuts the file before an action line, about every {@link BULK_BYTES}. */
async function* bulkBodies(path: string): AsyncGenerator<Buffer, undefined> {
  const file = await open(path)
  try {
    let at = 0
    for (;;) {
      const block = Buffer.allocUnsafe(BULK_BYTES)
      const { bytesRead } = await file.read(block, 0, BULK_BYTES, at)
      if (bytesRead === 0) return undefined
      const last = bytesRead < BULK_BYTES ? bytesRead : block.lastIndexOf(BULK_ACTION)
      yield block.subarray(0, last)
      at += last
    }
  } finally {
    await file.close()
  }
}

/** Imports a file through `plumbline import`. */
export async function importFile(path: string, url: string): Promise<void> {
  const exit = await runPlumbline(['import', path, '--url', url])
  if (exit.code !== 0) throw new Error(`plumbline import ended with ${exit.code}: ${exit.stderr}`)
}

/** How often a request is sent again that the server had no room for, milliseconds apart. */
const [TRIES, PAUSE_MS] = [100, 100]

/** Sends the inventory and the metrics of the day before `end`, and waits until they are stored. Returns the points. */
export async function sendSurroundings(server: PlumblineProcess, end: number): Promise<number> {
  const rows = [...inventoryRows(end - 30 * 86_400_000)]
  const inventory = `${rows.join('\n')}\n`
  await post(`${server.url}/api/v1/ingest/inventory`, 'application/x-ndjson', inventory)
  let sent = 0
  for (const { points, body } of metricBodies(end)) {
    await post(`${server.url}/v1/metrics`, 'application/json', body)
    sent += points
  }
  await server.post('/api/v1/ingest/settle', {})
  return sent
}

async function post(url: string, type: string, body: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
    const answer = await response.text()
    if (response.ok && !answer.includes('"partialSuccess":{"rejected')) return
    if (response.status !== 429 || attempt === TRIES) {
      throw new Error(
        `cannot send to ${url}: it answered ${response.status}: ${answer.slice(0, 500)}`,
      )
    }
    await sleep(PAUSE_MS)
  }
}
