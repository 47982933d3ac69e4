import type { AttributeValue } from '../../model/record.ts'
import type { ParsedLine } from './format.ts'

/** Fields of a {@link ParsedLine} as a parser finds them: what it did not find is undefined. */
type Found<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** A line as said: the fields that were found, none for those that were not. */
export function parsedLine(body: string, found: Found<Omit<ParsedLine, 'body'>>): ParsedLine {
  const line: Record<string, unknown> = { body }
  for (const [field, value] of Object.entries(found)) {
    if (value !== undefined) line[field] = value
  }
  return line as unknown as ParsedLine
}

/** The attributes that were found; undefined when there is not one. */
export function attributes(
  found: Readonly<Record<string, AttributeValue | undefined>>,
): Record<string, AttributeValue> | undefined {
  let present: Record<string, AttributeValue> | undefined
  for (const [name, value] of Object.entries(found)) {
    if (value === undefined) continue
    present ??= {}
    present[name] = value
  }
  return present
}

/** The text as a whole number, or undefined when it is not one JavaScript can hold exactly. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined
  return Number(text)
}
