import { KEY_KINDS, type Key, type KeyKind } from '../../../model/record.ts'

/** In the columns of a row: no identifier; one that has no number of its own. */
export const NO_KEY = 0
export const OTHER_KEY = 1
const FIRST_NUMBER = 2

/**
 * The identifiers that rows hold, numbered across all partitions and held in memory, folded. Those beyond
 * so many of a kind share {@link OTHER_KEY}: which they are is told by looking at the row.
 */
export class KeyNames {
  readonly #mostOfKind: number
  /** By kind and folded value. */
  readonly #numbers = new Map<KeyKind, Map<string, number>>()
  readonly #names: (Key | undefined)[] = []
  #hasOthers = false

  constructor(mostOfKind: number) {
    this.#mostOfKind = mostOfKind
  }

  /** One more than the highest number. */
  get size(): number {
    return FIRST_NUMBER + this.#names.length
  }

  /** Whether any row may hold {@link OTHER_KEY}. */
  get hasOthers(): boolean {
    return this.#hasOthers
  }

  /** The number of an identifier, given now if it is new. */
  intern({ kind, value }: Key): number {
    const ofKind = this.#ofKind(kind)
    // Nearly all are written in lower case: those need no folding to be found.
    const folded = ofKind.has(value) ? value : value.toLowerCase()
    const known = ofKind.get(folded)
    if (known !== undefined) return known
    if (ofKind.size >= this.#mostOfKind) return this.other()
    const number = this.size
    this.#put(number, { kind, value: folded })
    return number
  }

  /** The number of those without one. */
  other(): number {
    this.#hasOthers = true
    return OTHER_KEY
  }

  /** What a file keeps of a number: the kind and the folded value, nothing for {@link OTHER_KEY}. */
  describe(number: number): string {
    const key = this.#names[number - FIRST_NUMBER]
    return key === undefined ? '' : `${key.kind} ${key.value}`
  }

  /** Puts back what a file keeps of a number. */
  restore(number: number, text: string): void {
    const end = text.indexOf(' ')
    if (number === OTHER_KEY) this.#hasOthers = true
    else this.#put(number, { kind: text.slice(0, end) as KeyKind, value: text.slice(end + 1) })
  }

  /** The numbers of folded values, of a kind or of any. */
  numbersOf(kind: KeyKind | undefined, values: readonly string[]): number[] {
    const kinds = kind === undefined ? KEY_KINDS : [kind]
    return [...new Set(values)].flatMap((value) =>
      kinds.flatMap((one) => this.#numbers.get(one)?.get(value) ?? []),
    )
  }

  /** The numbers of what passes a test. */
  numbersWhere(test: (key: Key) => boolean): number[] {
    return this.#names.flatMap((key, index) =>
      key !== undefined && test(key) ? [index + FIRST_NUMBER] : [],
    )
  }

  #put(number: number, key: Key): void {
    this.#ofKind(key.kind).set(key.value, number)
    while (this.#names.length <= number - FIRST_NUMBER) this.#names.push(undefined)
    this.#names[number - FIRST_NUMBER] = key
  }

  #ofKind(kind: KeyKind): Map<string, number> {
    let ofKind = this.#numbers.get(kind)
    if (ofKind === undefined) this.#numbers.set(kind, (ofKind = new Map<string, number>()))
    return ofKind
  }
}
