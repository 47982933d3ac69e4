import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Command } from 'commander'
import { buildProgram } from '../search/cli/program.ts'
import { readConfig } from '../search/config.ts'
import {
  readCompose,
  readEnvFile,
  variablesNamed,
  type ComposeService,
} from './support/compose-file.ts'
import { REPOSITORY } from './support/requirements.ts'

// There is no Docker here to ask: what `docker compose config` would find, and more, is looked for by these tests.

const EXAMPLE = readEnvFile('.env.example')
const SET = new Map([...EXAMPLE, ['ELASTIC_PASSWORD', 'a password of the test']])
const compose = readCompose(SET)
const services = Object.entries(compose.services)
const ours = services.filter(([, { image }]) => image.startsWith('plumbline:'))
const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  readonly version: string
}
const read = (name: string): string => readFileSync(join(REPOSITORY, name), 'utf8')

/** Keys of the Compose specification that the file uses: a mistyped one is among no others. */
const SERVICE_KEYS = new Set([
  ...['image', 'build', 'user', 'restart', 'init', 'read_only', 'cap_drop', 'security_opt'],
  ...['mem_limit', 'cpus', 'pids_limit', 'ulimits', 'tmpfs', 'stop_grace_period', 'network_mode'],
  ...['depends_on', 'healthcheck', 'environment', 'command', 'entrypoint', 'ports', 'volumes'],
  'profiles',
])

describe('docker-compose.yml', () => {
  test('refuses to start without a password, and says where to set it', () => {
    expect(() => readCompose(EXAMPLE)).toThrow('set ELASTIC_PASSWORD in .env')
    expect(() => readCompose(new Map())).toThrow('set ELASTIC_PASSWORD in .env')
  })

  test('takes every variable from .env.example, which names no other and holds no secret', () => {
    expect([...variablesNamed()].sort()).toEqual([...EXAMPLE.keys()].sort())
    for (const [name, value] of EXAMPLE) if (/PASSWORD/.test(name)) expect(value).toBe('')
    const ignored = read('.gitignore').split('\n')
    expect(ignored).toContain('.env')
    expect(read('.dockerignore').split('\n')).toContain('.env')
  })

  test('has two ingest workers, two search nodes and one node of Elasticsearch, or three', () => {
    const plain = services.filter(([, { profiles }]) => profiles === undefined)
    expect(plain.map(([name]) => name)).toEqual([
      ...['certificates', 'es1', 'ingest-1', 'ingest-2', 'search-1', 'search-2'],
    ])
    const more = services.filter(([, { profiles }]) => profiles !== undefined)
    expect(more.map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['es2', ['three-nodes']],
      ['es3', ['three-nodes']],
    ])
  })

  test.each(services)('%s is known, pinned, bounded and without rights', (name, service) => {
    expect(Object.keys(service).filter((key) => !SERVICE_KEYS.has(key))).toEqual([])
    expect(service.image).toMatch(/:\d+\.\d+\.\d+$/)
    expect(service['user']).toMatch(/^[1-9]\d*:\d+$/)
    expect(service['cap_drop']).toEqual(['ALL'])
    expect(service['security_opt']).toEqual(['no-new-privileges:true'])
    expect(service['mem_limit']).toMatch(/^\d+[mg]$/)
    expect(Number(service['cpus'])).toBeGreaterThan(0)
    expect(service['pids_limit']).toBeGreaterThan(0)
    if (name === 'certificates') expect(service.healthcheck).toEqual({ disable: true })
    else {
      expect(service.healthcheck.test?.length).toBeGreaterThan(1)
      expect(service.healthcheck).toMatchObject({
        interval: expect.stringMatching(/^\d+s$/) as string,
        timeout: expect.stringMatching(/^\d+s$/) as string,
        start_period: expect.stringMatching(/^\d+s$/) as string,
      })
      expect(service['stop_grace_period']).toBe('60s')
    }
  })

  test('waits for what each service needs', () => {
    for (const [name, { depends_on: needs }] of services) {
      for (const needed of Object.keys(needs ?? {})) {
        expect(Object.keys(compose.services)).toContain(needed)
      }
      if (name.startsWith('es')) {
        expect(needs).toEqual({ certificates: { condition: 'service_completed_successfully' } })
      } else if (name !== 'certificates') {
        expect(needs).toEqual({ es1: { condition: 'service_healthy' } })
      }
    }
  })

  test('declares every volume, gives each spool and each node its own, and keys to be read only', () => {
    const mounts = services.flatMap(([name, { volumes = [] }]) =>
      volumes.map((mount) => [name, ...mount.split(':')]),
    )
    const named = mounts.filter(([, source]) => !source!.startsWith('.'))
    expect([...new Set(named.map(([, source]) => source!))].sort()).toEqual(
      Object.keys(compose.volumes).sort(),
    )
    const data = named.filter(([, source]) => source !== 'certs')
    expect(new Set(data.map(([, source]) => source)).size).toBe(data.length)
    expect(data.map(([name]) => name)).toEqual(['es1', 'es2', 'es3', 'ingest-1', 'ingest-2'])
    for (const [name, source, , mode] of named) {
      if (source === 'certs' && name !== 'certificates') expect(mode).toBe('ro')
    }
  })

  test('publishes each port once, on the loopback unless somebody says otherwise', () => {
    const ports = services.flatMap(([, { ports: own }]) => (own as string[] | undefined) ?? [])
    const published = ports.map((port) =>
      port.replace(/:\d+(?=\/|$)/, '').replace(/^127\.0\.0\.1:/, ''),
    )
    expect(ports.every((port) => port.startsWith('127.0.0.1:'))).toBe(true)
    expect(new Set(published).size).toBe(ports.length)
  })
})

