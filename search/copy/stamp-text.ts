/** How lines write a time: RFC 3339 and its kin, RFC 3164, seconds since the epoch with or without parts. */
const STAMP =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?|\b\d{10}(?:\d{3}|\d{6}|\d{9}|\.\d{1,9})?\b/

/** A stamp is looked for in so many characters of a frame. */
const LOOKED_AT = 400

/**
 * The characters of a frame that are likely to say its time, so that a store need not keep them; undefined for none. Only a guess:
 * whoever cuts the frame proves it.
 */
export function stampIn(text: string, body: string): string | undefined {
  const frame = text.endsWith(body) ? text.slice(0, text.length - body.length) : text
  return STAMP.exec(frame.slice(0, LOOKED_AT))?.[0]
}
