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
  readonly #numbers = new Map<string, number>()
  readonly #names: (Key | undefined)[] = []
  readonly #counts = new Map<KeyKind, number>()
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
    const name = nameOf(kind, value)
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const count = this.#counts.get(kind) ?? 0
    if (count >= this.#mostOfKind) return this.other()
    const number = this.size
    this.#put(number, { kind, value: value.toLowerCase() })
    return number
  }

  /** The number of those without one. */
  other(): number {
    this.#hasOthers = true
    return OTHER_KEY
  }

  /** Puts an identifier back under the number that a file knows it by. */
  restore(number: number, key: Key): void {
    if (number === OTHER_KEY) this.#hasOthers = true
    else this.#put(number, key)
  }

  /** What a number stands for; {@link OTHER_KEY} for nothing. */
  get(number: number): Key {
    return this.#names[number - FIRST_NUMBER] ?? { kind: 'uuid', value: '' }
  }

  /** The numbers of folded values, of a kind or of any. */
  numbersOf(kind: KeyKind | undefined, values: readonly string[]): number[] {
    const kinds = kind === undefined ? KEY_KINDS : [kind]
    return [...new Set(values)].flatMap((value) =>
      kinds.flatMap((one) => this.#numbers.get(nameOf(one, value)) ?? []),
    )
  }

  /** The numbers of what passes a test. */
  numbersWhere(test: (key: Key) => boolean): number[] {
    return this.#names.flatMap((key, index) =>
      key !== undefined && test(key) ? [index + FIRST_NUMBER] : [],
    )
  }

  #put(number: number, key: Key): void {
    const name = nameOf(key.kind, key.value)
    if (!this.#numbers.has(name)) {
      this.#counts.set(key.kind, (this.#counts.get(key.kind) ?? 0) + 1)
    }
    this.#numbers.set(name, number)
    while (this.#names.length <= number - FIRST_NUMBER) this.#names.push(undefined)
    this.#names[number - FIRST_NUMBER] = key
  }
}

/** Identifiers are ASCII, so lower case is their folded form. */
const nameOf = (kind: KeyKind, value: string): string => `${kind} ${value.toLowerCase()}`