describe.each(ours)('the process of %s', (name, service) => {
  const serve = buildProgram().commands.find((command) => command.name() === 'serve')!

  test('is started with options that the program has, and settings that it takes', () => {
    const flags = flagsOf(serve, service)
    const config = readConfig(flags, service.environment!)
    expect(config).toMatchObject({
      ...{ store: 'elastic', role: name.split('-')[0], data: '/data', host: '0.0.0.0' },
      ...{ elastic: 'https://es1:9200', elasticCa: '/certs/ca/ca.crt', elasticUser: 'elastic' },
      elasticPassword: 'a password of the test',
    })
    expect(config.drain).toBeLessThan(60)
    if (config.role === 'ingest') expect(config.node).toBe(name)
    else expect(config.retentionDays).toBe(30)
  })

  test('runs without a file system to write to but its data and /tmp', () => {
    expect(service['read_only']).toBe(true)
    const writable = [...(service['tmpfs'] as string[]), ...(service.volumes ?? [])].join('\n')
    expect(writable).toMatch(/^\/tmp:/m)
    expect(writable).toMatch(/^\/data:|:\/data$/m)
  })
})

describe('the image', () => {
  const dockerfile = read('Dockerfile')
  const stages = dockerfile.split(/^FROM /m).slice(1)

  test('is built in two stages from a pinned base, and runs as the user of the compose file', () => {
    expect(stages).toHaveLength(2)
    for (const stage of stages) expect(stage).toMatch(/^node:\d+\.\d+\.\d+-[a-z]+-slim\b/)
    expect(/^USER (\S+)$/m.exec(stages[1]!)?.[1]).toBe(ours[0]![1]['user'])
    expect(dockerfile).toMatch(/^HEALTHCHECK /m)
    expect(ours.map(([, { image }]) => image)).toEqual(
      Array.from(ours, () => `plumbline:${manifest.version}`),
    )
  })

  test('has a Node that the package supports, and starts the program of the package', () => {
    const [major, minor] = /^node:(\d+)\.(\d+)/.exec(stages[1]!)!.slice(1).map(Number)
    expect(major! * 100 + minor!).toBeGreaterThanOrEqual(2019)
    const [, program] = /^ENTRYPOINT \["node", "\/opt\/plumbline\/(.*)"\]$/m.exec(dockerfile)!
    const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> }
    expect(program).toBe(bin['plumbline'])
  })
})

/** The options of a service's command, as commander reads them; one that it does not know fails. */
function flagsOf(serve: Command, { command = [] }: ComposeService): Record<string, unknown> {
  expect(command[0]).toBe('serve')
  const { operands, unknown } = serve.parseOptions([...command.slice(1)])
  expect({ operands, unknown }).toEqual({ operands: [], unknown: [] })
  return serve.opts()
}
