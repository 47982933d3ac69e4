import type { TokenPattern } from '../../../model/query.ts'
import { slotLetters, staticTokens } from '../../../model/template.ts'
import { hasDigit } from '../../../model/token-hash.ts'

/** What a phrase does in every record of a template: stands in it, cannot, or depends on the record. */
export type Verdict = 'always' | 'never' | 'maybe'

/** Tests one folded token against a pattern's token. */
export type TokenTest = (token: string) => boolean

/** A phrase with its token tests compiled. */
export interface Phrase {
  readonly tokens: readonly TokenPattern[]
  readonly tests: readonly TokenTest[]
}

/**
 * A template as the index sees it: its static tokens in order with the slots between them, and the
 * words without digits that were seen in its slots. A token with a digit is always in a slot
 * (model/template.ts), so the static tokens decide most words without looking at a record.
 */
export class TemplateText {
  readonly pattern: string
  /** Stable id, 16 hex digits. */
  readonly id: string
  /** A folded static token, or undefined for a slot. */
  readonly #elements: readonly (string | undefined)[]
  readonly slotWords = new Set<string>()
  #open = false

  constructor(pattern: string, id: string) {
    this.pattern = pattern
    this.id = id
    this.#elements = elementsOf(pattern)
  }

  get slots(): number {
    return slotLetters(this.pattern).length
  }

  /** Notes a word seen in a slot; `*` says that any word may come. True when that was news. */
  addSlotWord(word: string): boolean {
    if (this.#open || this.slotWords.has(word)) return false
    if (word === '*') {
      this.#open = true
      this.slotWords.clear()
    } else this.slotWords.add(word)
    return true
  }

  /** Whether a slot of this template may hold such a token. */
  slotMayHold(pattern: TokenPattern): boolean {
    if (this.#open || pattern.wildcard || hasDigit(pattern.text)) return true
    return this.slotWords.has(pattern.text)
  }

  /** Whether some static token contains the text. */
  hasStaticPart(text: string): boolean {
    return this.#elements.some((element) => element?.includes(text) === true)
  }

  judge(phrase: Phrase): Verdict {
    if (this.#aligns(phrase, false)) return 'always'
    return this.#aligns(phrase, true) ? 'maybe' : 'never'
  }

  /** Whether some run of elements can spell the phrase; slots count only when `withSlots`. */
  #aligns(phrase: Phrase, withSlots: boolean): boolean {
    for (let start = 0; start < this.#elements.length; start++) {
      if (this.#alignsAt(phrase, start, 0, withSlots)) return true
    }
    return false
  }

  #alignsAt(phrase: Phrase, element: number, token: number, withSlots: boolean): boolean {
    if (token === phrase.tokens.length) return true
    if (element === this.#elements.length) return false
    const word = this.#elements[element]
    if (word !== undefined) {
      return phrase.tests[token]!(word) && this.#alignsAt(phrase, element + 1, token + 1, withSlots)
    }
    if (!withSlots) return false
    // A slot holds one or more tokens: let it take one after the other and go on behind it each time.
    for (let taken = token; taken < phrase.tokens.length; taken++) {
      if (!this.slotMayHold(phrase.tokens[taken]!)) return false
      if (this.#alignsAt(phrase, element + 1, taken + 1, withSlots)) return true
    }
    return true
  }
}

function elementsOf(pattern: string): (string | undefined)[] {
  return staticTokens(pattern).flatMap((tokens, index) =>
    index === 0 ? tokens : [undefined, ...tokens],
  )
}
