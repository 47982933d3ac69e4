import fc from 'fast-check'
import { AppError } from '../../model/errors.ts'
import { canonicalField, cellReader, FIELDS } from '../../model/fields.ts'
import { keysOfRecord } from '../../model/keys.ts'
import type {
  Aggregate,
  AggregateFunction,
  Filter,
  GroupKey,
  Pipe,
  Query,
} from '../../model/query.ts'
import { AGGREGATE_FUNCTIONS } from '../../model/query.ts'
import type { AttributeValue, LogRecord } from '../../model/record.ts'
import { KEY_KINDS, TIME_ORIGINS } from '../../model/record.ts'
import { formatTime, micros, MICROS_PER_SECOND } from '../../model/time.ts'
import type { Micros } from '../../model/time.ts'
import { tokensOf } from '../../model/tokens.ts'
import { checkPipes } from '../../search/query/check-pipes.ts'
import { record } from './record.ts'

/** The start of every random record's hour. */
export const RANDOM_START = micros(1_795_000_000_000_000)

const DEVICES = [
  'naa.600a098038313954',
  'naa.600a098038313955',
  'naa.60060160551234ab',
  'eui.0025385b71b05a01',
]
/** Adapters in each way of writing them, and what only looks like one. */
const ADAPTERS = [
  '00:50:56:8a:10:17',
  '00-50-56-8A-10-17',
  '0050.568a.1017',
  '00:50:56:8a:10:18',
  'abcd.ef01.abcd',
  '00:50:ab:cd:ef:aa',
  '00-50-AB-CD-EF-AA',
  '1.00:50:56:8a:10:17',
  '10:17',
  '20:00:00:25:b5:aa:00:0f',
  'fe80::250:56ff:fe8a:1017',
  'FE80:0:0:0:0250:56FF:FE8A:1017',
  '3600a098038313953600a098038313953',
  'naa.600a098038313953600a098038313953',
  '0x20000025b5aa000f',
  'serial 730D187406C14775007B3AB1',
  'naa.624a9370730d187406c14775007b3ab1',
  'serial: 80E2E?FABuZB',
  '60:0A:09:80:38:30:45:32:45:3f:46:41:42:75:5a:42',
]
const ADDRESSES = ['10.0.0.1', '10.0.0.12', '192.168.17.4', 'fe80::1']
const HOSTS = ['esx-01', 'esx-02.example.com', 'ESX-11', 'tor-a', 'storage1', 'vdi-0417']
const NAMES = [
  'Größe',
  'ﬁle',
  'ÇELİK',
  '日本',
  '½',
  '😀 ok',
  'C:\\Users\\Jo',
  'a_b',
  'x=y',
  '50%',
  '"q"',
]

const number = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2_000_000 }))
const path = fc
  .tuple(fc.nat(2), fc.nat(1), fc.nat(3))
  .map(([adapter, target, lun]) => `vmhba${adapter}:C0:T${target}:L${lun}`)

/** Message builders: static words with holes, as templates see them. */
const MESSAGES: readonly { text: string; holes: readonly fc.Arbitrary<string | number>[] }[] = [
  { text: 'Device <*> has entered the All Paths Down state', holes: [fc.constantFrom(...DEVICES)] },
  {
    text: 'Lost access to volume <*> due to connectivity issues',
    holes: [fc.constantFrom(...DEVICES)],
  },
  {
    text: 'nmp_ThrottleLogForDevice: Cmd <*> to dev "<*>" on path "<*>" Failed',
    holes: [number.map((n) => `0x${n.toString(16)}`), fc.constantFrom(...DEVICES), path],
  },
  { text: 'link state changed to down on port <*>', holes: [number] },
  {
    text: 'connection from <*> port <*> timed out after <*>ms',
    holes: [fc.constantFrom(...ADDRESSES), number, number],
  },
  { text: 'user <*> logged on in <*> s', holes: [fc.constantFrom(...NAMES), number] },
  {
    text: 'frame from <*> to <*> dropped',
    holes: [fc.constantFrom(...ADAPTERS), fc.constantFrom(...ADAPTERS)],
  },
  {
    text: 'paths <*> <*> <*> <*> of <*>',
    holes: [0, 1, 2, 3].map(() => fc.constantFrom(...ADAPTERS)).concat(fc.constantFrom(...DEVICES)),
  },
  { text: 'slow request <*> seconds old, received at osd.<*>', holes: [number, number] },
  {
    text: 'moved <*> by <*> (opId=<*>)',
    holes: [
      fc.constantFrom('vm-17', 'host-4', 'domain-c8', 'worker-7', 'é10.0.0.1', '10.0.0.1½'),
      fc.constantFrom('task-1', 'task-12', 'étask-12', 'haTask-7-vim.Task.cancel-3'),
      fc.constantFrom('4f1a2b3c-7', '4f1a2b3c', 'kx9'),
    ],
  },
  {
    text: '<*>',
    holes: [fc.constantFrom(...NAMES, '', ' ', '---', 'down', 'multi\nline text\n\tat x')],
  },
]

