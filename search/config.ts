import { readFileSync } from 'node:fs'
import { Type, type Static } from 'typebox'
import { AppError, messageOf, quote } from '../model/errors.ts'
import { checker } from './api/check.ts'
import { NODE_NAME } from './node-name.ts'

const tailSchema = Type.Object(
  {
    path: Type.String({ minLength: 1 }),
    source: Type.Optional(Type.String({ minLength: 1 })),
    format: Type.Optional(Type.String({ minLength: 1 })),
    zone: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
)

const sourceSchema = Type.Object(
  {
    zone: Type.Optional(Type.String({ minLength: 1 })),
    format: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
)

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const choice = <T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] })

/** Every setting of `serve`, as the config file (JSON) holds it; flags and environment fill the same. */
const settingsSchema = Type.Object(
  {
    data: Type.String({ minLength: 1 }),
    /** Show the sample incident, in a data folder of its own unless one is named. */
    sample: Type.Boolean(),
    host: Type.String({ minLength: 1 }),
    port: Type.Integer({ minimum: 0, maximum: 65_535 }),
    role: choice('all', 'ingest', 'search'),
    /** The name of an ingest process among several; kept in its data folder. */
    node: Type.String({ pattern: NODE_NAME }),
    /** Seconds from the signal to end until it ends: `/ready` says no meanwhile, everything else goes on. */
    drain: Type.Integer({ minimum: 0, maximum: 3_600 }),
    store: choice('embedded', 'elastic'),
    /** `http://HOST:9200`; nodes of one cluster with commas between them. */
    elastic: Type.String({ minLength: 1 }),
    /** What the names of the indices begin with. */
    elasticPrefix: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,99}$' }),
    /** Certificates (PEM) of who has signed that of Elasticsearch, where no public authority has. */
    elasticCa: Type.String({ minLength: 1 }),
    syslog: Type.String({ minLength: 1 }),
    syslogTls: Type.String({ minLength: 1 }),
    tlsCert: Type.String({ minLength: 1 }),
    tlsKey: Type.String({ minLength: 1 }),
    logLevel: choice(...LOG_LEVELS),
    /** What is known of sources, by name. */
    sources: Type.Record(Type.String(), sourceSchema),
    /** Files to follow. */
    tail: Type.Array(tailSchema),
    /** Days of receipt kept, at most. */
    retentionDays: Type.Integer({ minimum: 1 }),
    /** Bytes of the store on disk, at most: the oldest days go first. */
    retentionBytes: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
)

/** One layer of settings: any of them. */
const faultIn = checker(Type.Partial(settingsSchema, { additionalProperties: false }))

export type Settings = Static<typeof settingsSchema>
export type TailSetting = Static<typeof tailSchema>

const DATA = './data'
const SAMPLE_DATA = './data/sample'
/** Behind a load balancer: long enough for it to ask `/ready` once or twice. */
const DRAIN_S = 5

const DEFAULTS = {
  data: DATA,
  sample: false,
  host: '127.0.0.1',
  port: 7600,
  role: 'all',
  store: 'embedded',
  syslog: '127.0.0.1:5514',
  logLevel: 'info',
  sources: {} as Settings['sources'],
  tail: [] as TailSetting[],
} as const

/** Settings with a default, complete; the others only where somebody set them. */
export type ServeConfig = Partial<Settings> &
  Pick<Settings, keyof typeof DEFAULTS | 'drain'> & {
    /** From the environment alone: neither a file nor a list of processes shows them. */
    readonly elasticUser?: string
    readonly elasticPassword?: string
  }

const ENVIRONMENT: Readonly<Record<string, keyof Settings>> = {
  PLUMBLINE_DATA: 'data',
  PLUMBLINE_HOST: 'host',
  PLUMBLINE_PORT: 'port',
  PLUMBLINE_ROLE: 'role',
  PLUMBLINE_NODE: 'node',
  PLUMBLINE_DRAIN: 'drain',
  PLUMBLINE_STORE: 'store',
  PLUMBLINE_ELASTIC: 'elastic',
  PLUMBLINE_ELASTIC_PREFIX: 'elasticPrefix',
  PLUMBLINE_ELASTIC_CA: 'elasticCa',
  PLUMBLINE_SYSLOG: 'syslog',
  PLUMBLINE_SYSLOG_TLS: 'syslogTls',
  PLUMBLINE_TLS_CERT: 'tlsCert',
  PLUMBLINE_TLS_KEY: 'tlsKey',
  PLUMBLINE_LOG_LEVEL: 'logLevel',
  PLUMBLINE_RETENTION_DAYS: 'retentionDays',
  PLUMBLINE_RETENTION_BYTES: 'retentionBytes',
}

/** Flags as given; numbers may still be text. */
export type Flags = Readonly<Record<string, unknown>>
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings of `serve`: flags over environment over config file over defaults. Throws
 * `configuration` with the setting's name, its value and what it should be.
 */
export function readConfig(flags: Flags, environment: Environment): ServeConfig {
  const file = flags['config'] ?? environment['PLUMBLINE_CONFIG']
  const layers = [
    typeof file === 'string' ? readConfigFile(file) : {},
    checked('the environment', numbersOf(fromEnvironment(environment))),
    checked('the command line', numbersOf(fromFlags(flags))),
  ]
  const set = layers.reduce((merged, layer) => ({ ...merged, ...layer }), {})
  const data = set.sample === true ? SAMPLE_DATA : DATA
  const drain = (set.role ?? DEFAULTS.role) === 'all' ? 0 : DRAIN_S
  const config: ServeConfig = { ...DEFAULTS, data, drain, ...set, ...credentialsFrom(environment) }
  checkTogether(config)
  return config
}

