/**
 * The one tokeniser: what a *word* is, for the index, the query language and every store.
 *
 * A token is a longest run of letters and digits (Unicode L, M and N), folded to lower case without accents.
 * One joiner exists: a full stop between two digits stays inside the token, so that `10.0.0.1`,
 * `8.0.3` and `0.25` are one token each. Everything else separates: `esx-01.example.com` is the four
 * tokens `esx 01 example com`, `naa.600a` is `naa 600a`, `nmp_Throttle` is `nmp throttle`.
 *
 * A query word with separators in it is the phrase of its tokens: `esx-01` finds the adjacent tokens
 * `esx 01`. A token longer than {@link MAX_TOKEN_LENGTH} is cut into pieces of that length.
 */

/** Longest token in UTF-16 units; a longer run continues as the next token. */
export const MAX_TOKEN_LENGTH = 256

const WORD_CLASS = /[\p{L}\p{M}\p{N}]/u

/** 0 separator, 1 letter, 2 digit, 3 full stop, for ASCII; filled once. */
const ASCII_CLASS = new Uint8Array(128)
for (let c = 0; c < 128; c++) {
  if (c >= 48 && c <= 57) ASCII_CLASS[c] = 2
  else if ((c >= 65 && c <= 90) || (c >= 97 && c <= 122)) ASCII_CLASS[c] = 1
}
ASCII_CLASS[46] = 3

/** True for a UTF-16 unit that can stand inside a token. Surrogates count: astral letters stay whole. */
export function isWordUnit(code: number): boolean {
  if (code < 128) return ASCII_CLASS[code] === 1 || ASCII_CLASS[code] === 2
  if (code >= 0xd800 && code <= 0xdfff) return true
  return WORD_CLASS.test(String.fromCharCode(code))
}

const isDigitUnit = (code: number): boolean => code >= 48 && code <= 57

/** Lower case without accents: the form in which tokens are compared. */
export function fold(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) {
      return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
    }
  }
  return text.toLowerCase()
}

/** Calls `visit(start, end)` for each token of `text`, in order; offsets are UTF-16 units. */
export function forEachToken(text: string, visit: (start: number, end: number) => void): void {
  const length = text.length
  let i = 0
  while (i < length) {
    while (i < length && !isWordUnit(text.charCodeAt(i))) i++
    if (i >= length) return
    const start = i
    i++
    while (i < length && i - start < MAX_TOKEN_LENGTH) {
      const code = text.charCodeAt(i)
      if (isWordUnit(code)) i++
      else if (
        code === 46 &&
        i + 1 < length &&
        isDigitUnit(text.charCodeAt(i - 1)) &&
        isDigitUnit(text.charCodeAt(i + 1))
      )
        i++
      else break
    }
    visit(start, i)
  }
}

/** The folded tokens of a text, in order, repeats kept. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = []
  forEachToken(text, (start, end) => {
    const token = fold(text.slice(start, end))
    // A lone combining mark folds to nothing: it is no word.
    if (token !== '') tokens.push(token)
  })
  return tokens
}
