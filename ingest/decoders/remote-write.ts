import type { Buffer } from 'node:buffer'
import { AppError, quote } from '../../model/errors.ts'
import type { MetricKind } from '../../model/record.ts'
import { MAX_TIME, micros, MICROS_PER_MS, MIN_TIME, type Instant } from '../../model/time.ts'
import type { Envelope, Reply } from '../port.ts'
import type { Decoded, Decoder, Item, Outcome } from './decoder.ts'
import { uncompressSnappy } from './inflate.ts'
import { LimitError, LIMITS, RequestSize, weightOf } from './limits.ts'
import {
  countPoint,
  distributionItems,
  pointItem,
  scaledSeries,
  type SeriesIdentity,
} from './metric-items.ts'
import { readNativeHistogram } from './native-histogram.ts'
import { originOf, type Labels } from './prometheus-entity.ts'
import { ProtobufReader } from './protobuf.ts'
import { rejectedItem } from './rejected-item.ts'
import { SeriesCache, type ScaledSeries } from './series-cache.ts'

/**
 * Prometheus remote write 1.0 (specification 1.0, prompb/remote.proto) and 2.0 (specification 2.0-rc.4,
 * io.prometheus.write.v2), told apart by the `proto` parameter of the content type and nothing else. Uses
 * of `meta`: `content-type`, `content-encoding`.
 *
 * A sample that marks its series as stale, or is NaN or infinite, is no point; exemplars are passed over.
 * Names that end in `_total`, `_count`, `_sum` or `_bucket` are cumulative (`sum`, the last `histogram`), as is
 * what 2.0 metadata says. A series that cannot be read is rejected alone and the request answered 400,
 * which Prometheus does not repeat; its neighbours are stored.
 */
export const remoteWriteDecoder: Decoder = {
  name: 'remote-write',
  decode,
  reply,
  failure: (status, message) => answer(status, `${message}\n`, NOTHING_WRITTEN),
}

const VERSION_1 = 'prometheus.WriteRequest'
const VERSION_2 = 'io.prometheus.write.v2.Request'

interface WrittenCounts {
  samples: number
  histograms: number
}

const NOTHING_WRITTEN: WrittenCounts = { samples: 0, histograms: 0 }

function decode(envelope: Envelope): Decoded {
  const proto = protoOf(envelope.meta['content-type'] ?? '')
  const encoding = envelope.meta['content-encoding'] ?? 'snappy'
  if (encoding !== 'snappy') {
    const message = `cannot read content encoding ${quote(encoding)}; send snappy`
    throw new AppError('unsupported_media_type', message)
  }
  const batch = new RemoteWriteBatch(uncompressSnappy(envelope.body), envelope.peer)
  if (proto === VERSION_2) batch.readVersion2()
  else batch.readVersion1()
  return { items: batch.items, context: batch.written }
}

/** RFC 9110 §5.6.6 parameters; no `proto` means version 1.0. Senders of 2.0 fall back on 415. */
function protoOf(contentType: string): string {
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim())
  const proto = parameters.find((parameter) => /^proto=/i.test(parameter))?.slice('proto='.length)
  const name = proto?.replace(/^"(.*)"$/, '$1') ?? VERSION_1
  const isKnown = name === VERSION_1 || name === VERSION_2
  if (isKnown && (type === 'application/x-protobuf' || type === '')) return name
  throw new AppError(
    'unsupported_media_type',
    `cannot read content type ${quote(contentType)}; send application/x-protobuf, with proto=${VERSION_2} for 2.0`,
  )
}

function reply(decoded: Decoded, outcomes: readonly Outcome[]): Reply {
  const written = decoded.context as WrittenCounts
  const reason = outcomes.find((outcome) => outcome.kind === 'rejected')?.reason
  return reason === undefined ? answer(204, '', written) : answer(400, `${reason}\n`, written)
}

/** The counts that 2.0 demands on success and failure; 1.0 senders ignore them. */
function answer(status: number, body: string, written: WrittenCounts): Reply {
  const headers: Record<string, string> = {
    'x-prometheus-remote-write-samples-written': String(written.samples),
    'x-prometheus-remote-write-histograms-written': String(written.histograms),
    'x-prometheus-remote-write-exemplars-written': '0',
  }
  if (body !== '') headers['content-type'] = 'text/plain; charset=utf-8'
  return { status, headers, body }
}

/** Series by the bytes of their labels, so that text is built once per series, not once per sample. */
const cache = new SeriesCache()