function readConfigFile(path: string): Partial<Settings> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('configuration', `cannot read config file ${path}: ${messageOf(cause)}`, {
      cause,
    })
  }
  try {
    return checked(`config file ${path}`, JSON.parse(text))
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('configuration', `config file ${path} is not JSON: ${messageOf(cause)}`, {
      cause,
    })
  }
}

function credentialsFrom(
  environment: Environment,
): Pick<ServeConfig, 'elasticUser' | 'elasticPassword'> {
  const elasticUser = environment['PLUMBLINE_ELASTIC_USERNAME']
  const elasticPassword = environment['PLUMBLINE_ELASTIC_PASSWORD']
  return {
    ...(elasticUser === undefined ? {} : { elasticUser }),
    ...(elasticPassword === undefined ? {} : { elasticPassword }),
  }
}

function fromEnvironment(environment: Environment): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  for (const [variable, setting] of Object.entries(ENVIRONMENT)) {
    const value = environment[variable]
    if (value !== undefined && value !== '') settings[setting] = value
  }
  return settings
}

function fromFlags(flags: Flags): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(flags).filter(([name, value]) => name !== 'config' && value !== undefined),
  )
}

/** Text that is a number becomes one where the setting is a number. */
function numbersOf(settings: Record<string, unknown>): Record<string, unknown> {
  for (const name of ['port', 'drain', 'retentionDays', 'retentionBytes']) {
    const value = settings[name]
    if (typeof value === 'string' && /^\d+$/.test(value)) settings[name] = Number(value)
  }
  return settings
}

function checked(where: string, settings: unknown): Partial<Settings> {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    throw new AppError(
      'configuration',
      `${where} must be an object of settings, such as {"port": 7600}`,
    )
  }
  const fault = faultIn(settings)
  if (fault === undefined) return settings
  const { field, why, value, unknown } = fault
  if (unknown !== undefined) {
    const inside = field === '' ? '' : ` in ${field}`
    const message = `${where} has the unknown setting ${quote(unknown.name)}${inside}`
    const hint = `the settings are ${unknown.known.join(', ')}`
    throw new AppError('configuration', message, { hint })
  }
  const message =
    value === undefined
      ? `${field || 'a setting'} in ${where} ${why}`
      : `${where} sets ${field} to ${JSON.stringify(value)}: it ${why}`
  throw new AppError('configuration', message)
}

function checkTogether(config: ServeConfig): void {
  if ((config.store === 'elastic') !== (config.elastic !== undefined)) {
    throw new AppError('configuration', '--store elastic and --elastic URL need each other')
  }
  if (config.elastic !== undefined) checkElastic(config)
  checkRole(config)
  if (config.syslogTls !== undefined && config.syslogTls !== 'off') {
    if (config.tlsCert === undefined || config.tlsKey === undefined) {
      throw new AppError('configuration', '--syslog-tls needs --tls-cert FILE and --tls-key FILE')
    }
    parseAddress('syslogTls', config.syslogTls)
  }
  if (config.syslog !== 'off') parseAddress('syslog', config.syslog)
}

function checkElastic({ elastic, elasticCa, elasticPassword, elasticUser }: ServeConfig): void {
  const urls = parseUrls(elastic!)
  if (elasticCa !== undefined && urls.some((url) => url.startsWith('http:'))) {
    throw new AppError(
      'configuration',
      `--elastic-ca needs https addresses, and --elastic is ${quote(elastic!)}`,
    )
  }
  if ((elasticUser === undefined) !== (elasticPassword === undefined)) {
    throw new AppError(
      'configuration',
      'PLUMBLINE_ELASTIC_USERNAME and PLUMBLINE_ELASTIC_PASSWORD need each other',
    )
  }
}

function checkRole({ role, store, node, sample, tail }: ServeConfig): void {
  if (role !== 'all' && store === 'embedded') {
    throw new AppError(
      'configuration',
      `role ${quote(role)} needs a store that several processes share: the embedded store has a single writer; use --role all, or --store elastic`,
    )
  }
  if (node !== undefined && store === 'embedded') {
    throw new AppError(
      'configuration',
      '--node tells apart processes that write into one cluster; it needs --store elastic',
    )
  }
  if (role === 'search' && (node !== undefined || tail.length > 0)) {
    throw new AppError(
      'configuration',
      `role "search" takes no records, so it has no ${node === undefined ? 'files to follow' : '--node'}; give that to a process with --role ingest`,
    )
  }
  if (role === 'ingest' && sample) {
    throw new AppError(
      'configuration',
      'role "ingest" answers no questions, so it shows no sample; use --role all or search',
    )
  }
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** Reads `HOST:PORT` or `[V6]:PORT`. Throws `configuration`. */
export function parseAddress(setting: string, text: string): Address {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) {
    throw new AppError(
      'configuration',
      `cannot read ${setting} ${quote(text)} as HOST:PORT; use 127.0.0.1:5514, [::1]:5514, or off`,
    )
  }
  return { host: match[1] ?? match[2]!, port }
}

/** The addresses of Elasticsearch, of which each is tried. Throws `configuration`. */
export function parseUrls(text: string): string[] {
  return text.split(',').map((part) => {
    const url = URL.canParse(part.trim()) ? new URL(part.trim()) : undefined
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      throw new AppError(
        'configuration',
        `cannot read elastic ${quote(text)} as http://HOST:PORT, several with commas between them`,
      )
    }
    if (url.username !== '' || url.password !== '') {
      throw new AppError(
        'configuration',
        'the address of Elasticsearch holds a name or a password; set PLUMBLINE_ELASTIC_USERNAME and PLUMBLINE_ELASTIC_PASSWORD instead',
      )
    }
    return url.href
  })
}

/** `HOST:PORT`, with brackets around an IPv6 address. */
export function printAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