const message = fc
  .nat(MESSAGES.length - 1)
  .chain((index) => fc.tuple(fc.constant(index), fc.tuple(...MESSAGES[index]!.holes)))
  .map(([index, holes]) => {
    let next = 0
    const { text } = MESSAGES[index]!
    return {
      body: text.replaceAll('<*>', () => String(holes[next++])),
      template: { id: `t${index}`, text },
    }
  })

const attributeValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.constantFrom<AttributeValue>(
    'read',
    'Write',
    '10',
    '9',
    '',
    'Größe',
    'a b',
    true,
    false,
    null,
  ),
  fc.integer({ min: -5, max: 2000 }),
  fc.constantFrom(0.5, 1.25, 250.75),
)

const attributes = fc
  .dictionary(
    fc.constantFrom('op', 'latency', 'http.status', 'user name', 'Op', 'host'),
    attributeValue,
    { maxKeys: 4 },
  )
  .map((values) => ({ ...values }))

/** Attributes that hold identifiers, or might. */
const identifying: fc.Arbitrary<Record<string, AttributeValue>> = fc
  .record(
    {
      'vsphere.op_id': fc.constantFrom<AttributeValue>(
        '4f1a2b3c-7',
        '4F1A2B3C-7-auto',
        '4f1a2b3c',
        'kx9-4f1a2b3c',
        'kx9',
        '12',
        12,
        null,
      ),
      'vsphere.chain_id': fc.constantFrom<AttributeValue>(7, 348102, '348102'),
      client_mac: fc.constantFrom<AttributeValue>(...ADAPTERS.slice(0, 4), null),
      'source.ip': fc.constantFrom<AttributeValue>(...ADDRESSES, '10.0.0.1 and fe80::1'),
      device: fc.constantFrom<AttributeValue>(...DEVICES, 'vmhba1:C0:T0:L2', 'task-12', true),
    },
    { requiredKeys: [] },
  )
  .map((values) => ({ ...values }))

/** A record; ids and arrival order are given by {@link arbitraryRecords}. */
export const arbitraryRecord: fc.Arbitrary<LogRecord> = fc
  .record({
    message,
    attributes: fc
      .tuple(attributes, fc.option(identifying, { nil: {} }))
      .map(([some, others]) => ({ ...some, ...others })),
    host: fc.option(fc.constantFrom(...HOSTS), { nil: null }),
    app: fc.option(fc.constantFrom('vmkernel', 'hostd', 'sshd', 'osd'), { nil: null }),
    severity: fc.constantFrom(0, 1, 5, 9, 10, 13, 17, 18, 21, 24),
    layer: fc.constantFrom('hypervisor', 'storage', 'network', null),
    timeFrom: fc.constantFrom(...TIME_ORIGINS),
    seconds: fc.oneof(fc.nat(20), fc.nat(3599)),
    us: fc.constantFrom(0, 0, 1, 500_000),
    timeNs: fc.constantFrom(0, 0, 1, 999),
  })
  .map(({ message: { body, template }, seconds, us, ...rest }) => {
    const time = micros(RANDOM_START + seconds * MICROS_PER_SECOND + us)
    return record({
      ...rest,
      body,
      template,
      time,
      received: micros(time + 1_500_000),
      source: `syslog:${rest.host ?? 'unknown'}`,
      entity: rest.host === null ? null : `hypervisor:${rest.host}`,
      severityText: rest.severity === 0 ? null : `S${rest.severity}`,
      keys: keysOfRecord(body, rest.attributes),
      raw: new TextEncoder().encode(body),
    })
  })

