import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiRecord } from '../../model/api.ts'
import { findRecord, findRecords, readLedger } from '../support/answers.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { run, startDaemon, type Daemon } from '../support/programs.ts'
import { findProgram, findSyslogNg } from '../support/requirements.ts'
import { waitUntil } from '../support/wait.ts'

const logger = findProgram('logger')
const rsyslogd = findProgram('rsyslogd')
const openssl = findProgram('openssl')
const syslogNg = findSyslogNg()

const ERROR = 17
const NOTICE = 10

let folder: string
let server: PlumblineProcess
let ports: { udp: number; tcp: number; tls: number | undefined }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-syslog-'))
  server = await servePlumbline({ data: join(folder, 'data'), args: await tlsFlags() })
  ports = {
    udp: (await server.listener('syslog-udp')).port,
    tcp: (await server.listener('syslog-tcp')).port,
    tls: openssl === undefined ? undefined : (await server.listener('syslog-tls')).port,
  }
})

afterAll(async () => {
  await readLedger(server)
  await server.stop()
  rmSync(folder, { recursive: true })
})

describe.skipIf(logger === undefined)('logger', () => {
  const send = async (...args: string[]): Promise<void> => {
    const outcome = await run(logger!, ['-n', '127.0.0.1', '--socket-errors=on', ...args])
    expect(outcome).toEqual({ code: 0, output: '' })
  }

  test.each([
    ['RFC 3164 over UDP', ['-d', '--rfc3164'], 'udp'],
    ['RFC 5424 over UDP', ['-d', '--rfc5424'], 'udp'],
    ['RFC 3164 over TCP, a line a frame', ['-T', '--rfc3164'], 'tcp'],
    ['RFC 5424 over TCP, octets counted', ['-T', '--rfc5424', '--octet-count'], 'tcp'],
  ] as const)('%s arrives with host, severity and time', async (name, flags, wire) => {
    const marker = `logger${name.replaceAll(/\W+/g, '')}`
    const before = Date.now()
    await send('-P', `${ports[wire]}`, ...flags, '-p', 'local6.err', '-t', 'vmkernel', marker)
    const record = await findRecord(server, marker)
    expect(record).toMatchObject({ host: hostname(), app: 'vmkernel', severity: ERROR })
    expect(record.body).toBe(marker)
    expectTimeBetween(record, before, Date.now())
  })

  test('structured data and message id of RFC 5424 become attributes', async () => {
    const id = ['--msgid', 'APD', '--sd-id', 'vm@6876', '--sd-param', 'id="vm-42"']
    await send('-P', `${ports.tcp}`, '-T', '--rfc5424', '--octet-count', ...id, 'loggerstructured')
    const { attributes } = await findRecord(server, 'loggerstructured')
    expect(attributes).toMatchObject({
      'log.syslog.msgid': 'APD',
      'log.syslog.structured_data.vm@6876.id': 'vm-42',
    })
  })

  test('RFC 5424 without a time is stored under its time of receipt', async () => {
    const before = Date.now()
    await send('-P', `${ports.udp}`, '-d', '--rfc5424=notime,notq', 'loggernotime')
    const record = await findRecord(server, 'loggernotime')
    expect(record.timeFrom).toBe('received')
    expectTimeBetween(record, before, Date.now())
  })
})

