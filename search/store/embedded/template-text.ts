import { OPEN_SLOTS } from '../../../model/batch.ts'
import type { TokenPattern } from '../../../model/query.ts'
import { slotLetters, staticTokens } from '../../../model/template.ts'
import { hasDigit } from '../../../model/token-hash.ts'

/** A phrase with its token tests compiled. */
export interface Phrase {
  readonly tokens: readonly TokenPattern[]
  readonly tests: readonly ((token: string) => boolean)[]
}

/** A token of the phrase in a slot, at the slot's edge where the phrase goes on beyond it. */
export interface SlotCondition {
  /** Index of the slot in the pattern. */
  readonly slot: number
  /** Index of the token in the phrase. */
  readonly token: number
  /** `start`: the slot's first token; `end`: its last; `whole`: its only one; `inside`: any of them. */
  readonly edge: 'start' | 'end' | 'whole' | 'inside'
}

/**
 * How a phrase can stand in records of a template:
 * - `always`: the static text alone spells it; `never`: nothing can.
 * - `slots`: exactly where all conditions of one of the ways hold.
 * - `open`: in ways that only the record can tell.
 */
export type Verdict =
  | { readonly kind: 'always' | 'never' | 'open' }
  | { readonly kind: 'slots'; readonly ways: readonly (readonly SlotCondition[])[] }

const ALWAYS: Verdict = { kind: 'always' }
const NEVER: Verdict = { kind: 'never' }
const OPEN: Verdict = { kind: 'open' }

/** More ways than this are not worth telling apart. */
const MAX_WAYS = 8

/** Slots that hold one token (model/template.ts); every other kind may hold several. */
const SINGLE_TOKEN_KINDS = 'nhs'

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
    const ways: SlotCondition[][] = []
    let isOpen = false
    const tokens = phrase.tokens.length
    const walk = (element: number, token: number, way: readonly SlotCondition[]): boolean => {
      if (token === tokens) {
        ways.push([...way])
        return way.length === 0
      }
      const here = this.#elements[element]
      if (here === undefined) return false
      if (typeof here === 'string') {
        return phrase.tests[token]!(here) && walk(element + 1, token + 1, way)
      }
      if (!this.#slotMayHold(phrase.tokens[token]!)) return false
      if (this.#mayHoldTwo(here, phrase, token)) isOpen = true
      return walk(element + 1, token + 1, [
        ...way,
        { slot: here, token, edge: edgeOf(token, tokens) },
      ])
    }
    for (let start = 0; start < this.#elements.length; start++) {
      if (walk(start, 0, [])) return ALWAYS
    }
    if (isOpen || ways.length > MAX_WAYS) return OPEN
    return ways.length === 0 ? NEVER : { kind: 'slots', ways }
  }

  #slotMayHold(pattern: TokenPattern): boolean {
    if (this.#open || pattern.wildcard || hasDigit(pattern.text)) return true
    return this.slotWords.has(pattern.text)
  }

  /** Whether this token and the one behind it may both stand in the slot. */
  #mayHoldTwo(slot: number, { tokens }: Phrase, token: number): boolean {
    const next = tokens[token + 1]
    if (next === undefined || SINGLE_TOKEN_KINDS.includes(this.#letters[slot]!)) return false
    return this.#slotMayHold(next)
  }
}

function edgeOf(token: number, tokens: number): SlotCondition['edge'] {
  if (tokens === 1) return 'inside'
  if (token === 0) return 'end'
  return token === tokens - 1 ? 'start' : 'whole'
}