/** Records of one node and day, numbered by arrival, with ties in time and late ones among them. */
export function arbitraryRecords(maxLength: number): fc.Arbitrary<LogRecord[]> {
  return fc
    .array(arbitraryRecord, { maxLength })
    .map((records) =>
      records.map((one, i) => ({ ...one, id: `20261118-n1-${(i + 1).toString(36)}` })),
    )
}

const ATTRIBUTE_FIELDS = [
  'op',
  'latency',
  'http.status',
  'user name',
  'Op',
  'attributes.host',
  'absent',
  'near',
  'time zone',
].map(canonicalField)
const FIELD_NAMES = FIELDS.map((field) => field.name)
const TEXT_FIELDS = FIELD_NAMES.filter((name) => name !== 'time' && name !== 'received')

const arbitraryField = fc.oneof(
  fc.constantFrom(...TEXT_FIELDS),
  fc.constantFrom('key', ...KEY_KINDS.map((kind) => `key.${kind}`)),
  fc.constantFrom(...ATTRIBUTE_FIELDS),
)

/** A value some record has for the field, or near it: other case, a part, something else. */
function valueOf(records: readonly LogRecord[], field: string): fc.Arbitrary<string> {
  const values = [...new Set(records.flatMap((one) => cellReader(field)(one).map(String)))]
  const other = fc.constantFrom('', '0', '13', 'nothing', 'a b', '*', '5.0', '1e1', 'Ünï "x"')
  if (values.length === 0) return other
  const known = fc.constantFrom(...values)
  return fc.oneof(
    { weight: 5, arbitrary: known },
    { weight: 1, arbitrary: known.map((value) => value.toUpperCase()) },
    { weight: 1, arbitrary: other },
  )
}

/** A piece of the text as a pattern: its middle cut out, a character replaced, its start kept. */
function patternOf(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.nat(12), fc.nat(12), fc.nat(4)).map(([value, i, j, shape]) => {
    const from = Math.min(i, value.length)
    const to = Math.min(from + j, value.length)
    if (shape === 0) return `${value.slice(0, from)}*${value.slice(to)}`
    if (shape === 1) return `*${value.slice(from, to)}*`
    if (shape === 2) return `${value.slice(0, from)}?${value.slice(from + 1)}`
    if (shape === 3) return `${value.slice(0, from)}*`
    return `*${value.slice(from)}`
  })
}

/** A run of tokens of some record's text, at times with a wildcard or a wrong word in it. */
function arbitraryPhrase(records: readonly LogRecord[]): fc.Arbitrary<Filter> {
  const texts = records.map((one) => tokensOf(one.body)).filter((tokens) => tokens.length > 0)
  if (texts.length === 0) texts.push(['down'])
  return fc
    .tuple(
      fc.constantFrom(...texts),
      fc.nat(30),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(9),
      fc.nat(5),
    )
    .map(([tokens, at, length, twist, cut]) => {
      const start = at % tokens.length
      const words = tokens.slice(start, start + length)
      const index = twist % words.length
      const patterns = words.map((text) => ({ text, wildcard: false }))
      const word = words[index]!
      if (twist < 3 && !/[.\ud800-\udfff⁄]/.test(word)) {
        patterns[index] = { text: `${word.slice(0, cut)}*${word.slice(cut + 1)}`, wildcard: true }
      } else if (twist === 3) patterns[index] = { text: 'zzz', wildcard: false }
      return { kind: 'phrase', tokens: patterns }
    })
}

function arbitraryRegex(records: readonly LogRecord[]): fc.Arbitrary<Filter> {
  const literal = fc
    .tuple(fc.constantFrom(...records.map((one) => one.body), 'down'), fc.nat(40), fc.nat(8))
    .map(([body, at, length]) => body.slice(at, at + length).replace(/[^\w ]/g, '.'))
  const source = fc.oneof(
    literal,
    literal.map((text) => `^${text}`),
    fc.constantFrom(
      '\\d+ms$',
      'naa\\.60+',
      '(read|Write|down)',
      'osd\\.\\d',
      'a/b',
      '"x',
      '',
      '^$',
      '[A-Z]{2}',
    ),
  )
  return fc
    .tuple(fc.constantFrom('body', 'body', 'body', 'host', 'op', 'source'), source, fc.boolean())
    .map(([field, text, ignoreCase]) => ({ kind: 'regex', field, source: text, ignoreCase }))
}

