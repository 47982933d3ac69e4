import { isUtf8 } from 'node:buffer'
import type { StreamDescriptor } from '../model/batch.ts'
import type { AttributeValue } from '../model/record.ts'
import type { RowInput } from './batch-builder.ts'
import type { Item } from './decoders/decoder.ts'
import { FormatDetector } from './detect.ts'
import type { ParsedLine } from './formats/format.ts'
import type { Hints } from './hints.ts'
import type { Envelope } from './port.ts'
import { completeStamp } from './stamp.ts'

/** Name stored as the format of a record that no format understood. */
export const UNPARSED = 'unparsed'

/** What is configured for sources by name or peer address. */
export type SourceSettings = ReadonlyMap<string, Pick<Hints, 'format' | 'zone'>>

type LogItem = Extract<Item, { kind: 'log' }>

/** Sources, with their entities, whose streams are remembered; past it they are found again. */
const MAX_STREAMS = 100_000
const MAX_STREAMS_OF_SOURCE = 32
const NO_SETTINGS: Pick<Hints, 'format' | 'zone'> = {}
const NO_ATTRIBUTES = {}

/** Turns a protocol's log items into rows: format, event time, source and stream. */
export class Normaliser {
  readonly #detector = new FormatDetector()
  readonly #settings: SourceSettings
  readonly #streams = new Map<string, StreamDescriptor[]>()

  constructor(settings: SourceSettings) {
    this.#settings = settings
  }

  /** What an item says as a record. Its source is `row.stream.source`. */
  rowOf(item: LogItem, envelope: Envelope, hints: Hints): RowInput {
    const { parsed, format, layer } = this.#read(item, envelope.peer, hints)
    const source = item.source ?? parsed.host ?? envelope.peer
    const zone = hints.zone ?? this.#settingsOf(source).zone
    const time = completeStamp(parsed.stamp, {
      received: envelope.received,
      ...(zone === undefined ? {} : { zone }),
      ...(hints.year === undefined ? {} : { year: hints.year }),
      ...(hints.reference === undefined ? {} : { reference: hints.reference }),
    })
    return {
      stream: this.#streamOf(source, parsed, format, layer, item.change === true),
      received: envelope.received,
      time: time.us,
      timeNs: time.ns,
      uncertaintyUs: time.uncertaintyUs,
      timeFrom: time.timeFrom,
      stampText: parsed.stamp?.text,
      app: parsed.app ?? null,
      severity: parsed.severity ?? 0,
      severityText: parsed.severityText ?? null,
      eventName: parsed.eventName ?? null,
      attributes: attributesOf(item, parsed, time.original),
      body: parsed.body,
      raw: item.raw,
      text: item.text,
      lossy: item.lossy === true,
    }
  }

  #read(
    item: LogItem,
    peer: string,
    hints: Hints,
  ): { parsed: ParsedLine; format: string; layer: StreamDescriptor['layer'] } {
    if (item.parsed !== undefined) {
      const format = item.format ?? UNPARSED
      return { parsed: item.parsed, format, layer: item.parsed.layer ?? null }
    }
    const pinned = hints.format ?? this.#settingsOf(item.source ?? peer).format
    const found = this.#detector.detect(item.channel, item.text, pinned)
    if (found === undefined) return { parsed: { body: item.text }, format: UNPARSED, layer: null }
    return { parsed: found.parsed, format: found.format, layer: found.layer ?? null }
  }

  #settingsOf(name: string): Pick<Hints, 'format' | 'zone'> {
    return this.#settings.size === 0 ? NO_SETTINGS : (this.#settings.get(name) ?? NO_SETTINGS)
  }

  /** The same object for the same stream, so that a batch finds it by identity. */
  #streamOf(
    source: string,
    parsed: ParsedLine,
    format: string,
    layer: StreamDescriptor['layer'],
    isChange: boolean,
  ): StreamDescriptor {
    const host = parsed.host ?? null
    const entity = parsed.entity ?? null
    const kind = isChange ? 'change' : 'log'
    // A source has a handful of streams, except where lines name their entities.
    const key = entity === null ? source : `${source}\0${entity}`
    let streams = this.#streams.get(key)
    if (streams === undefined) {
      if (this.#streams.size >= MAX_STREAMS) this.#streams.clear()
      this.#streams.set(key, (streams = []))
    }
    for (const stream of streams) {
      if (
        stream.format === format &&
        stream.host === host &&
        stream.layer === layer &&
        stream.kind === kind
      ) {
        return stream
      }
    }
    const stream: StreamDescriptor = { source, host, entity, format, layer, kind }
    if (streams.length >= MAX_STREAMS_OF_SOURCE) streams.length = 0
    streams.push(stream)
    return stream
  }
}

function attributesOf(
  item: LogItem,
  parsed: ParsedLine,
  originalTime: string | undefined,
): Readonly<Record<string, AttributeValue>> {
  const attributes = parsed.attributes ?? NO_ATTRIBUTES
  if (item.attributes === undefined && item.lossy !== true && originalTime === undefined) {
    return attributes
  }
  return {
    ...attributes,
    ...item.attributes,
    ...(item.lossy === true && !isUtf8(item.raw) ? { 'event.encoding': 'windows-1252' } : {}),
    ...(originalTime === undefined ? {} : { 'event.original_time': originalTime }),
  }
}
