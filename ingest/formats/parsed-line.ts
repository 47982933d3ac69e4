import type { AttributeValue } from '../../model/record.ts'
import type { ParsedLine } from './format.ts'

/** Fields of a {@link ParsedLine} as a parser finds them: what it did not find is undefined. */
type Found<T> = { readonly [K in keyof T]?: T[K] | undefined }

export type Attributes = Record<string, AttributeValue>

/** A line as said: the fields that were found, none for those that were not. */
export function parsedLine(body: string, found: Found<Omit<ParsedLine, 'body'>>): ParsedLine {
  const line: Record<string, unknown> = { body }
  // Every line of every source passes here; `Object.entries` and spreads cost several times as much.
  for (const field in found) {
    const value = found[field as keyof typeof found]
    if (value !== undefined) line[field] = value
  }
  return line as unknown as ParsedLine
}

/** The attributes that were found. */
export function attributes(
  found: Readonly<Record<string, AttributeValue | undefined>>,
): Attributes {
  const kept: Attributes = {}
  for (const name in found) put(kept, name, found[name])
  return kept
}

/** Adds an attribute that was found. */
export function put(into: Attributes, name: string, value: AttributeValue | undefined): void {
  if (value !== undefined) into[name] = value
}

/** The text as a whole number, or undefined when it is not one JavaScript can hold exactly. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.length > 15 || !/^\d+$/.test(text)) return undefined
  return Number(text)
}