const OPERATORS = ['<', '<=', '>', '>='] as const

/** What a neighbourhood becomes: hosts, entities, or any of several identifiers. */
function arbitraryNeighbourhood(records: readonly LogRecord[]): fc.Arbitrary<Filter> {
  const some = (field: string, least: number): fc.Arbitrary<Filter> =>
    fc
      .array(valueOf(records, field), { minLength: least, maxLength: 6 })
      .map((values): Filter => ({ kind: 'in', field, values }))
  return fc
    .tuple(
      some('key', 1),
      some('key.mac', 0),
      some('key.naa', 0),
      some('key.op_id', 0),
      some('host', 0),
      some('entity', 0),
    )
    .map((filters): Filter => ({ kind: 'or', filters }))
}

function arbitraryLeaf(records: readonly LogRecord[]): fc.Arbitrary<Filter> {
  const onField = (make: (field: string, value: string, other: string) => Filter) =>
    arbitraryField.chain((field) =>
      fc
        .tuple(valueOf(records, field), valueOf(records, field))
        .map(([value, other]) => make(field, value, other)),
    )
  const operator = fc.constantFrom(...OPERATORS)
  return fc.oneof(
    { weight: 6, arbitrary: arbitraryPhrase(records) },
    { weight: 3, arbitrary: onField((field, value) => ({ kind: 'equals', field, value })) },
    { weight: 2, arbitrary: onField((field, ...values) => ({ kind: 'in', field, values })) },
    {
      weight: 1,
      arbitrary: arbitraryField.map((field): Filter => ({ kind: 'in', field, values: [] })),
    },
    { weight: 3, arbitrary: arbitraryNeighbourhood(records) },
    {
      weight: 2,
      arbitrary: arbitraryField.chain((field) =>
        patternOf(valueOf(records, field)).map((pattern): Filter => ({
          kind: 'wildcard',
          field,
          pattern,
        })),
      ),
    },
    {
      weight: 2,
      arbitrary: operator.chain((op) =>
        onField((field, value) => ({ kind: 'compare', field, operator: op, value })),
      ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(operator, fc.constantFrom(0, 5, 9, 13, 17, 25))
        .map(([op, value]): Filter => ({
          kind: 'compare',
          field: 'severity',
          operator: op,
          value: `${value}`,
        })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(operator, fc.constantFrom(...records.map((one) => one.time), RANDOM_START))
        .map(([op, time]): Filter => ({
          kind: 'compare',
          field: 'time',
          operator: op,
          value: formatTime(time),
        })),
    },
    { weight: 2, arbitrary: arbitraryRegex(records) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('host', 'app', 'op', 'key', 'absent', 'template')
        .map((field): Filter => ({ kind: 'exists', field })),
    },
    { weight: 1, arbitrary: fc.constant<Filter>({ kind: 'all' }) },
  )
}

/**
 * Filters whose words and values come from the records, so that they hit: what a store may see
 * (no `entity`, no `near`), nested up to `depth`, with `and` and `or` of nothing among them.
 */
export function arbitraryFilter(records: readonly LogRecord[], depth = 3): fc.Arbitrary<Filter> {
  const leaf = arbitraryLeaf(records)
  if (depth === 0) return leaf
  const inner = arbitraryFilter(records, depth - 1)
  const parts = fc.array(inner, { maxLength: 3 })
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 2, arbitrary: parts.map((filters): Filter => ({ kind: 'and', filters })) },
    { weight: 2, arbitrary: parts.map((filters): Filter => ({ kind: 'or', filters })) },
    { weight: 1, arbitrary: inner.map((filter): Filter => ({ kind: 'not', filter })) },
  )
}

const aggregate: fc.Arbitrary<Aggregate> = fc
  .tuple(
    fc.constantFrom(...AGGREGATE_FUNCTIONS),
    fc.constantFrom(
      'latency',
      'severity',
      'uncertaintyMs',
      'host',
      'op',
      'http.status',
      'user name',
      'key',
    ),
    fc.option(fc.constantFrom('n', 'slow', 'of hosts'), { nil: undefined }),
  )
  .map(([name, field, as]) => aggregateOf(name, field, as))

