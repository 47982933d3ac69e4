import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bulkDecoder } from '../../../ingest/decoders/bulk.ts'
import type { Outcome } from '../../../ingest/decoders/decoder.ts'
import { LIMITS } from '../../../ingest/decoders/limits.ts'
import { AppError } from '../../../model/errors.ts'
import { envelope, logItems, roundTrip } from '../../support/envelopes.ts'

const bulk = (body: string | Uint8Array, meta: Record<string, string> = {}) =>
  envelope('bulk', body, { path: '/_bulk', ...meta })

interface BulkAnswer {
  errors: boolean
  items: Record<string, { status: number; _index: string; _id: string; error?: { type: string } }>[]
}

const answerOf = (body: string | Uint8Array): BulkAnswer => JSON.parse(String(body)) as BulkAnswer

const statuses = (answer: BulkAnswer) =>
  answer.items.map((item) => Object.entries(item).map(([op, result]) => [op, result.status])[0])

describe('a _bulk body', () => {
  it('gives each document its own bytes and answers in order under the op it was sent as', () => {
    const body =
      '{"index":{"_index":"a"}}\n{"message":"one"}\n{"create":{"_index":"b","_id":"7"}}\n{"message":"two"}\n'
    const { items, reply } = roundTrip(bulkDecoder, bulk(body))
    expect(logItems(items).map((item) => item.text)).toEqual([
      '{"message":"one"}',
      '{"message":"two"}',
    ])
    expect(logItems(items).map((item) => [item.retry, item.create])).toEqual([
      ['content', undefined],
      ['b/7', true],
    ])
    expect(statuses(answerOf(reply.body))).toEqual([
      ['index', 201],
      ['create', 201],
    ])
    expect(reply.headers['x-elastic-product']).toBe('Elasticsearch')
  })

  it('is read without a last newline, with blank lines and with CRLF', () => {
    const body = '\r\n{"index":{}}\r\n{"message":"one"}\r\n\n{"index":{}}\n{"message":"two"}'
    const { items } = roundTrip(bulkDecoder, bulk(body))
    expect(logItems(items).map((item) => item.parsed?.body ?? item.text.trim())).toHaveLength(2)
  })

  it('tolerates siblings of the action, old members and an index in the path', () => {
    const body =
      '{"attempts":0,"index":{"_type":"doc","pipeline":null}}\n{"message":"one"}\n' +
      '{"index":{"_index":"packets","_id":12}}\n{"message":"two"}\n'
    const { items, reply } = roundTrip(bulkDecoder, bulk(body, { path: '/from-path/_bulk' }))
    expect(items).toHaveLength(2)
    const answer = answerOf(reply.body)
    expect(answer.items[0]!['index']!._index).toBe('from-path')
    expect(answer.items[1]!['index']).toMatchObject({ _index: 'packets', _id: '12' })
  })

  it('answers 400 to update, delete and bad JSON and stores their neighbours', () => {
    const body =
      '{"delete":{"_id":"1"}}\n{"index":{}}\n{"message":"kept"}\n{"update":{"_id":"2"}}\n{"doc":{}}\n' +
      '{"index":{}}\n{"message":\n{"create":{}}\n[1]\n{"index":{}}\n{"message":"kept too"}\n'
    const { items, reply } = roundTrip(bulkDecoder, bulk(body))
    expect(logItems(items)).toHaveLength(2)
    const answer = answerOf(reply.body)
    expect(answer.errors).toBe(true)
    expect(statuses(answer)).toEqual([
      ['delete', 400],
      ['index', 201],
      ['update', 400],
      ['index', 400],
      ['create', 400],
      ['index', 201],
    ])
  })

  it('drops one pair at a bad action line, or the line alone when an action follows it', () => {
    const pair = '{"index":{}}\n{"message":"kept"}\n'
    const lost = roundTrip(bulkDecoder, bulk(`{"inde\n{"message":"lost"}\n${pair}`))
    expect(lost.items.map((item) => item.kind)).toEqual(['rejected', 'log'])
    const alone = roundTrip(bulkDecoder, bulk(`garbage\n${pair}`))
    expect(alone.items.map((item) => item.kind)).toEqual(['rejected', 'log'])
  })

  it('rejects a last action without its document', () => {
    const { items } = roundTrip(bulkDecoder, bulk('{"index":{}}\n{"message":"a"}\n{"index":{}}\n'))
    expect(items.map((item) => item.kind)).toEqual(['log', 'rejected'])
  })

  it('answers 409 to a create that repeats, 200 to an index with a known id, 201 to a retry', () => {
    const body =
      '{"create":{"_id":"1"}}\n{"m":1}\n{"index":{"_id":"1"}}\n{"m":1}\n{"index":{}}\n{"m":1}\n'
    const decoded = bulkDecoder.decode(bulk(body))
    const duplicate: Outcome = { kind: 'duplicate' }
    const reply = bulkDecoder.reply(decoded, [duplicate, duplicate, duplicate])
    expect(statuses(answerOf(reply.body))).toEqual([
      ['create', 409],
      ['index', 200],
      ['index', 201],
    ])
  })

  it('keeps another document under a known id apart from a retry of the same one', () => {
    const one = logItems(roundTrip(bulkDecoder, bulk('{"index":{"_id":"1"}}\n{"m":1}\n')).items)[0]!
    const same = logItems(
      roundTrip(bulkDecoder, bulk('{"index":{"_id":"1"}}\n{"m":1}\n')).items,
    )[0]!
    const other = logItems(
      roundTrip(bulkDecoder, bulk('{"index":{"_id":"1"}}\n{"m":2}\n')).items,
    )[0]!
    expect(same.retry).toBe(one.retry)
    expect(other.retry).not.toBe(one.retry)
  })

  it('writes the same answer for a stored item with and without a filter', () => {
    const body = '{"index":{"_index":"a\\"b"}}\n{"m":1}\n{"create":{"_id":"x\\"y"}}\n{"m":2}\n'
    const plain = roundTrip(bulkDecoder, bulk(body)).reply
    const filtered = roundTrip(bulkDecoder, bulk(body, { query: 'filter_path=**' })).reply
    expect(JSON.parse(String(plain.body))).toEqual(JSON.parse(String(filtered.body)))
  })

  it('honours filter_path', () => {
    const sent = bulk('{"index":{}}\n{"m":1}\n', { query: 'filter_path=errors,items.*.status' })
    const { reply } = roundTrip(bulkDecoder, sent)
    expect(JSON.parse(String(reply.body))).toEqual({
      errors: false,
      items: [{ index: { status: 201 } }],
    })
  })

  it('is inflated when gzipped and refused when it grows past the limit', () => {
    const body = gzipSync('{"index":{}}\n{"message":"one"}\n')
    expect(roundTrip(bulkDecoder, bulk(body, { 'content-encoding': 'gzip' })).items).toHaveLength(1)
    const bomb = gzipSync(Buffer.alloc(LIMITS.inflatedBytes + 1))
    const decode = () => bulkDecoder.decode(bulk(bomb, { 'content-encoding': 'gzip' }))
    expect(decode).toThrow(expect.objectContaining({ code: 'too_large' }))
  })

  it('is refused with a reason when it holds nothing, is not gzip or has a strange encoding', () => {
    expect(() => bulkDecoder.decode(bulk(''))).toThrow(AppError)
    const broken = () => bulkDecoder.decode(bulk('{}', { 'content-encoding': 'gzip' }))
    expect(broken).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    const strange = () => bulkDecoder.decode(bulk('{}', { 'content-encoding': 'zstd' }))
    expect(strange).toThrow(expect.objectContaining({ code: 'unsupported_media_type' }))
  })

  it('reads what is not UTF-8 as windows-1252 and says so', () => {
    const bytes = Buffer.from('{"index":{}}\n{"message":"Z\xfcrich"}\n', 'latin1')
    const [item] = logItems(roundTrip(bulkDecoder, bulk(bytes)).items)
    expect(item!.text).toContain('Zürich')
    expect(item!.lossy).toBe(true)
  })

  it('keeps a document that the reader of documents fails on, and its neighbours', () => {
    const document = JSON.stringify({ attributes: '[{"key":broken' })
    const { items, reply } = roundTrip(
      bulkDecoder,
      bulk(`{"index":{}}\n${document}\n{"index":{}}\n{"a":1}\n`),
    )
    expect(logItems(items).map(({ text }) => text)).toEqual([document, '{"a":1}'])
    expect(answerOf(reply.body).errors).toBe(false)
  })

  it('is read behind a byte order mark', () => {
    const { items } = roundTrip(bulkDecoder, bulk('\ufeff{"index":{}}\n{"m":1}\n'))
    expect(items.map((item) => item.kind)).toEqual(['log'])
  })

  it('takes one document on _doc and _create', () => {
    const doc = roundTrip(bulkDecoder, bulk('{"message":"a"}', { path: '/idx/_doc' }))
    expect(doc.reply.status).toBe(201)
    expect(JSON.parse(String(doc.reply.body))).toMatchObject({ _index: 'idx', result: 'created' })
    const create = bulkDecoder.decode(bulk('{"m":1}', { path: '/idx/_create/a%20b' }))
    const conflict = bulkDecoder.reply(create, [{ kind: 'duplicate' }])
    expect(conflict.status).toBe(409)
    expect(JSON.parse(String(conflict.body))).toMatchObject({
      status: 409,
      error: { type: 'version_conflict_engine_exception' },
    })
    expect(roundTrip(bulkDecoder, bulk('nope', { path: '/idx/_doc' })).reply.status).toBe(400)
    const meta = { path: '/idx/_doc/7', query: 'op_type=create' }
    const opType = bulkDecoder.decode(bulk('{"m":1}', meta))
    expect(bulkDecoder.reply(opType, [{ kind: 'duplicate' }]).status).toBe(409)
  })
})
