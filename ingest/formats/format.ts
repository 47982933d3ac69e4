import type { Layer } from '../../model/entity.ts'
import type { AttributeValue } from '../../model/record.ts'
import type { Severity } from '../../model/severity.ts'
import type { Micros } from '../../model/time.ts'

/**
 * The time a line carries, before zone and year are completed (`ingest/stamp.ts`).
 * - `instant`: zone known from the line.
 * - `local`: calendar parts as written; `year` undefined when the line has none; `zoneName` when it
 *   names its zone by an abbreviation (`CEST`), or has an offset but no year (`+01:00`).
 */
export type Stamp =
  | {
      readonly kind: 'instant'
      readonly us: Micros
      readonly ns: number
      /** Smallest step the text can express, microseconds: 1e6 for whole seconds. */
      readonly resolutionUs: number
      /** The characters of the line that are the stamp. */
      readonly text: string
      /** The device itself says its clock is not synchronised. */
      readonly unsynced?: boolean
      /** Largest error of its clock that the device itself claims, microseconds. */
      readonly accuracyUs?: number
    }
  | {
      readonly kind: 'local'
      readonly year?: number
      readonly month: number
      readonly day: number
      readonly hour: number
      readonly minute: number
      readonly second: number
      readonly microsecond: number
      readonly ns: number
      readonly resolutionUs: number
      readonly zoneName?: string
      readonly text: string
      readonly unsynced?: boolean
      readonly accuracyUs?: number
    }

/** What a line says. Everything but `body` may be missing. */
export interface ParsedLine {
  /** The human text: a substring of the line where the format allows it. Never empty unless the line is. */
  readonly body: string
  readonly stamp?: Stamp
  readonly host?: string
  /** Program, daemon or subsystem: `sshd`, `vmkernel`, `hostd`. */
  readonly app?: string
  /** The emitter's severity; a level inside the body wins over a syslog PRI. */
  readonly severity?: Severity
  readonly severityText?: string
  /** The line states no severity: this is what such lines of the format mean, unless an envelope knows. */
  readonly severityAssumed?: true
  /** Stable id of the kind of event: `esx.problem.storage.apd.start`, `cisco:PORT-5-IF_DOWN`. Few values. */
  readonly eventName?: string
  readonly layer?: Layer
  /** `type:key` when the line itself names the entity it is about. */
  readonly entity?: string
  /** Parsed variables under OpenTelemetry or ECS names (`process.pid`, `log.syslog.facility.code`). */
  readonly attributes?: Readonly<Record<string, AttributeValue>>
}

export interface FormatSample {
  readonly line: string
  /** What `parse` answers for `line`; compared field by field, attributes as a subset. */
  readonly parsed: ParsedLine
}

/**
 * One log format: everything the product knows of it in one file. A format may import `model` and
 * `ingest/formats/read-stamp.ts`; it does no I/O, has no state and no clock, and knows no other format
 * except through {@link LogFormat.inner}.
 */
export interface LogFormat {
  /** Kebab-case, stable: it is stored on records. `rfc3164`, `esxi-vmkernel`. */
  readonly name: string
  readonly title: string
  /** Where the format is defined. */
  readonly reference: string
  readonly layer?: Layer
  /** How surely this line is of this format: 0 cannot be, 1 certain. Cheap: asked for each format. */
  sniff(line: string): number
  /** What the line says; undefined when it is not of this format. Never throws, whatever the text. */
  parse(line: string): ParsedLine | undefined
  /** True when the line belongs to the record begun by the line before it (stack traces, dumps). */
  continues?(line: string): boolean
  /**
   * For an envelope format (syslog, journald): the message inside may be of another format, which is
   * then detected and parsed too, the outer's host and PRI completing the inner's fields. `parse` gives
   * an object and attributes of their own, for the inner's fields to be added to.
   */
  readonly envelope?: boolean
  /** The format reads a whole record of several lines; any other is given the first line of one. */
  readonly multiline?: boolean
  readonly samples: readonly FormatSample[]
}