/** An aggregate as the parser makes it: the column is the call as typed, unless it is named. */
export function aggregateOf(name: AggregateFunction, field: string, as?: string): Aggregate {
  if (name === 'count') return { function: name, as: as ?? 'count()' }
  return { function: name, field, as: as ?? `${name}(${field})` }
}

const groupKey: fc.Arbitrary<GroupKey> = fc.oneof(
  fc
    .constantFrom('host', 'app', 'severity', 'op', 'key', 'user name', 'layer')
    .map((field): GroupKey => ({ kind: 'field', field })),
  fc
    .constantFrom(1, 60, 300, 3600)
    .map((seconds): GroupKey => ({ kind: 'bin', widthUs: seconds * MICROS_PER_SECOND })),
)

/** Aggregates and keys for a store's `aggregate`. */
export const arbitraryGrouping = fc.record({
  aggregates: fc.uniqueArray(aggregate, { minLength: 1, maxLength: 3, selector: (one) => one.as }),
  by: fc.uniqueArray(groupKey, { maxLength: 2, selector: (key) => JSON.stringify(key) }),
})

const column = fc.constantFrom(
  'host',
  'count()',
  'n',
  'of hosts',
  'time',
  'latency',
  'p95(latency)',
)

const arbitraryPipe: fc.Arbitrary<Pipe> = fc.oneof(
  arbitraryGrouping.map((grouping): Pipe => ({ kind: 'stats', ...grouping })),
  fc
    .tuple(fc.integer({ min: 1, max: 50 }), fc.constantFrom('host', 'op', 'user name'))
    .map(([limit, field]): Pipe => ({ kind: 'top', limit, field })),
  fc
    .record({
      widthUs: fc.option(fc.constantFrom(MICROS_PER_SECOND, 60 * MICROS_PER_SECOND), {
        nil: undefined,
      }),
      by: fc.option(fc.constantFrom('host', 'op'), { nil: undefined }),
    })
    .map(({ widthUs, by }): Pipe => ({
      kind: 'rate',
      ...(widthUs === undefined ? {} : { widthUs }),
      ...(by === undefined ? {} : { by }),
    })),
  fc
    .array(fc.record({ column, descending: fc.boolean() }), { minLength: 1, maxLength: 2 })
    .map((by): Pipe => ({ kind: 'sort', by })),
  fc.integer({ min: 1, max: 10_000 }).map((count): Pipe => ({ kind: 'limit', count })),
  fc
    .uniqueArray(fc.constantFrom('time', 'host', 'body', 'op', 'user name'), {
      minLength: 1,
      maxLength: 3,
    })
    .map((fields): Pipe => ({ kind: 'fields', fields })),
  fc.constant<Pipe>({ kind: 'patterns' }),
  fc
    .uniqueArray(fc.constantFrom('host', 'template', 'op'), { minLength: 1, maxLength: 2 })
    .map((fields): Pipe => ({ kind: 'dedup', fields })),
)

/** Pipes of which each can work on what the one before leaves. */
const arbitraryPipes = fc.array(arbitraryPipe, { maxLength: 3 }).filter((pipes) => {
  try {
    checkPipes(pipes)
    return true
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
})

/** Any tree the language can say, `entity` and `near` included. */
export function arbitraryQuery(records: readonly LogRecord[]): fc.Arbitrary<Query> {
  const name = fc.constantFrom('vdi-0417', 'vm:5029-a', 'Pool "A" 1', 'naa.600a')
  const leaf = fc.oneof(
    { weight: 6, arbitrary: arbitraryFilter(records) },
    { weight: 1, arbitrary: name.map((text): Filter => ({ kind: 'entity', name: text })) },
    { weight: 1, arbitrary: name.map((text): Filter => ({ kind: 'near', name: text })) },
  )
  const filter = fc.oneof(
    leaf,
    fc
      .array(leaf, { minLength: 2, maxLength: 3 })
      .map((filters): Filter => ({ kind: 'and', filters })),
  )
  return fc.record({ filter, pipes: arbitraryPipes })
}

/** A half-open piece of the random hour, at times empty, at times more than all of it. */
export const arbitraryRange = fc
  .tuple(fc.integer({ min: -10, max: 3700 }), fc.integer({ min: 0, max: 3700 }))
  .map(([start, length]) => ({
    from: (RANDOM_START + start * MICROS_PER_SECOND) as Micros,
    to: (RANDOM_START + (start + length) * MICROS_PER_SECOND) as Micros,
  }))
