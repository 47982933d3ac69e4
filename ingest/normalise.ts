import { isUtf8 } from 'node:buffer'
import { UNPARSED, type StreamDescriptor } from '../model/batch.ts'
import type { AttributeValue } from '../model/record.ts'
import type { RowInput } from './batch-builder.ts'
import type { Item } from './decoders/decoder.ts'
import { FormatDetector } from './detect.ts'
import type { ParsedLine } from './formats/format.ts'
import type { Hints } from './hints.ts'
import type { Envelope } from './port.ts'
import { completeStamp, type StampContext } from './stamp.ts'
import { StreamTable } from './stream-table.ts'

/** What is configured for sources by name or peer address. */
export type SourceSettings = ReadonlyMap<string, Pick<Hints, 'format' | 'zone'>>

type LogItem = Extract<Item, { kind: 'log' }>

const NO_SETTINGS: Pick<Hints, 'format' | 'zone'> = {}
const NO_ATTRIBUTES = {}

/** Turns a protocol's log items into rows: format, event time, source and stream. */
export class Normaliser {
  readonly #detector = new FormatDetector()
  readonly #settings: SourceSettings
  readonly #streams = new StreamTable()
  /** The context of the last record; most records of an envelope share one. */
  #context: { readonly of: Envelope; readonly stamp: StampContext } | undefined

  constructor(settings: SourceSettings) {
    this.#settings = settings
  }

  /** What an item says as a record. Its source is `row.stream.source`. */
  rowOf(item: LogItem, envelope: Envelope, hints: Hints): RowInput {
    const { parsed, format, layer } = this.#read(item, envelope.peer, hints)
    const source = item.source ?? parsed.host ?? envelope.peer
    const zone = hints.zone ?? this.#settingsOf(source).zone
    const time = completeStamp(parsed.stamp, this.#stampContext(envelope, hints, zone))
    return {
      stream: this.#streams.find({
        source,
        host: parsed.host ?? null,
        format,
        layer,
        kind: item.change === true ? 'change' : 'log',
      }),
      entity: parsed.entity ?? null,
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

  #stampContext(envelope: Envelope, hints: Hints, zone: string | undefined): StampContext {
    const known = this.#context
    if (known?.of === envelope && known.stamp.zone === zone) return known.stamp
    const stamp = {
      received: envelope.received,
      ...(zone === undefined ? {} : { zone }),
      ...(hints.year === undefined ? {} : { year: hints.year }),
      ...(hints.reference === undefined ? {} : { reference: hints.reference }),
    }
    this.#context = { of: envelope, stamp }
    return stamp
  }

  #settingsOf(name: string): Pick<Hints, 'format' | 'zone'> {
    return this.#settings.size === 0 ? NO_SETTINGS : (this.#settings.get(name) ?? NO_SETTINGS)
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