const UNIT_BY_SUFFIX: readonly (readonly [RegExp, string])[] = [
  [/_seconds(?:_total|_sum)?$/, 's'],
  [/_milliseconds(?:_total|_sum)?$/, 'ms'],
  [/_bytes(?:_total|_sum)?$/, 'By'],
  [/_celsius$/, 'Cel'],
  [/_(?:ratio|count|info|total)$/, '1'],
]

/** What a series is besides its labels. */
interface Known {
  readonly identity: SeriesIdentity
  readonly scaled: ScaledSeries
}

class RemoteWriteBatch {
  readonly items: Item[] = []
  readonly written: WrittenCounts = { samples: 0, histograms: 0 }
  readonly #body: Buffer
  readonly #peer: string
  readonly #series = new RequestSize('series')
  readonly #size = new RequestSize('samples')

  constructor(body: Buffer, peer: string) {
    this.#body = body
    this.#peer = peer
  }

  readVersion1(): void {
    const request = new ProtobufReader(this.#body)
    while (request.next()) {
      if (request.field === 1)
        this.#readAlone(request.message(), (series) => this.#readSeries1(series))
      else request.skip()
    }
  }

  /** Read twice, since symbols may stand behind the series that refer to them. */
  readVersion2(): void {
    const symbols: string[] = []
    const count = new RequestSize('symbols')
    const request = new ProtobufReader(this.#body)
    const series = request.copy()
    while (request.next()) {
      if (request.field !== 4) request.skip()
      else {
        count.addItem()
        symbols.push(request.string())
      }
    }
    while (series.next()) {
      if (series.field !== 5) series.skip()
      else if (symbols[0] !== '') {
        throw new AppError('invalid_request', 'the first symbol of the request is not empty')
      } else this.#readAlone(series.message(), (reader) => this.#readSeries2(reader, symbols))
    }
  }

  /** A series that cannot be read costs itself: what was read of it is taken back. */
  #readAlone(reader: ProtobufReader, read: (reader: ProtobufReader) => void): void {
    this.#series.addItem()
    const raw = reader.rest()
    const before = { items: this.items.length, ...this.written }
    try {
      read(reader)
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'too_large') throw error
      this.items.length = before.items
      this.written.samples = before.samples
      this.written.histograms = before.histograms
      this.#push(rejectedItem(error, raw))
    }
  }

  /** prometheus.TimeSeries: labels come first and stand together, as every sender writes them. */
  #readSeries1(reader: ProtobufReader): void {
    const labels: ProtobufReader[] = []
    const values = reader.copy()
    while (reader.next()) {
      if (reader.field === 1) checkLabels(labels.push(reader.message()))
      else reader.skip()
    }
    const first = labels[0]
    const last = labels.at(-1)
    const key = first && last ? this.#body.toString('latin1', first.at, last.end) : ''
    const build = () => knownSeries(readLabels(labels), this.#peer, undefined)
    this.#readValues(values, `1\n${this.#peer}\n${key}`, build, { samples: 2, histograms: 4 })
  }

  #readSeries2(reader: ProtobufReader, symbols: readonly string[]): void {
    const refs: number[] = []
    const values = reader.copy()
    let metadata: Metadata = NO_METADATA
    while (reader.next()) {
      if (reader.field === 1) reader.each((r) => checkLabels(refs.push(r.uint32()) / 2), 'varint')
      else if (reader.field === 5) metadata = readMetadata(reader.message(), symbols)
      else reader.skip()
    }
    const labels = labelsOf(refs, symbols)
    // A reference of two bytes may stand for a megabyte.
    this.#size.addValues(weightOf(Object.fromEntries(labels)))
    const key = `2\n${this.#peer}\n${JSON.stringify([...labels])}\n${JSON.stringify(metadata)}`
    const build = () => knownSeries(labels, this.#peer, metadata)
    this.#readValues(values, key, build, { samples: 2, histograms: 3 })
  }

