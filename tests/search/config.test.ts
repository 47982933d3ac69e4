import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  isLoopback,
  parseAddress,
  parseUrls,
  printAddress,
  readConfig,
} from '../../search/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ELASTIC = { store: 'elastic', elastic: 'http://es' }

function configFile(text: string): string {
  const path = join(folder, `${Math.abs(hash(text))}.json`)
  writeFileSync(path, text)
  return path
}

test('without anything there are defaults on loopback', () => {
  expect(readConfig({}, {})).toEqual({
    data: './data',
    sample: false,
    host: '127.0.0.1',
    port: 7600,
    role: 'all',
    drain: 0,
    store: 'embedded',
    syslog: '127.0.0.1:5514',
    logLevel: 'info',
    sources: {},
    tail: [],
  })
})

test('the sample has a data folder of its own, unless one is named', () => {
  expect(readConfig({ sample: true }, {}).data).toBe('./data/sample')
  expect(readConfig({ sample: true, data: 'x' }, {}).data).toBe('x')
  expect(readConfig({ sample: true }, { PLUMBLINE_DATA: 'y' }).data).toBe('y')
})

test('Elasticsearch takes its password from the environment, which no settings file holds', () => {
  const flags = { store: 'elastic', elastic: 'http://es1:9200, https://es2:9200' }
  const environment = { PLUMBLINE_ELASTIC_USERNAME: 'u', PLUMBLINE_ELASTIC_PASSWORD: 'p' }
  const config = readConfig(flags, environment)
  expect(config).toMatchObject({ elasticUser: 'u', elasticPassword: 'p' })
  expect(parseUrls(config.elastic!)).toEqual(['http://es1:9200/', 'https://es2:9200/'])
})

test('an authority of its own needs addresses with TLS, a name a password', () => {
  const ca = { elasticCa: 'ca.crt' }
  const tls = { store: 'elastic', elastic: 'https://es1:9200', ...ca }
  expect(readConfig(tls, {})).toMatchObject(ca)
  expect(
    readConfig({ ...tls, elasticCa: undefined }, { PLUMBLINE_ELASTIC_CA: 'ca.crt' }),
  ).toMatchObject(ca)
  const plain = { ...tls, elastic: 'https://es1:9200,http://es2:9200' }
  expect(() => readConfig(plain, {})).toThrow(/--elastic-ca needs https addresses/)
  expect(() => readConfig(ELASTIC, { PLUMBLINE_ELASTIC_USERNAME: 'u' })).toThrow(
    /PLUMBLINE_ELASTIC_USERNAME and PLUMBLINE_ELASTIC_PASSWORD need each other/,
  )
})

test('flags win over the environment, the environment over the file', () => {
  const config = configFile('{"port": 1, "host": "127.0.0.2", "data": "/srv/file"}')
  const environment = { PLUMBLINE_CONFIG: config, PLUMBLINE_PORT: '2', PLUMBLINE_HOST: '127.0.0.3' }
  expect(readConfig({ port: '3' }, environment)).toMatchObject({
    port: 3,
    host: '127.0.0.3',
    data: '/srv/file',
  })
})

test('a process of one role drains a while before it ends, one of all does not', () => {
  expect(readConfig({ ...ELASTIC, role: 'ingest' }, {}).drain).toBe(5)
  expect(readConfig({ ...ELASTIC, role: 'search' }, { PLUMBLINE_DRAIN: '2' }).drain).toBe(2)
})

describe('a wrong setting is named with its value and where it stands', () => {
  test.each<[object, RegExp]>([
    [{ port: 'http' }, /^the command line sets port to "http": it must be an integer$/],
    [{ port: '70000' }, /port to 70000: it must be at most 65535/],
    [{ role: 'boss' }, /role to "boss": it must be one of all, ingest, search$/],
    [{ syslog: 'everywhere' }, /cannot read syslog "everywhere" as HOST:PORT/],
    [{ syslogTls: '127.0.0.1:6514' }, /--tls-cert/],
    [{ role: 'ingest' }, /single writer/],
    [{ store: 'elastic' }, /--store elastic and --elastic URL need each other/],
    [{ elastic: 'http://es:9200' }, /need each other/],
    [{ store: 'elastic', elastic: 'es:9200' }, /cannot read elastic "es:9200" as http/],
    [{ store: 'elastic', elastic: 'http://a:b@es' }, /set PLUMBLINE_ELASTIC_USERNAME/],
    [{ role: 'search' }, /use --role all, or --store elastic$/],
    [{ node: 'a' }, /--node tells apart processes .* needs --store elastic$/],
    [{ ...ELASTIC, node: 'A_1' }, /node to "A_1"/],
    [{ ...ELASTIC, role: 'search', node: 'a' }, /"search" takes no records, so it has no --node/],
    [
      { ...ELASTIC, role: 'search', config: configFile('{"tail": [{"path": "x"}]}') },
      /has no files to follow/,
    ],
    [{ ...ELASTIC, role: 'ingest', sample: true }, /shows no sample/],
    [{ drain: '-1' }, /drain to "-1"/],
    [{ elasticPrefix: 'A/b' }, /elasticPrefix/],
    [{ config: join(folder, 'none.json') }, /cannot read config file .*none\.json/],
    [{ config: configFile('{port: 1}') }, /is not JSON/],
    [{ config: configFile('{"prot": 1}') }, /unknown setting "prot"/],
    [{ config: configFile('{"tail": [{"file": "x"}]}') }, /tail\.0/],
    [{ config: configFile('[]') }, /must be an object of settings/],
    [{ config: configFile('{"tail": [{"path": "x", "zon": "UTC"}]}') }, /"zon" in tail\.0$/],
  ])('%j', (flags, message) => {
    expect(() => readConfig(flags as Record<string, unknown>, {})).toThrow(message)
  })
})

test.each([
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['[::1]:5514', { host: '::1', port: 5514 }],
])('the address %s is read and printed', (text, address) => {
  expect(parseAddress('syslog', text)).toEqual(address)
  expect(printAddress(address.host, address.port)).toBe(text)
})

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['10.0.0.1', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})

function hash(text: string): number {
  return [...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7)
}
