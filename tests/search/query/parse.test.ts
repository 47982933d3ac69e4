import { describe, expect, it } from 'vitest'
import { AppError } from '../../../model/errors.ts'
import type { Filter, Pipe } from '../../../model/query.ts'
import { ALL } from '../../../model/query.ts'
import { micros } from '../../../model/time.ts'
import { parseQuery, tryParseQuery } from '../../../search/query/parse.ts'

const filterOf = (text: string): Filter => parseQuery(text, micros(1_795_000_000_000_000)).filter
const pipesOf = (text: string): readonly Pipe[] => parseQuery(text).pipes

const phrase = (...words: string[]): Filter => ({
  kind: 'phrase',
  tokens: words.map((text) => ({ text, wildcard: /[*?]/.test(text) })),
})
const and = (...filters: Filter[]): Filter => ({ kind: 'and', filters })
const or = (...filters: Filter[]): Filter => ({ kind: 'or', filters })
const not = (filter: Filter): Filter => ({ kind: 'not', filter })
const equals = (field: string, value: string): Filter => ({ kind: 'equals', field, value })
const isIn = (field: string, ...values: string[]): Filter => ({ kind: 'in', field, values })
const wildcard = (field: string, pattern: string): Filter => ({ kind: 'wildcard', field, pattern })
const exists = (field: string): Filter => ({ kind: 'exists', field })
const regex = (source: string, field = 'body', ignoreCase = false): Filter => ({
  kind: 'regex',
  field,
  source,
  ignoreCase,
})
const compare = (field: string, operator: '<' | '<=' | '>' | '>=', value: string): Filter => ({
  kind: 'compare',
  field,
  operator,
  value,
})
const both = (field: string, value: string, ...words: string[]): Filter =>
  or(phrase(...words), equals(field, value))

describe('words and phrases', () => {
  it.each<[string, Filter]>([
    ['', ALL],
    ['  \n ', ALL],
    ['*', ALL],
    ['apd timeout', and(phrase('apd'), phrase('timeout'))],
    ['APD and Timeout', and(phrase('apd'), phrase('timeout'))],
    ['"all paths down"', phrase('all', 'paths', 'down')],
    ['"say \\"hi\\" C:\\Users\\\\"', phrase('say', 'hi', 'c', 'users')],
    ['"what? 50*"', phrase('what', '50')],
    ['apd or pdl and dead', or(phrase('apd'), and(phrase('pdl'), phrase('dead')))],
    ['(apd OR pdl) dead', and(or(phrase('apd'), phrase('pdl')), phrase('dead'))],
    ['a b or c d', or(and(phrase('a'), phrase('b')), and(phrase('c'), phrase('d')))],
    ['not apd', not(phrase('apd'))],
    ['not (a or b) c', and(not(or(phrase('a'), phrase('b'))), phrase('c'))],
    ['link -flap', and(phrase('link'), not(phrase('flap')))],
    ['-"a b" !host:x', and(not(phrase('a', 'b')), not(equals('host', 'x')))],
    ['link* n?a', and(phrase('link*'), phrase('n?a'))],
    ['naa.600*', phrase('naa', '600*')],
    ['10.0.*', phrase('10.0.*')],
    ['esx01.*', phrase('esx01', '*')],
    ['v8.0.*', phrase('v8.0.*')],
    ['/lost.*access/i', regex('lost.*access', 'body', true)],
    ['/a|b/ c', and(regex('a|b'), phrase('c'))],
    ['/a\\/b\\d/', regex('a/b\\d')],
  ])('%j', (text, expected) => expect(filterOf(text)).toEqual(expected))
})

