import { FormatDetector } from '../detect.ts'
import type { ParsedLine } from '../formats/format.ts'

/** What formats the lines inside each channel are of: it saves work and does not decide. */
const detector = new FormatDetector()

/** A line read with all that its wrapping said about it. */
export interface Enclosed {
  readonly parsed: ParsedLine
  readonly format: string
}

/**
 * Reads the line inside a protocol's record: what a format finds in it goes before what the protocol
 * says (`outer`, the line its body), except that a time without zone does not replace the protocol's. A line of no known
 * format is as the protocol says, under the format `name`.
 */
export function enclose(channel: string, outer: ParsedLine, name: string): Enclosed {
  const found = detector.detect(channel, outer.body)
  if (found === undefined) return { parsed: outer, format: name }
  const inner = found.parsed
  const keepsOuter = outer.stamp !== undefined && inner.stamp?.kind !== 'instant'
  const stamp = keepsOuter ? outer.stamp : inner.stamp
  const layer = inner.layer ?? found.layer
  const parsed: ParsedLine = {
    ...outer,
    ...inner,
    ...(stamp === undefined ? {} : { stamp }),
    ...(layer === undefined ? {} : { layer }),
    attributes: { ...outer.attributes, ...inner.attributes },
  }
  return { parsed, format: found.format }
}
