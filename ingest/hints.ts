import { AppError, quote } from '../model/errors.ts'
import { parseRfc3339, type Micros } from '../model/time.ts'
import type { Envelope } from './port.ts'
import { formatByName } from './formats/index.ts'
import { isZone } from './zone-offset.ts'

/** What a sender or the configuration knows of lines beside the lines. */
export interface Hints {
  /** Name of the only format to read with. */
  readonly format?: string
  /** IANA zone of stamps without one. */
  readonly zone?: string
  /** Year of stamps without one. */
  readonly year?: number
  /** When the lines can have been written at the latest: the file's time. */
  readonly reference?: Micros
}

const NONE: Hints = {}

/**
 * The hints in an envelope's `meta`: `format`, `zone`, `year`, and `reference` (RFC 3339, or decimal
 * microseconds since the epoch). Throws `invalid_request` for one that cannot be followed.
 */
export function hintsOf(meta: Envelope['meta']): Hints {
  const { format, zone, year, reference } = meta
  if (format === undefined && zone === undefined && year === undefined && reference === undefined) {
    return NONE
  }
  return {
    ...(format === undefined || format === 'auto' ? {} : { format: known(format) }),
    ...(zone === undefined ? {} : { zone: zoneNamed(zone) }),
    ...(year === undefined ? {} : { year: yearOf(year) }),
    ...(reference === undefined ? {} : { reference: timeOf(reference) }),
  }
}

function known(format: string): string {
  if (formatByName(format) !== undefined) return format
  throw new AppError(
    'invalid_request',
    `cannot read with the format ${quote(format)}: there is none of this name; see "plumbline formats"`,
  )
}

function zoneNamed(zone: string): string {
  if (isZone(zone)) return zone
  throw new AppError(
    'invalid_request',
    `cannot use the zone ${quote(zone)}: give an IANA name such as Europe/Berlin`,
  )
}

function yearOf(text: string): number {
  if (/^\d{4}$/.test(text)) return Number(text)
  throw new AppError('invalid_request', `cannot use the year ${quote(text)}: give four digits`)
}

function timeOf(text: string): Micros {
  const time = /^\d{1,16}$/.test(text) ? (Number(text) as Micros) : parseRfc3339(text)?.us
  if (time !== undefined) return time
  throw new AppError(
    'invalid_request',
    `cannot use the reference time ${quote(text)}: give an RFC 3339 time`,
  )
}