describe('what an admin pastes at 03:00 is searched, not refused', () => {
  it.each<[string, Filter]>([
    ['esx-01', phrase('esx', '01')],
    ['10.0.0.1', phrase('10.0.0.1')],
    ['10.0.0.1:443', phrase('10.0.0.1', '443')],
    ['vmhba1:C0:T1:L3', phrase('vmhba1', 'c0', 't1', 'l3')],
    ['/vmfs/volumes/x', phrase('vmfs', 'volumes', 'x')],
    ['/var/log/vmkernel.log', phrase('var', 'log', 'vmkernel', 'log')],
    ['naa.600a0980', phrase('naa', '600a0980')],
    ['C:\\Users', phrase('c', 'users')],
    ['[error]', phrase('error')],
    ['50%', phrase('50')],
    ['-1', phrase('1')],
    ['--all', phrase('all')],
    ['http://x.example.com/a?b', phrase('http', 'x', 'example', 'com', 'a?b')],
    ['std::vector', phrase('std', 'vector')],
    ['fe80::1', phrase('fe80', '1')],
    ['nfs01:/export/home', phrase('nfs01', 'export', 'home')],
    ['a -> b', and(phrase('a'), phrase('b'))],
    ['error:', phrase('error')],
    ['error: timeout', and(phrase('error'), phrase('timeout'))],
    ["can't", phrase('can', 't')],
    ['5" disk', and(phrase('5'), phrase('disk'))],
    ['main()', phrase('main')],
    ['Cmd(0x2a) failed)', and(phrase('cmd', '0x2a'), phrase('failed'))],
    [':-) ()', ALL],
    ['>= <', ALL],
    ['{"severity":"error"}', phrase('severity', 'error')],
    ['foo<bar>', phrase('foo', 'bar')],
    ['flags=0x2', both('flags', '0x2', 'flags', '0x2')],
    ['a==b', phrase('a', 'b')],
    ['Größe 😀', and(phrase('große'), phrase('😀'))],
  ])('%j', (text, expected) => expect(filterOf(text)).toEqual(expected))
})

describe('fields', () => {
  it.each<[string, Filter]>([
    ['host:esx-01', equals('host', 'esx-01')],
    ['host: esx-01 apd', and(equals('host', 'esx-01'), phrase('apd'))],
    ['Host.Name:ESX-01', equals('host', 'ESX-01')],
    ['host:esx-*', wildcard('host', 'esx-*')],
    ['host:"esx-*"', equals('host', 'esx-*')],
    ['host~"esx 01*"', wildcard('host', 'esx 01*')],
    ['host=esx-01', equals('host', 'esx-01')],
    ['host!=esx-01', not(equals('host', 'esx-01'))],
    ['host:*', exists('host')],
    ['host:(a or b, c d)', isIn('host', 'a', 'b', 'c', 'd')],
    ['host:()', isIn('host')],
    ['host:(esx-* or tor)', or(wildcard('host', 'esx-*'), equals('host', 'tor'))],
    ['(host:a or host:b)', or(equals('host', 'a'), equals('host', 'b'))],
    ['host:/^esx/i', regex('^esx', 'host', true)],
    ['http.status:500', equals('http.status', '500')],
    ['http.url:http://x:80/', equals('http.url', 'http://x:80/')],
    ['user:jdoe', both('user', 'jdoe', 'user', 'jdoe')],
    ['user:"jdoe"', equals('user', 'jdoe')],
    ['user=jdoe', both('user', 'jdoe', 'user', 'jdoe')],
    ['attributes.user:jdoe', equals('user', 'jdoe')],
    ['attributes.host:x', equals('attributes.host', 'x')],
    ['`user name`:"a b"', equals('user name', 'a b')],
    ['latency>100', compare('latency', '>', '100')],
    ['latency > 100', compare('latency', '>', '100')],
    ['took > 5ms', and(phrase('took'), phrase('5ms'))],
    ['latency:[10 to 20}', and(compare('latency', '>=', '10'), compare('latency', '<', '20'))],
    ['latency:{* to 20]', compare('latency', '<=', '20')],
    ['key:naa.600a', equals('key', 'naa.600a')],
    ['key.naa:naa.600*', wildcard('key.naa', 'naa.600*')],
    ['layer:storage', equals('layer', 'storage')],
    ['team:network', equals('team', 'network')],
    ['entity:vdi-0417', { kind: 'entity', name: 'vdi-0417' }],
    ['near:"vdi 0417"', { kind: 'near', name: 'vdi 0417' }],
    ['entity.id:vm:5029', equals('entity', 'vm:5029')],
    ['message:"paths down"', phrase('paths', 'down')],
    ['body="x"', equals('body', 'x')],
    ['layer==storage', equals('layer', 'storage')],
    ['layer == storage', equals('layer', 'storage')],
    ['x==1', phrase('x', '1')],
    ['body:/x y/', regex('x y')],
    ['event.dataset:esxi', equals('format', 'esxi')],
  ])('%j', (text, expected) => expect(filterOf(text)).toEqual(expected))
})