  /** The samples and histograms of a series, under the field numbers of its version. */
  #readValues(
    reader: ProtobufReader,
    key: string,
    build: () => Known,
    fields: { readonly samples: number; readonly histograms: number },
  ): void {
    const series = cache.get(key, () => build().scaled)
    let identity: SeriesIdentity | undefined
    while (reader.next()) {
      if (reader.field === fields.samples) this.#readSample(series, reader.message())
      else if (reader.field === fields.histograms) {
        identity ??= build().identity
        this.#readHistogram(key, identity, reader.message())
      } else reader.skip()
    }
  }

  #readHistogram(key: string, identity: SeriesIdentity, reader: ProtobufReader): void {
    const histogram = readNativeHistogram(reader)
    this.written.histograms++
    if (histogram.isStale) return this.#push({ kind: 'nothing' })
    const time = instantOf(histogram.timestamp)
    for (const item of distributionItems(key, identity, false, time, histogram.distribution)) {
      countPoint(this.#size, item)
      this.items.push(item)
    }
  }

  /** `Sample` of both versions: value 1, timestamp 2 (milliseconds). One with a strange time costs itself. */
  #readSample(series: ScaledSeries, reader: ProtobufReader): void {
    const raw = reader.rest()
    let value = 0
    let timestamp = 0
    while (reader.next()) {
      if (reader.field === 1) value = reader.double()
      else if (reader.field === 2) timestamp = reader.int64()
      else reader.skip()
    }
    try {
      this.#push(pointItem(series, instantOf(timestamp), value))
      this.written.samples++
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'too_large') throw error
      this.#push(rejectedItem(error, raw))
    }
  }

  #push(item: Item): void {
    this.#size.addItem()
    this.items.push(item)
  }
}

function instantOf(timestamp: number): Instant {
  const us = micros(timestamp * MICROS_PER_MS)
  if (us >= MIN_TIME && us <= MAX_TIME) return { us, ns: 0 }
  throw new AppError('invalid_request', `a sample has the time ${timestamp} ms: not 1970 to 2200`)
}

/** `Label` messages: name 1, value 2. */
function readLabels(readers: readonly ProtobufReader[]): Labels {
  const labels = new Map<string, string>()
  for (const kept of readers) {
    const reader = new ProtobufReader(kept.buffer, kept.at, kept.end)
    let name = ''
    let value = ''
    while (reader.next()) {
      if (reader.field === 1) name = reader.string()
      else if (reader.field === 2) value = reader.string()
      else reader.skip()
    }
    labels.set(name, value)
  }
  return labels
}

function labelsOf(refs: readonly number[], symbols: readonly string[]): Labels {
  const labels = new Map<string, string>()
  for (let i = 0; i < refs.length; i += 2) {
    labels.set(symbolAt(symbols, refs[i]), symbolAt(symbols, refs[i + 1]))
  }
  return labels
}

function symbolAt(symbols: readonly string[], ref: number | undefined): string {
  const symbol = ref === undefined ? undefined : symbols[ref]
  if (symbol !== undefined) return symbol
  throw new AppError('invalid_request', `a series refers to symbol ${ref} of ${symbols.length}`)
}

function checkLabels(count: number): void {
  if (count <= LIMITS.attributes) return
  throw new LimitError('attributes', `a series has more than ${LIMITS.attributes} labels`)
}

interface Metadata {
  /** `MetricType`: 1 counter, 2 gauge, 3 histogram, 4 gauge histogram, 5 summary, 6 info, 7 state set. */
  readonly type: number
  readonly unit: string
}

const NO_METADATA: Metadata = { type: 0, unit: '' }

function readMetadata(reader: ProtobufReader, symbols: readonly string[]): Metadata {
  let type = 0
  let unit = ''
  while (reader.next()) {
    if (reader.field === 1) type = reader.uint32()
    else if (reader.field === 4) unit = symbolAt(symbols, reader.uint32())
    else reader.skip()
  }
  return { type, unit }
}

function knownSeries(labels: Labels, peer: string, metadata: Metadata | undefined): Known {
  const name = labels.get('__name__')
  if (name === undefined || name === '') {
    throw new AppError('invalid_request', 'a series has no label "__name__"')
  }
  const attributes: Record<string, string> = {}
  for (const [label, value] of labels) if (label !== '__name__') attributes[label] = value
  const identity: SeriesIdentity = {
    ...originOf(name, labels, peer),
    name,
    unit: unitOf(name, metadata?.unit ?? ''),
    kind: kindOf(name, metadata?.type ?? 0),
    attributes,
  }
  return { identity, scaled: scaledSeries(identity) }
}

const COUNTER = 1
const GAUGE = 2

function kindOf(name: string, type: number): MetricKind {
  if (type === COUNTER) return 'sum'
  if (type === GAUGE) return 'gauge'
  if (name.endsWith('_bucket')) return 'histogram'
  return /_(?:total|count|sum)$/.test(name) ? 'sum' : 'gauge'
}

/** UCUM by the unit words of Prometheus names and of 2.0 metadata ("Metric and label naming"). */
function unitOf(name: string, unit: string): string {
  const named = unit === '' ? name : `_${unit}`
  return UNIT_BY_SUFFIX.find(([suffix]) => suffix.test(named))?.[1] ?? unit
}
