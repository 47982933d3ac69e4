import { AppError } from '../../model/errors.ts'

/**
 * Bounds of what one request may make us hold. Each has its own error, which says the bound, and its own
 * counter (`plumbline_ingest_limited`). They are far above what real clients send.
 */
export const LIMITS = {
  /** Bytes of a request body as received. */
  bodyBytes: 64 * 1024 * 1024,
  /** Bytes of a body after decompression (OTLP specification: 64 MiB recommended). */
  inflatedBytes: 128 * 1024 * 1024,
  /** Records, points, documents or lines of one request, and the lists they stand in. */
  itemsPerRequest: 1_000_000,
  /** Attributes of all records of a request, those they share counted each time; values of a JSON body. */
  valuesPerRequest: 5_000_000,
  /** Bytes of one record inside a request: a document, a line, a log message. */
  recordBytes: 4 * 1024 * 1024,
  /** Objects and lists inside each other: JSON documents and OTLP values. */
  depth: 32,
  /** Attributes of one record, labels of one series. */
  attributes: 1_024,
  /** Buckets of one histogram point. */
  buckets: 2_048,
} as const

export type LimitName = keyof typeof LIMITS

/** Whether going past a limit costs the request, or only the record. */
const REQUEST_LIMITS: ReadonlySet<LimitName> = new Set<LimitName>([
  'bodyBytes',
  'inflatedBytes',
  'itemsPerRequest',
  'valuesPerRequest',
])

/** Something is larger than we take: `too_large` for a request, `invalid_request` for one record of it. */
export class LimitError extends AppError {
  readonly limit: LimitName

  constructor(limit: LimitName, message: string, options: { cause?: unknown } = {}) {
    super(REQUEST_LIMITS.has(limit) ? 'too_large' : 'invalid_request', message, options)
    this.limit = limit
  }
}

/**
 * Counts what a request makes us build: a few bytes can stand for a record that shares a thousand
 * attributes, or for an empty list, so that its length bounds nothing.
 */
export class RequestSize {
  #items = 0
  #values = 0
  readonly #noun: string

  /** `noun` names the items in the message: `records`. */
  constructor(noun: string) {
    this.#noun = noun
  }

  /** One more item, or a list that items stand in. Throws `too_large`. */
  addItem(): void {
    if (++this.#items <= LIMITS.itemsPerRequest) return
    const message = `the request holds more than ${LIMITS.itemsPerRequest} ${this.#noun}`
    throw new LimitError('itemsPerRequest', `${message}; send smaller batches`)
  }

  /** The attributes of one item, see {@link weightOf}. Throws `too_large`. */
  addValues(weight: number): void {
    this.#values += weight
    if (this.#values <= LIMITS.valuesPerRequest) return
    const message = `the request holds more than ${LIMITS.valuesPerRequest} attributes`
    throw new LimitError('valuesPerRequest', `${message}; send smaller batches`)
  }
}

/** So many characters of a value count as another value. */
const VALUE_CHARACTERS = 64

/** What attributes cost each record that shares them, counted in values. */
export function weightOf(attributes: Readonly<Record<string, unknown>>): number {
  let weight = 0
  for (const name in attributes) {
    const value = attributes[name]
    const characters = name.length + (typeof value === 'string' ? value.length : 0)
    weight += 1 + Math.floor(characters / VALUE_CHARACTERS)
  }
  return weight
}
