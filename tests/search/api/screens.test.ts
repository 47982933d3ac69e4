import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { screenRoutes } from '../../../search/api/screens.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const HTML = { accept: 'text/html,application/xhtml+xml' }

async function served(folder: string) {
  const app = Fastify()
  app.get('/', async () => ({ tagline: 'You Know, for Search' }))
  await screenRoutes(app, folder)
  return app
}

function builtFolder(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<title>Plumbline</title>')
  writeFileSync(join(folder, 'assets', 'index-a1b2.js'), 'export {}')
  return folder
}

test('a browser gets the page at each of its addresses, under a strict policy', async () => {
  const app = await served(builtFolder())
  for (const url of ['/', '/?q=apd', '/entities', '/entities/vm:vdi-0417', '/sources']) {
    const reply = await app.inject({ url, headers: HTML })
    expect([reply.statusCode, reply.body]).toEqual([200, '<title>Plumbline</title>'])
    expect(reply.headers['content-security-policy']).toContain("script-src 'self'")
  }
})

test('a client of Elasticsearch still gets its answer at /', async () => {
  const app = await served(builtFolder())
  const reply = await app.inject({ url: '/', headers: { accept: 'application/json' } })
  expect(reply.json()).toEqual({ tagline: 'You Know, for Search' })
})

test('files named by their content are kept by browsers, the page is not', async () => {
  const app = await served(builtFolder())
  const script = await app.inject({ url: '/assets/index-a1b2.js' })
  const page = await app.inject({ url: '/', headers: HTML })
  expect(script.headers['cache-control']).toContain('immutable')
  expect(page.headers['cache-control']).toBe('no-cache')
})

test('nothing outside the folder is served', async () => {
  const app = await served(builtFolder())
  for (const url of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
  ]) {
    expect((await app.inject({ url })).statusCode).not.toBe(200)
  }
})

test('without a build every screen says what to run', async () => {
  const app = await served(temporaryFolder())
  const reply = await app.inject({ url: '/sources', headers: HTML })
  expect([reply.statusCode, reply.body]).toEqual([503, expect.stringContaining('npm run build')])
})