describe('severity and time', () => {
  const during = (from: string, to: string) =>
    and(compare('time', '>=', from), compare('time', '<', to))
  const warn = and(compare('severity', '>=', '13'), compare('severity', '<=', '16'))
  it.each<[string, Filter]>([
    ['severity>=warn', compare('severity', '>=', '13')],
    ['severity >= WARNING', compare('severity', '>=', '13')],
    ['severity>warn', compare('severity', '>', '16')],
    ['severity<=warn', compare('severity', '<=', '16')],
    ['severity:warn', warn],
    ['level:warning', warn],
    ['severity:critical', equals('severity', '18')],
    ['severity:17', equals('severity', '17')],
    ['severity:unknown', equals('severity', '0')],
    ['severity:(17 or 18)', isIn('severity', '17', '18')],
    ['log.level:error', equals('severityText', 'error')],
    ['time>=2026-11-18', compare('time', '>=', '2026-11-18T00:00:00Z')],
    ['@timestamp<2026-11-18T10:00:00.5+01:00', compare('time', '<', '2026-11-18T09:00:00.500Z')],
    ['time>="2026-11-18 10:00"', compare('time', '>=', '2026-11-18T10:00:00Z')],
    ['time:2026-11-18', during('2026-11-18T00:00:00Z', '2026-11-19T00:00:00Z')],
    ['time=2026-11-18T10:41', during('2026-11-18T10:41:00Z', '2026-11-18T10:42:00Z')],
    ['time:2026-11-18T10:41:20Z', equals('time', '2026-11-18T10:41:20Z')],
    ['time:"2026-11-18"', equals('time', '2026-11-18T00:00:00Z')],
    ['time>=now-15m', compare('time', '>=', '2026-11-18T10:51:40Z')],
  ])('%j', (text, expected) => expect(filterOf(text)).toEqual(expected))
})

describe('pipes', () => {
  const minute = 60_000_000
  it.each<[string, Pipe]>([
    [
      '| stats count() by layer, bin(1m)',
      {
        kind: 'stats',
        aggregates: [{ function: 'count', as: 'count()' }],
        by: [
          { kind: 'field', field: 'layer' },
          { kind: 'bin', widthUs: minute },
        ],
      },
    ],
    [
      'x | STATS p95(latency) AS slow, max(@timestamp)',
      {
        kind: 'stats',
        aggregates: [
          { function: 'p95', field: 'latency', as: 'slow' },
          { function: 'max', field: 'time', as: 'max(time)' },
        ],
        by: [],
      },
    ],
    ['x|top 5 host.name', { kind: 'top', limit: 5, field: 'host' }],
    ['x|top host', { kind: 'top', limit: 10, field: 'host' }],
    ['| rate', { kind: 'rate' }],
    ['| rate 1m by host', { kind: 'rate', widthUs: minute, by: 'host' }],
    [
      '| sort count() desc, host',
      {
        kind: 'sort',
        by: [
          { column: 'count()', descending: true },
          { column: 'host', descending: false },
        ],
      },
    ],
    ['| limit 5', { kind: 'limit', count: 5 }],
    ['| fields time, `user name`', { kind: 'fields', fields: ['time', 'user name'] }],
    ['| patterns', { kind: 'patterns' }],
    ['| dedup host, template', { kind: 'dedup', fields: ['host', 'template'] }],
  ])('%j', (text, expected) => expect(pipesOf(text)).toEqual([expected]))
})

