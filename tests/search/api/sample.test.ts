import { pino } from 'pino'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../../../model/errors.ts'
import { micros } from '../../../model/time.ts'
import type { AnswerNotes } from '../../../search/api/coverage.ts'
import type { SampleControl } from '../../../search/api/parts.ts'
import { buildServer } from '../../../search/api/server.ts'
import { SourceWatch } from '../../../search/api/source-watch.ts'
import { CachedTopology } from '../../../search/topology/cached-topology.ts'
import { ABSENT, NO_SAMPLE } from '../../support/no-sample.ts'
import { MemoryStore } from './memory-store.ts'

const now = () => micros(1_795_000_000_000_000)
let app: FastifyInstance
let sources: SourceWatch
let refusal: AppError | undefined
let notes: AnswerNotes
const asked: string[] = []

const sample: SampleControl = {
  status: async () => ABSENT,
  load: async () => {
    if (refusal !== undefined) throw refusal
    asked.push('load')
  },
  show: async (isShown) => void asked.push(isShown ? 'show' : 'hide'),
  remove: async () => void asked.push('remove'),
  notes: () => notes,
  switches: () => 0,
}

beforeEach(async () => {
  refusal = undefined
  notes = { cuts: [], remarks: [] }
  const store = new MemoryStore()
  sources = new SourceWatch(store, now, () => undefined)
  app = await buildServer(
    {
      ...{ store, sources, sample, now },
      start: NO_SAMPLE.start,
      port: { submit: () => Promise.reject(new Error('not asked here')) },
      ingest: {
        listeners: () => [],
        problems: async () => [],
        isTaking: async () => true,
        measurements: async () => [],
        settled: async () => undefined,
      },
      topology: new CachedTopology(store, () => 0),
      ...{ version: '0.1.0', role: 'all' },
    },
    { logger: pino({ level: 'silent' }), isLoopback: true },
  )
})

afterEach(async () => {
  sources.close()
  await app.close()
})

test('the sample is told of, loaded, switched and removed, each with its state', async () => {
  expect((await app.inject('/api/v1/sample')).json()).toEqual(ABSENT)
  const loaded = await app.inject({ method: 'POST', url: '/api/v1/sample' })
  expect([loaded.statusCode, loaded.json()]).toEqual([202, ABSENT])
  for (const shown of [false, true]) {
    const payload = { shown }
    const switched = await app.inject({ method: 'PUT', url: '/api/v1/sample', payload })
    expect([switched.statusCode, switched.json()]).toEqual([200, ABSENT])
  }
  const wrong = await app.inject({ method: 'PUT', url: '/api/v1/sample', payload: {} })
  expect(wrong.statusCode).toBe(400)
  const removed = await app.inject({ method: 'DELETE', url: '/api/v1/sample' })
  expect([removed.statusCode, removed.json()]).toEqual([200, ABSENT])
  expect(asked).toEqual(['load', 'hide', 'show', 'remove'])
})

test('a refusal to load keeps its code and what to do', async () => {
  refusal = new AppError('storage_full', 'the disk has 1 MB left', { hint: 'free some disk' })
  const response = await app.inject({ method: 'POST', url: '/api/v1/sample' })
  expect(response.statusCode).toBe(503)
  expect(response.json()).toEqual({
    error: { code: 'storage_full', message: refusal.message, hint: 'free some disk' },
  })
})

test('every answer says that the sample is not whole, and that own records wait', async () => {
  const ask = async (): Promise<{ complete: boolean; notes: string[] }> =>
    (await app.inject('/api/v1/sources')).json<{
      coverage: { complete: boolean; notes: string[] }
    }>().coverage
  expect(await ask()).toMatchObject({ complete: true, notes: [] })
  notes = { cuts: ['being loaded'], remarks: ['1 record waits'] }
  expect(await ask()).toMatchObject({ complete: false, notes: ['being loaded', '1 record waits'] })
})

test('the first screen is told where the data is and how much fits', async () => {
  const response = await app.inject('/api/v1/start')
  expect(response.json()).toEqual(await NO_SAMPLE.start())
})
