import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { micros } from '../../../model/time.ts'
import { buildServer } from '../../../search/api/server.ts'
import { SourceWatch } from '../../../search/api/source-watch.ts'
import type { QueryContext, SearchRequest } from '../../../search/store/store.ts'
import { CachedTopology } from '../../../search/topology/cached-topology.ts'
import { record } from '../../support/record.ts'
import { NO_SAMPLE } from '../../support/no-sample.ts'
import { MemoryStore } from './memory-store.ts'

const now = () => micros(1_795_000_000_000_000)
let store: MemoryStore
let switches: number
let url: string
let close: () => Promise<void>

beforeEach(async () => {
  store = new MemoryStore()
  switches = 0
  const sources = new SourceWatch(store, now, () => undefined)
  const parts = {
    store,
    port: { submit: () => Promise.reject(new Error('not asked here')) },
    ingest: {
      listeners: () => [],
      problems: async () => [],
      isTaking: async () => true,
      measurements: async () => [],
      settled: async () => undefined,
    },
    ...NO_SAMPLE,
    sample: { ...NO_SAMPLE.sample, switches: () => switches },
    topology: new CachedTopology(store, () => 0),
    sources,
    now,
    version: '0.1.0',
    role: 'all',
  }
  const app = await buildServer(parts, { logger: pino({ level: 'silent' }), isLoopback: true })
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  close = async () => {
    sources.close()
    await app.close()
  }
})

afterEach(() => close())

function arrive(sequence: number): void {
  store.add([record({ id: `20261120-n1-${sequence.toString(36)}`, body: `line ${sequence}` })])
}

/** Reads events until `count` records came; their bodies, and the last event id. */
async function follow(
  count: number,
  headers: Record<string, string>,
  onOpen: () => void,
): Promise<{ bodies: string[]; id: string }> {
  const response = await fetch(`${url}/api/v1/tail?query=line`, { headers })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  onOpen()
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array)
    const events = [...text.matchAll(/id: (\S+)\nevent: record\ndata: (.*)\n\n/g)]
    if (events.length < count) continue
    const bodies = events.map((event) => (JSON.parse(event[2]!) as { body: string }).body)
    return { bodies, id: events[count - 1]![1]! }
  }
  throw new Error(`the stream ended early: ${text}`)
}

test('a tail starts with what arrives from now on, and resumes behind any event', async () => {
  arrive(1)
  const first = await follow(2, {}, () => {
    arrive(2)
    arrive(3)
  })
  expect(first).toEqual({ bodies: ['line 2', 'line 3'], id: '2026-11-20.3' })
  arrive(4)
  const resumed = await follow(2, { 'last-event-id': '2026-11-20.2' }, () => undefined)
  expect(resumed.bodies).toEqual(['line 3', 'line 4'])
})

test('a tail begins anew where other data is shown, whatever places it has', async () => {
  arrive(70)
  const ends: unknown[] = []
  const own = store.tail.bind(store)
  const seen = await follow(2, {}, () => {
    arrive(71)
    // Other data: its places are lower, and what it holds was there before.
    setTimeout(() => {
      const other = new MemoryStore()
      for (const sequence of [1, 2]) {
        other.add([record({ id: `20261120-n1-${sequence}`, body: `line ${sequence} of old` })])
      }
      store.tail = (after, ...rest) => {
        ends.push(after)
        return other.tail(after, ...rest)
      }
      switches++
      setTimeout(() => {
        other.add([record({ id: '20261120-n1-3', body: 'line 3 of the other' })])
      }, 600)
    }, 600)
  })
  store.tail = own
  expect(seen.bodies).toEqual(['line 71', 'line 3 of the other'])
  expect(ends[0]).toBeNull()
})

test('an event id that is not ours is refused', async () => {
  const response = await fetch(`${url}/api/v1/tail`, { headers: { 'last-event-id': 'x' } })
  expect(response.status).toBe(400)
})

test('closing the connection ends the query', async () => {
  const stop = new AbortController()
  const aborted = new Promise<void>((resolve) => {
    store.search = (_request: SearchRequest, { signal }: QueryContext) => {
      stop.abort()
      return new Promise((_, reject) => {
        signal!.addEventListener('abort', () => {
          resolve()
          reject(new Error('cancelled'))
        })
      })
    }
  })
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ query: 'x' })
  const asked = fetch(`${url}/api/v1/search`, {
    method: 'POST',
    headers,
    body,
    signal: stop.signal,
  })
  await expect(asked).rejects.toThrow(/abort/)
  await aborted
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toContain('plumbline_http_aborted_total{route="/api/v1/search"} 1')
})

test('a server that stops ends its tails', async () => {
  const response = await fetch(`${url}/api/v1/tail`)
  const ended = response.text()
  await close()
  expect(await ended).toContain('event: coverage')
  close = async () => undefined
})
