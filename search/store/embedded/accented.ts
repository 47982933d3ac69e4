import { isAscii } from 'node:buffer'
import type { TextColumn } from '../../../model/text-column.ts'
import { MAX_TOKEN_LENGTH } from '../../../model/tokens.ts'

const NON_ASCII = /[^\0-\x7f]/
const LONG_TOKEN = new RegExp(`[0-9A-Za-z.]{${MAX_TOKEN_LENGTH}}`)

/** True for text on which SQL's lower() and word edges do not mean what tokens.ts means. */
export function isAccented(text: string): boolean {
  return NON_ASCII.test(text) || (text.length >= MAX_TOKEN_LENGTH && LONG_TOKEN.test(text))
}

/** False when no text of the column is accented; cheaper than asking each. */
export function mayHoldAccented({ bytes, ends }: TextColumn): boolean {
  if (!isAscii(bytes)) return true
  return ends.some((end, i) => end - (i === 0 ? 0 : ends[i - 1]!) >= MAX_TOKEN_LENGTH)
}
