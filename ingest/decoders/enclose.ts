import type { AttributeValue } from '../../model/record.ts'
import { FormatDetector } from '../detect.ts'
import type { ParsedLine } from '../formats/format.ts'

/** What formats the lines inside each channel are of: it saves work and does not decide. */
const detector = new FormatDetector()

type Draft = { -readonly [K in keyof ParsedLine]: ParsedLine[K] }

/** A line read with all that its wrapping said about it. */
export interface Enclosed {
  readonly parsed: ParsedLine
  readonly format: string
}

/** A format that fails on a line costs neither the line nor the request it came in. */
function detectOrNothing(channel: string, text: string): ReturnType<FormatDetector['detect']> {
  try {
    return detector.detect(channel, text)
  } catch {
    return undefined
  }
}

/**
 * Reads the line inside a protocol's record: what a format finds in it goes before what the protocol
 * says (`outer`, the line its body), except that a time without zone does not replace the protocol's. A
 * line of no known format is as the protocol says, under the format `name`. The answer is made of `outer`,
 * which is the caller's own, as are its attributes.
 */
export function enclose(channel: string, outer: ParsedLine, name: string): Enclosed {
  const found = detectOrNothing(channel, outer.body)
  if (found === undefined) return { parsed: outer, format: name }
  const inner = found.parsed
  const { stamp } = outer
  const attributes = (outer.attributes ?? {}) as Record<string, AttributeValue>
  for (const name in inner.attributes) attributes[name] = inner.attributes[name]!
  const parsed: Draft = Object.assign(outer, inner, { attributes })
  if (stamp !== undefined && inner.stamp?.kind !== 'instant') parsed.stamp = stamp
  const layer = inner.layer ?? found.layer
  if (layer !== undefined) parsed.layer = layer
  return { parsed, format: found.format }
}