describe('errors point at the place and say what to type', () => {
  it.each<[string, number, string]>([
    ['x | stat count()', 4, 'unknown pipe `stat`: did you mean `stats`?'],
    ['x | stats cuont()', 10, 'unknown function `cuont`: did you mean `count`?'],
    ['x | stats count(host)', 16, 'expected `)`: `count()` takes no field, found "host"'],
    ['x | stats', 9, 'expected a function such as `count()`, found the end'],
    ['x | stats count() by', 20, 'expected a field, found the end'],
    ['x | limit 0', 10, 'cannot take "0" of them'],
    ['x | limit 5 6', 12, 'expected the end of the pipe, found "6"'],
    ['x | rate 5q', 9, 'cannot read the duration "5q"'],
    ['x |', 3, 'no pipe after `|`'],
    ['x | | y', 4, 'no pipe after `|`'],
    ['x || y', 3, 'no pipe after `|`'],
    ['a | b', 4, 'unknown pipe `b`'],
    ['(a or b', 0, 'the bracket `(` is not closed'],
    ['host:(a or b', 5, 'the bracket `(` is not closed'],
    ['a and', 5, 'nothing after `and`'],
    ['not', 3, 'nothing after `not`'],
    ['or b', 0, 'nothing before `or`'],
    ['a (and b)', 3, 'nothing before `and`'],
    ['"all paths', 0, 'the quote " is not closed'],
    ['host:', 5, 'no value after "host:"'],
    ['a /(b/', 2, 'cannot read the regular expression "(b": missing closing ): `(b`'],
    ['severty>=5', 0, '`severty` is not a field: did you mean `severity`?'],
    ['severity>=wran', 10, '"wran" is no severity'],
    ['time>=yesterday', 6, 'cannot read the time "yesterday"'],
    ['severity>(1 or 2)', 9, 'a list does not go with `>`'],
    ['a ``:x', 2, 'the name is empty'],
    ['sevrity>=warn', 0, '`sevrity` is not a field: did you mean `severity`?'],
    ['sevrity!=warn', 0, '`sevrity` is not a field: did you mean `severity`?'],
    ['a hots:esx-01', 2, '`hots` is not a field: did you mean `host`?'],
    ['layer:stroage', 6, 'there is no layer "stroage": did you mean `storage`?'],
    ['layer=(storage or net)', 18, 'there is no layer "net": did you mean `network`?'],
    ['layer:storage,network', 6, 'there is no layer "storage,network": did you mean `storage`?'],
    ['severity:[warn', 9, '"[warn" is no severity'],
    ['x | where host', 4, 'unknown pipe `where`'],
    ['x | top 5 host | rate', 17, '`rate` works on records, here is a table'],
    ['x | limit 5 | patterns', 14, '`patterns` works on all matches, here are chosen records'],
    [
      'x | stats count() by host | sort hots',
      33,
      'there is no column "hots" here: did you mean `host`?',
    ],
    [
      'x | patterns | stats sum(counts)',
      25,
      'there is no column "counts" here: did you mean `count`?',
    ],
    ['x | fields host | stats count() by bin(1m)', 18, 'there is no column "time" here'],
  ])('%j at %d: %s', (text, offset, message) => {
    const error = tryParseQuery(text)
    if (!(error instanceof AppError)) throw new Error(`parsed: ${JSON.stringify(error)}`)
    expect(error.code).toBe('invalid_query')
    expect([error.offset, error.message]).toEqual([offset, message])
  })

  it.each<[string, string]>([
    ['severity:[warn', 'a range is written [from to until], with a * where it is open'],
    ['x | where host:a', 'conditions stand before the first `|`'],
    ['x | head 5', 'write `limit 10`'],
    ['apd || timeout', 'to find one or the other, write `or`'],
    ['x | top 5 host | sort n', 'there are host, count'],
    [
      'layer:x',
      'there are session, guest, hypervisor, storage, network, service; several are written layer:(session or guest)',
    ],
  ])('%j is told: %s', (text, hint) => {
    expect(tryParseQuery(text)).toMatchObject({ hint })
  })

  it.each(['cost:5', 'post:x', 'a hosts=3', 'layer:"stroage"', 'layer:sto*', 'x | sort nothing'])(
    'takes %j as it is',
    (text) => expect(tryParseQuery(text)).not.toBeInstanceOf(AppError),
  )

  it('refuses what is too long or too deep', () => {
    for (const text of [
      '('.repeat(8000) + ')'.repeat(8000),
      'not '.repeat(4000) + 'x',
      'x '.repeat(9000),
    ]) {
      expect(tryParseQuery(text)).toBeInstanceOf(AppError)
    }
  })

  it('refuses a wildcard pattern that would cost too much', () => {
    expect(() => parseQuery(`host:*${'?'.repeat(600)}`)).toThrow(
      'the pattern is 601 characters long',
    )
  })

  it('needs a clock for relative times', () => {
    expect(() => parseQuery('time>=now-5m')).toThrow('cannot read the time')
  })
})
