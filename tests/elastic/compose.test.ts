import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import type { Health } from '../../model/api.ts'
import { findRecords } from '../support/answers.ts'
import { readCompose, readEnvFile, type ComposeService } from '../support/compose-file.ts'
import { makeCertificates } from '../support/elasticsearch/certificates.ts'
import { findServerFiles } from '../support/elasticsearch/server-files.ts'
import { ElasticsearchServer } from '../support/elasticsearch/server.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const elasticsearch = inject('elasticsearch')
const files = elasticsearch === null ? undefined : findServerFiles()

const PASSWORD = 'of the compose test'
const { services } = readCompose(
  new Map([...readEnvFile('.env.example'), ['ELASTIC_PASSWORD', PASSWORD]]),
)
const serviceOf = (name: string): ComposeService => services[name]!

/**
 * The containers of docker-compose.yml as processes: their commands, environment, settings and health checks are those of
 * the file, in which only folders, addresses and ports are replaced by those of this machine.
 */
describe.skipIf(files === undefined || 'missing' in files)('what docker-compose.yml starts', () => {
  const serverFiles = files as Exclude<typeof files, undefined | { missing: string }>
  const root = mkdtempSync(join(tmpdir(), 'plumbline-compose-'))
  const certs = join(root, 'certs')
  let es1: ElasticsearchServer | undefined

  beforeAll(async () => {
    const [, ...nodes] = serviceOf('certificates').command!
    makeCertificates(serverFiles, certs, nodes)
    const { ELASTIC_PASSWORD: password, ...settings } = serviceOf('es1').environment!
    es1 = await ElasticsearchServer.startSecured(serverFiles, {
      ...{ certs, ca: 'ca/ca.crt', password: password!, settings },
    })
  }, 240_000)

  afterAll(async () => {
    await es1?.stop()
    rmSync(root, { recursive: true, force: true })
  }, 60_000)

  const onThisMachine = (text: string): string =>
    text
      .replace('https://es1:9200', es1!.url)
      .replace(/^\/certs\b/, certs)
      .replace(/^0\.0\.0\.0:\d+$/, '127.0.0.1:0')
      .replace(/^0\.0\.0\.0$/, '127.0.0.1')

  async function start(name: string, data: string): Promise<PlumblineProcess> {
    const { command, environment } = serviceOf(name)
    const args = command!.slice(1).map((one) => (one === '/data' ? data : onThisMachine(one)))
    const env = Object.entries(environment!).map(([key, value]) => [key, onThisMachine(value)])
    const server = await servePlumbline({ data, args, env: Object.fromEntries(env) as Environment })
    onTestFinished(async () => void (await server.kill()))
    return server
  }

  /** The exit status of a service's health check. */
  function check(name: string, change: (text: string) => string, env: Environment = {}) {
    const [kind, ...rest] = serviceOf(name).healthcheck.test!
    const [program, ...args] = kind === 'CMD' ? rest : ['sh', '-c', rest.join(' ')]
    const environment = { ...process.env, ...env }
    return spawnSync(program!, args.map(change), { env: environment, timeout: 20_000 }).status
  }

  const checkReady = (name: string, server: PlumblineProcess) =>
    check(name, (text) => text.replace('http://127.0.0.1:7600', server.url))

  test('takes records in two places and answers alike in two others, under a password over TLS', async () => {
    const atEs1 = (text: string): string =>
      text
        .replace('config/certs', certs)
        .replace('https://localhost:9200', es1!.url.replace('127.0.0.1', 'localhost'))
    expect(check('es1', atEs1, { ELASTIC_PASSWORD: PASSWORD })).toBe(0)
    expect(check('es1', atEs1, { ELASTIC_PASSWORD: 'another' })).not.toBe(0)

    const folders = new Map(
      ['ingest-1', 'ingest-2', 'search-1', 'search-2'].map((name) => [
        name,
        join(temporaryFolder(), 'data'),
      ]),
    )
    const running = new Map<string, PlumblineProcess>()
    for (const [name, data] of folders) running.set(name, await start(name, data))
    const at = (name: string): PlumblineProcess => running.get(name)!
    for (const [name, server] of running) {
      expect({
        name,
        status: await waitUntil(
          () => Promise.resolve(checkReady(name, server)),
          (s) => s === 0,
        ),
      }).toEqual({ name, status: 0 })
      const { role, node } = await server.get<Health>('/health')
      expect({ role, node }).toEqual({
        role: name.split('-')[0],
        node: role === 'ingest' ? name : undefined,
      })
    }
    const send = (name: string, n: number) =>
      at(name).post('/api/v1/ingest/logs', {
        ...{ time: new Date(Date.now() - 1_000 * n).toISOString(), source: name, host: name },
        body: `number ${n} of the topology`,
      })
    for (let n = 0; n < 20; n++) await send(`ingest-${(n % 2) + 1}`, n)
    const found = await findRecords(at('search-1'), 'topology', 20)
    expect(await findRecords(at('search-2'), 'topology', 20)).toEqual(found)
    expect(new Set(found.map(({ id }) => id.replace(/^\d{8}-(.*)-\w+$/, '$1')))).toEqual(
      new Set(['ingest-1', 'ingest-2']),
    )

    // One of each goes; the others serve on, and a worker comes back as itself on its volume.
    expect((await at('search-1').kill()).signal).toBe('SIGKILL')
    expect(checkReady('search-1', at('search-1'))).toBe(1)
    const left = at('ingest-1').stop()
    await send('ingest-2', 20)
    expect((await left).code).toBe(0)
    running.set('ingest-1', await start('ingest-1', folders.get('ingest-1')!))
    await send('ingest-1', 21)
    const all = await findRecords(at('search-2'), 'topology', 22)
    expect(all).toHaveLength(22)
  }, 240_000)
})

type Environment = Readonly<Record<string, string>>
