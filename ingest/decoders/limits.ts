/**
 * Bounds of what one request may make us hold. Each has its own error, which says the bound; each is
 * counted by the listener. They are far above what real clients send.
 */
export const LIMITS = {
  /** Bytes of a request body as received. */
  bodyBytes: 64 * 1024 * 1024,
  /** Bytes of a body after decompression (OTLP specification: 64 MiB recommended). */
  inflatedBytes: 128 * 1024 * 1024,
  /** Records, points or documents of one request. */
  itemsPerRequest: 1_000_000,
  /** Bytes of one record inside a request: a document, a line, a log message. */
  recordBytes: 4 * 1024 * 1024,
  /** Objects and lists inside each other: JSON documents and OTLP values. */
  depth: 32,
  /** Attributes of one record, labels of one series. */
  attributes: 1_024,
  /** Buckets of one histogram point. */
  buckets: 2_048,
  /** Distinct series remembered by their label bytes. */
  cachedSeries: 200_000,
} as const
