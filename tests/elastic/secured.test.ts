import { join } from 'node:path'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { findRecord } from '../support/answers.ts'
import { makeCertificates } from '../support/elasticsearch/certificates.ts'
import { findServerFiles } from '../support/elasticsearch/server-files.ts'
import { ElasticsearchServer } from '../support/elasticsearch/server.ts'
import { runPlumbline, servePlumbline } from '../support/plumbline-process.ts'
import { temporaryFolder } from '../support/temporary.ts'

const elasticsearch = inject('elasticsearch')
const files = elasticsearch === null ? undefined : findServerFiles()

const PASSWORD = 'plumb line 1!é'

// A server of our own is needed: where PLUMBLINE_TEST_ELASTIC names one, whoever runs it knows its password.
describe.skipIf(files === undefined || 'missing' in files)(
  'Elasticsearch with TLS and a password',
  () => {
    const serverFiles = files as Exclude<typeof files, undefined | { missing: string }>
    let server: ElasticsearchServer | undefined
    const root = mkdtempSync(join(tmpdir(), 'plumbline-certs-'))
    const certs = join(root, 'certs')
    const others = join(root, 'others')

    beforeAll(async () => {
      for (const folder of [certs, others]) makeCertificates(serverFiles, folder, ['es1'])
      server = await ElasticsearchServer.startSecured(serverFiles, {
        ...{ certs, ca: 'ca/ca.crt', password: PASSWORD },
        settings: {
          'discovery.type': 'single-node',
          'xpack.security.enabled': 'true',
          'xpack.security.http.ssl.enabled': 'true',
          'xpack.security.http.ssl.certificate': 'certs/nodes/es1/es1.crt',
          'xpack.security.http.ssl.key': 'certs/nodes/es1/es1.key',
        },
      })
    }, 180_000)

    afterAll(async () => {
      await server?.stop()
      rmSync(root, { recursive: true, force: true })
    }, 60_000)

    const LOGIN = {
      PLUMBLINE_ELASTIC_USERNAME: 'elastic',
      PLUMBLINE_ELASTIC_PASSWORD: PASSWORD,
    }
    const flags = (url: string, folder: string | null): string[] => [
      ...['--store', 'elastic', '--elastic', url],
      ...(folder === null ? [] : ['--elastic-ca', join(folder, 'ca/ca.crt')]),
    ]

    test('is served from, with an authority of its own', async () => {
      const running = await servePlumbline({
        data: join(temporaryFolder(), 'data'),
        args: flags(server!.url, certs),
        env: LOGIN,
      })
      onTestFinished(async () => void (await running.kill()))
      const time = new Date().toISOString()
      await running.post('/api/v1/ingest/logs', {
        time,
        source: 'a',
        body: 'over an encrypted wire',
      })
      expect(await findRecord(running, '"encrypted wire"')).toMatchObject({ source: 'a' })
      expect((await running.stop()).code).toBe(0)
    })

    const cases: readonly Refused[] = [
      {
        ...{ what: 'a wrong password', password: 'wrong' },
        ...{ message: /refused: unable to authenticate/, hint: /does not know them/ },
      },
      {
        ...{ what: 'no password', password: null },
        ...{ message: /refused: missing authentication/, hint: /does not know them/ },
      },
      {
        ...{ what: 'no authority', folder: null },
        ...{ message: /cannot trust Elasticsearch/, hint: /with --elastic-ca FILE/ },
      },
      {
        ...{ what: 'another authority', folder: others },
        ...{ message: /cannot trust/, hint: /--elastic-ca has not signed/ },
      },
      {
        ...{ what: 'no TLS', folder: null, url: () => server!.url.replace('https:', 'http:') },
        ...{ message: /cannot reach/, hint: /write https:\/\/ with --elastic/ },
      },
      {
        what: 'TLS where there is none',
        url: () => elasticsearch!.url.replace('http:', 'https:'),
        ...{ message: /cannot reach/, hint: /write http:\/\// },
      },
      {
        ...{ what: 'a file that is missing', folder: join(root, 'none') },
        ...{ message: /cannot read the certificate authority .*none/, hint: /--elastic-ca/ },
      },
    ]
    test.each(cases)('says what to do about $what', async (refused) => {
      const { url = () => server!.url, folder = certs, password = PASSWORD } = refused
      const data = join(temporaryFolder(), 'data')
      const { code, stderr } = await runPlumbline(
        ['serve', '--data', data, '--port', '0', '--syslog', 'off', ...flags(url(), folder)],
        password === null ? {} : { ...LOGIN, PLUMBLINE_ELASTIC_PASSWORD: password },
      )
      expect(code).not.toBe(0)
      expect(stderr).toMatch(refused.message)
      expect(stderr).toMatch(refused.hint)
      expect(stderr).not.toContain(PASSWORD)
    })

    test('has certificates that anybody can check and keys that are its own, made once', () => {
      const mode = (name: string): string => (statSync(join(certs, name)).mode & 0o777).toString(8)
      expect(
        ['ca/ca.crt', 'ca/ca.key', 'nodes/es1/es1.crt', 'nodes/es1/es1.key'].map(mode),
      ).toEqual([...['644', '600', '644', '600']])
      expect(makeCertificates(serverFiles, certs, ['es1'])).toMatch(/there are certificates/)
    })
  },
)

interface Refused {
  readonly what: string
  readonly url?: () => string
  /** Where the authority is; null for none. */
  readonly folder?: string | null
  /** Null for none. */
  readonly password?: string | null
  readonly message: RegExp
  readonly hint: RegExp
}