describe.skipIf(rsyslogd === undefined || logger === undefined)('rsyslog', () => {
  let daemon: Daemon
  let socket: string

  beforeAll(async () => {
    socket = join(folder, 'rsyslog.socket')
    const config = join(folder, 'rsyslog.conf')
    writeFileSync(config, rsyslogConfig(socket))
    daemon = startDaemon(rsyslogd!, ['-n', '-f', config, '-i', join(folder, 'rsyslog.pid')])
    await waitUntil(async () => existsSync(socket), Boolean)
  })

  afterAll(() => daemon.stop())

  test.each(['udp', 'tcp', 'octet', ...(openssl === undefined ? [] : ['tls'])])(
    'forwards over %s',
    async (way) => {
      const before = Date.now()
      const args = ['-u', socket, '-p', 'local3.notice', '-t', `rsyslog-${way}`]
      for (let n = 1; n <= 20; n++) await run(logger!, [...args, `rsyslog${way} number ${n}`])
      const records = await findRecords(server, `rsyslog${way}`, 20).catch((error: unknown) => {
        throw new Error(`rsyslog said: ${daemon.output()}`, { cause: error })
      })
      // Some of rsyslog's templates put a space before the text.
      expect(records.map((record) => record.body.trim()).sort()).toEqual(
        Array.from({ length: 20 }, (_, n) => `rsyslog${way} number ${n + 1}`).sort(),
      )
      for (const record of records) {
        expect(record).toMatchObject({
          host: hostname().split('.')[0],
          app: `rsyslog-${way}`,
          severity: NOTICE,
        })
        expectTimeBetween(record, before, Date.now())
      }
    },
  )

  /** One action per way, chosen by the program's name, so that each message travels one way. */
  function rsyslogConfig(inputSocket: string): string {
    const forward = (way: string, parameters: string): string =>
      `if $programname == "rsyslog-${way}" then action(type="omfwd" target="127.0.0.1" ${parameters})`
    return [
      `global(workDirectory="${folder}" defaultNetstreamDriverCAFile="${join(folder, 'cert.pem')}")`,
      `module(load="imuxsock" SysSock.Use="off")`,
      `input(type="imuxsock" Socket="${inputSocket}" CreatePath="on" RateLimit.Interval="0")`,
      forward('udp', `port="${ports.udp}" protocol="udp"`),
      forward('tcp', `port="${ports.tcp}" protocol="tcp" template="RSYSLOG_ForwardFormat"`),
      forward(
        'octet',
        `port="${ports.tcp}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"`,
      ),
      forward(
        'tls',
        `port="${ports.tls ?? 0}" protocol="tcp" StreamDriver="ossl" StreamDriverMode="1" StreamDriverAuthMode="anon"`,
      ),
      '',
    ].join('\n')
  }
})

describe.skipIf(syslogNg === undefined || logger === undefined)('syslog-ng', () => {
  let daemon: Daemon
  let socket: string

  beforeAll(async () => {
    socket = join(folder, 'syslog-ng.socket')
    const config = join(folder, 'syslog-ng.conf')
    writeFileSync(config, syslogNgConfig(socket))
    const state = ['-R', 'persist', '-p', 'pid', '-c', 'control'].map((word, index) =>
      index % 2 === 0 ? word : join(folder, `syslog-ng.${word}`),
    )
    const args = [...syslogNg!.args, '-F', '--no-caps', '-f', config, ...state]
    daemon = startDaemon(syslogNg!.path, args, syslogNg!.env)
    await waitUntil(async () => existsSync(socket), Boolean).catch((error: unknown) => {
      throw new Error(`syslog-ng said: ${daemon.output()}`, { cause: error })
    })
  })

  afterAll(() => daemon.stop())

  test.each(['udp', 'tcp', 'syslog'])('forwards over %s', async (way) => {
    const before = Date.now()
    const args = ['-u', socket, '-p', 'local3.err', '-t', `ng-${way}`, `syslogng${way}`]
    await run(logger!, args)
    const record = await findRecord(server, `syslogng${way}`)
    expect(record).toMatchObject({ app: `ng-${way}`, severity: ERROR, body: `syslogng${way}` })
    expect(record.host).not.toBeNull()
    expectTimeBetween(record, before, Date.now())
  })

  function syslogNgConfig(inputSocket: string): string {
    const log = (way: string, destination: string): string =>
      `log { source(s); filter { program("ng-${way}") }; destination { ${destination} }; };`
    return [
      '@version: 3.38',
      'options { keep-hostname(yes); stats-freq(0); };',
      `source s { unix-dgram("${inputSocket}"); };`,
      log('udp', `network("127.0.0.1" port(${ports.udp}) transport("udp"));`),
      log('tcp', `network("127.0.0.1" port(${ports.tcp}) transport("tcp") persist-name("tcp"));`),
      log(
        'syslog',
        `syslog("127.0.0.1" port(${ports.tcp}) transport("tcp") persist-name("syslog"));`,
      ),
      '',
    ].join('\n')
  }
})

/** Whole seconds on the wire, so a second either way. */
function expectTimeBetween(record: ApiRecord, fromMs: number, toMs: number): void {
  const time = Date.parse(record.time)
  expect(time).toBeGreaterThanOrEqual(fromMs - 1_000)
  expect(time).toBeLessThanOrEqual(toMs + 1_000)
}

/** Flags for a TLS listener with a certificate made for this run. */
async function tlsFlags(): Promise<string[]> {
  if (openssl === undefined) return []
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = await run(openssl, [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-keyout', key, '-out', cert],
  ])
  if (made.code !== 0) throw new Error(`openssl cannot make a certificate: ${made.output}`)
  return ['--syslog-tls', '127.0.0.1:0', '--tls-cert', cert, '--tls-key', key]
}
