import { OPEN_SLOTS } from '../../../model/batch.ts'
import type { TokenPattern } from '../../../model/query.ts'
import { slotLetters, staticTokens } from '../../../model/template.ts'
import { hasDigit } from '../../../model/token-hash.ts'

/** A phrase with its token tests compiled. */
export interface Phrase {
  readonly tokens: readonly TokenPattern[]
  readonly tests: readonly ((token: string) => boolean)[]
}

/** The one token of the phrase that stands in a slot, and what else the slot may hold. */
export interface SlotCondition {
  /** Index of the slot in the pattern. */
  readonly slot: number
  /** Index of the token in the phrase. */
  readonly token: number
  /** `whole`: the token is all the slot's tokens; `start`, `end`: its first, its last. */
  readonly edge: 'start' | 'end' | 'whole'
}

/**
 * How a phrase can stand in records of a template:
 * - `always`: the static text alone spells it; `never`: nothing can.
 * - `slot`: in exactly one way, with one token in a slot and the rest in static text.
 * - `open`: in ways that only the record can tell.
 */
export type Verdict =
  | { readonly kind: 'always' | 'never' | 'open' }
  | { readonly kind: 'slot'; readonly condition: SlotCondition }

const ALWAYS: Verdict = { kind: 'always' }
const NEVER: Verdict = { kind: 'never' }
const OPEN: Verdict = { kind: 'open' }

/** Slots that hold one token (model/template.ts); every other kind may hold several. */
const SINGLE_TOKEN_KINDS = 'nhs'
/** Slots that may hold no token at all, so that the words around them stand next to each other. */
const POSSIBLY_EMPTY_KINDS = 'px'

/**
 * A template as the index sees it: its static tokens in order with the slots between them, and the
 * words without digits that were seen in its slots. A token with a digit is always in a slot
 * (model/template.ts), so the static tokens decide most words without looking at a record.
 */
export class TemplateText {
  readonly pattern: string
  /** Stable id, 16 hex digits. */
  readonly id: string
  readonly slotWords = new Set<string>()
  /** A folded static token, or the index of a slot. */
  readonly #elements: readonly (string | number)[]
  readonly #letters: string
  #open = false

  constructor(pattern: string, id: string) {
    this.pattern = pattern
    this.id = id
    this.#elements = staticTokens(pattern).flatMap((tokens, index) =>
      index === 0 ? tokens : [index - 1, ...tokens],
    )
    this.#letters = slotLetters(pattern)
  }

  get slots(): number {
    return this.#letters.length
  }

  /** Notes a word seen in a slot; {@link OPEN_SLOTS} says that any word may come. */
  addSlotWord(word: string): void {
    this.slotWords.add(word)
    if (word === OPEN_SLOTS) this.#open = true
  }

  /** Whether some static token contains the text. */
  hasStaticPart(text: string): boolean {
    return this.#elements.some((element) => typeof element === 'string' && element.includes(text))
  }

  judge(phrase: Phrase): Verdict {
    const ways = new Ways()
    for (let start = 0; start < this.#elements.length; start++) {
      if (this.#walk(phrase, start, 0, undefined, ways)) return ALWAYS
    }
    if (ways.only !== undefined) return { kind: 'slot', condition: ways.only }
    return ways.isOpen ? OPEN : NEVER
  }

  /**
   * Follows the phrase from an element on, with at most one slot on the way; true when static text alone
   * spells it.
   */
  #walk(
    phrase: Phrase,
    element: number,
    token: number,
    way: SlotCondition | undefined,
    ways: Ways,
  ): boolean {
    if (token === phrase.tokens.length) {
      if (way !== undefined) ways.add(way)
      return way === undefined
    }
    const here = this.#elements[element]
    if (here === undefined) return false
    if (typeof here === 'string') {
      return phrase.tests[token]!(here) && this.#walk(phrase, element + 1, token + 1, way, ways)
    }
    if (token > 0 && POSSIBLY_EMPTY_KINDS.includes(this.#letters[here]!)) {
      const beyond = new Ways()
      this.#walk(phrase, element + 1, token, { slot: here, token, edge: 'whole' }, beyond)
      if (beyond.isOpen || beyond.only !== undefined) ways.isOpen = true
    }
    if (!this.#slotMayHold(phrase.tokens[token]!)) return false
    const isSingle = SINGLE_TOKEN_KINDS.includes(this.#letters[here]!)
    const next = phrase.tokens[token + 1]
    const mayGoOn = next !== undefined && !isSingle && this.#slotMayHold(next)
    if (mayGoOn || way !== undefined) ways.isOpen = true
    else {
      const edge = isSingle ? 'whole' : token === 0 ? 'end' : next === undefined ? 'start' : 'whole'
      this.#walk(phrase, element + 1, token + 1, { slot: here, token, edge }, ways)
    }
    return false
  }

  #slotMayHold(pattern: TokenPattern): boolean {
    if (this.#open || pattern.wildcard || hasDigit(pattern.text)) return true
    return this.slotWords.has(pattern.text)
  }
}

/** The ways found so far: none, one that a condition says, or more than that. */
class Ways {
  only: SlotCondition | undefined
  #isOpen = false

  get isOpen(): boolean {
    return this.#isOpen
  }

  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen
    this.only = undefined
  }

  add(way: SlotCondition): void {
    if (this.only !== undefined) this.isOpen = true
    else if (!this.#isOpen) this.only = way
  }
}
