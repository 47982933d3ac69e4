import { firstPipeAt } from '../../search/query/parse.ts'

/** The part of a query before its first `|`: what decides which records it is about. */
export function filterPart(text: string): string {
  const at = firstPipeAt(text)
  return (at === undefined ? text : text.slice(0, at)).trim()
}
