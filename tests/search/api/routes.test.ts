import { pino } from 'pino'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpIngest } from '../../../ingest/listeners/http.ts'
import { httpImport } from '../../../ingest/listeners/http-import.ts'
import { ListenerCounters } from '../../../ingest/listeners/listener-counters.ts'
import { micros } from '../../../model/time.ts'
import { docsPage, type ApiDocument } from '../../../search/api/docs-page.ts'
import { buildServer } from '../../../search/api/server.ts'
import { SourceWatch } from '../../../search/api/source-watch.ts'
import { CachedTopology } from '../../../search/topology/cached-topology.ts'
import { NO_SAMPLE } from '../../support/no-sample.ts'
import { MemoryStore } from './memory-store.ts'

const now = () => micros(1_795_000_000_000_000)
const refuse = () => Promise.reject(new Error('not asked here'))
const routes: RouteOptions[] = []
let app: FastifyInstance
let document: ApiDocument

beforeAll(async () => {
  const store = new MemoryStore()
  const sources = new SourceWatch(store, now, () => undefined)
  const ingest = {
    listeners: () => [],
    problems: refuse,
    isTaking: refuse,
    measurements: refuse,
    settled: refuse,
  }
  app = await buildServer(
    {
      store,
      port: { submit: refuse },
      ingest,
      ...NO_SAMPLE,
      topology: new CachedTopology(store, () => 0),
      sources,
      now,
      version: '0.1.0',
      role: 'all',
    },
    {
      logger: pino({ level: 'silent' }),
      isLoopback: true,
      ingest: async (plugin) => {
        const port = { submit: refuse }
        await plugin.register(httpIngest, { port, counters: new ListenerCounters(), now })
        await plugin.register(httpImport, { port, now })
      },
      onRoute: (route) => routes.push(route),
    },
  )
  await app.ready()
  document = (await app.inject('/api/openapi.json')).json()
  sources.close()
})

afterAll(() => app.close())

/** `/a/:id` as OpenAPI writes it. */
const templated = (url: string) => url.replace(/:([^/]+)/g, '{$1}')

test('every route of the product has a summary and an error case, and is documented', () => {
  const own = routes.filter(({ url, method }) => url.startsWith('/api/') && method !== 'HEAD')
  expect(own.length).toBeGreaterThan(25)
  for (const { url, method, schema } of own) {
    const operation = document.paths?.[templated(url)]?.[String(method).toLowerCase()]
    expect(operation, `${String(method)} ${url} in the document`).toBeDefined()
    expect(schema?.['summary' as keyof typeof schema], `${url} has a summary`).toBeTruthy()
    const statuses = Object.keys(operation!.responses ?? {})
    const hasError = statuses.some((status) => /^[45]/.test(status))
    expect(hasError, `${url} has an error case`).toBe(true)
  }
})

test('the document is OpenAPI 3.1 and every reference in it leads somewhere', () => {
  expect(document).toMatchObject({ openapi: '3.1.0' })
  const text = JSON.stringify(document)
  const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1]!)
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(Object.keys(document.components!.schemas!)).toContain(name)
})

test('every place in a path is a parameter, and every answer says what it is', () => {
  for (const [path, operations] of Object.entries(document.paths!)) {
    const places = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1])
    for (const [method, operation] of Object.entries(operations)) {
      const inPath = (operation.parameters ?? []).filter((each) => each.in === 'path')
      expect(inPath.map(({ name }) => name).sort(), path).toEqual(places.sort())
      expect(
        inPath.every(({ required }) => required === true),
        path,
      ).toBe(true)
      expect(Object.keys(operation.responses ?? {}), `${method} ${path}`).not.toEqual([])
      if (!path.startsWith('/api/v1/') || path.includes('/ingest/')) continue
      for (const [status, { description }] of Object.entries(operation.responses!)) {
        expect(description, `${method} ${path} ${status}`).not.toBe('Default Response')
      }
    }
  }
})

test('whatever goes wrong, a route answers a status that it documents, in the one shape', async () => {
  const asked = routes.filter(({ url, method, schema }) => {
    const tags = (schema as { tags?: readonly string[] } | undefined)?.tags ?? []
    return (
      method !== 'HEAD' &&
      !tags.includes('ingest') &&
      !tags.includes('elasticsearch') &&
      url !== '/api/v1/tail'
    )
  })
  expect(asked.length).toBeGreaterThan(25)
  const json = { 'content-type': 'application/json' }
  const troubles = [
    { headers: { ...json, host: 'evil.example' }, payload: '{}' },
    { headers: json, payload: '{' },
    { headers: json, payload: '{"bogus": 1}' },
    { headers: json, payload: `"${'x'.repeat(1_100_000)}"` },
    { headers: { 'content-type': 'text/xml' }, payload: '<a/>' },
    { headers: {}, payload: '' },
  ]
  for (const { url, method } of asked) {
    const verb = String(method) as 'GET' | 'POST' | 'DELETE'
    const documented = document.paths![templated(url)]![verb.toLowerCase()]!.responses!
    for (const { headers, payload } of troubles) {
      const body = verb === 'POST' && payload !== '' ? { payload } : {}
      const response = await app.inject({
        method: verb,
        url: url.replace(/:\w+/, 'x'),
        headers,
        ...body,
      })
      const { statusCode } = response
      expect(Object.keys(documented), `${verb} ${url}`).toContain(String(statusCode))
      if (statusCode >= 400) {
        expect(response.json<object>(), url).toHaveProperty('error.message')
      }
    }
  }
})

test('an address that is no URL is refused in the one shape', async () => {
  const response = await app.inject('/api/v1/records/%zz')
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({ error: { code: 'invalid_request' } })
})

test('the page lists every path and loads nothing', () => {
  const page = docsPage(document)
  for (const path of Object.keys(document.paths!))
    expect(page).toContain(path.replace(/&/g, '&amp;'))
  expect(page).not.toMatch(/<script|src=|https?:/)
})
