import { FIELD_SEPARATOR } from '../../model/batch.ts'
import { SLOT_MARK } from '../../model/template.ts'
import { hashText } from '../../model/token-hash.ts'
import { MAX_TOKEN_LENGTH, fold, isWordUnit } from '../../model/tokens.ts'

/** Patterns kept; beyond it new messages have no template of their own. */
const MAX_PATTERNS = 50_000
/** Places where patterns could be widened, remembered at a time. */
const MAX_PLACES = 262_144
/** So many patterns that differ in one word only become one: fewer are states (`up`, `down`). */
const WORDS_TO_WIDEN = 8

const WORD_SLOT = `${SLOT_MARK}s`
const WORDS_SLOT = `${SLOT_MARK}p`

const isWidened = (pattern: string): boolean =>
  pattern.includes(WORD_SLOT) || pattern.includes(WORDS_SLOT)

/** A pattern for a masked text, and how its variables are put together (see the miner). */
export interface Found {
  readonly pattern: string
  readonly joints: readonly string[] | undefined
}

/**
 * A blank-separated piece of a pattern. A wide one holds one token (`word`) or anything (`words`)
 * between its affixes.
 */
interface Chunk {
  readonly text: string
  readonly wide: 'word' | 'words' | undefined
  readonly prefix: string
  readonly suffix: string
}

interface WidePattern {
  readonly pattern: string
  readonly chunks: readonly Chunk[]
}

/**
 * The patterns, found by number of words and first word as in Drain (He et al., ICWS 2017). Where Drain
 * merges by similarity at once, here a word becomes a slot only after several patterns that are
 * equal in all else: `link up` and `link down` stay two templates, user names do not.
 */
export class TemplateTree {
  readonly #exact = new Set<string>()
  readonly #wide = new Map<string, WidePattern[]>()
  #wideCount = 0
  /** For each place (a pattern without one of its chunks): the patterns that differ only there. */
  #places = new Map<number, string[]>()
  #generalised: (readonly [string, string])[] = []

  /** Takes over patterns of earlier runs; those that a wider one has replaced stay replaced. */
  constructor(patterns: readonly string[] = []) {
    for (const pattern of patterns) if (isWidened(pattern)) this.#addWide(pattern)
    for (const pattern of patterns) {
      const chunks = pattern.split(' ')
      if (isWidened(pattern) || this.#findWide(chunks) !== undefined) continue
      this.#exact.add(pattern)
      chunks.forEach((_, at) => this.#note(pattern, chunks, at))
    }
  }

  /** The pattern for a masked text; undefined when there is no room for another one. */
  find(masked: string): Found | undefined {
    if (this.#exact.has(masked)) return { pattern: masked, joints: undefined }
    const chunks = masked.split(' ')
    const wide = this.#findWide(chunks)
    if (wide !== undefined) return { pattern: wide.pattern, joints: jointsOf(chunks, wide) }
    if (this.#exact.size + this.#wideCount >= MAX_PATTERNS) return undefined
    this.#exact.add(masked)
    this.#widenWherePossible(masked, chunks)
    const wider = this.#exact.has(masked) ? undefined : this.#findWide(chunks)
    return wider === undefined
      ? { pattern: masked, joints: undefined }
      : { pattern: wider.pattern, joints: jointsOf(chunks, wider) }
  }

  /** Pairs of a pattern and the wider one that took its place, since the last call. */
  takeGeneralisations(): readonly (readonly [oldPattern: string, newPattern: string])[] {
    const pairs = this.#generalised
    this.#generalised = []
    return pairs
  }

  #findWide(chunks: readonly string[]): WidePattern | undefined {
    return this.#matching(leafKey(chunks), chunks) ?? this.#matching(`${chunks.length} *`, chunks)
  }

  #matching(leaf: string, chunks: readonly string[]): WidePattern | undefined {
    return this.#wide.get(leaf)?.find((wide) => wide.chunks.every((c, i) => holds(c, chunks[i]!)))
  }

  #addWide(pattern: string): void {
    const wide = { pattern, chunks: pattern.split(' ').map(chunkOf) }
    const leaf =
      wide.chunks[0]!.wide !== undefined
        ? `${wide.chunks.length} *`
        : leafKey(wide.chunks.map((c) => c.text))
    const patterns = this.#wide.get(leaf)
    if (patterns === undefined) this.#wide.set(leaf, [wide])
    else patterns.push(wide)
    this.#wideCount++
  }

  /** Notes a new pattern at each of its places; the first place with enough patterns is widened. */
  #widenWherePossible(pattern: string, chunks: readonly string[]): void {
    // A message of one word would become a slot and nothing else.
    for (let at = 0; chunks.length > 1 && at < chunks.length; at++) {
      const members = this.#note(pattern, chunks, at)
      if (members.length < WORDS_TO_WIDEN) continue
      this.#widen(members, chunks, at)
      return
    }
  }

  #note(pattern: string, chunks: readonly string[], at: number): readonly string[] {
    const chunk = chunkOf(chunks[at]!)
    if (chunk.wide !== undefined) return []
    const around = `${chunks.slice(0, at).join(' ')} ${chunk.prefix}${WORD_SLOT}${chunk.suffix} `
    const [h1, h2] = hashText(around + chunks.slice(at + 1).join(' '))
    const place = h1 * 0x20_0000 + (h2 >>> 11)
    if (this.#places.size >= MAX_PLACES) this.#places = new Map()
    const members = this.#places.get(place)
    if (members === undefined) this.#places.set(place, [pattern])
    else if (members.length < WORDS_TO_WIDEN) members.push(pattern)
    return members ?? []
  }

  #widen(members: readonly string[], chunks: readonly string[], at: number): void {
    const { prefix, suffix } = chunkOf(chunks[at]!)
    const cores = [chunks, ...members.map((member) => member.split(' '))].map((all) =>
      coreOf(all[at] ?? '', prefix, suffix),
    )
    const slot = cores.every(isOneToken) ? WORD_SLOT : WORDS_SLOT
    const wider = chunks.with(at, prefix + slot + suffix)
    const pattern = wider.join(' ')
    this.#addWide(pattern)
    // The new pattern may be one more than the members listed. Equal hashes prove nothing: only what
    // the wider pattern holds gives way to it.
    for (const member of [...members, chunks.join(' ')]) {
      if (isWider(pattern, member) && this.#retire(member)) {
        this.#generalised.push([member, pattern])
      }
    }
    this.#widenWherePossible(pattern, wider)
  }

  /** Forgets a pattern; false when it was gone already. */
  #retire(pattern: string): boolean {
    if (this.#exact.delete(pattern)) return true
    const chunks = pattern.split(' ')
    for (const leaf of [leafKey(chunks), `${chunks.length} *`]) {
      const patterns = this.#wide.get(leaf)
      const at = patterns?.findIndex((wide) => wide.pattern === pattern) ?? -1
      if (at < 0) continue
      patterns!.splice(at, 1)
      this.#wideCount--
      return true
    }
    return false
  }
}

/** A masked text as one of a pattern that is known to be its own; undefined where it is none of it. */
export function foundAs(pattern: string, masked: string): Found | undefined {
  if (pattern === masked) return { pattern, joints: undefined }
  const wide = { pattern, chunks: pattern.split(' ').map(chunkOf) }
  const chunks = masked.split(' ')
  const fits =
    wide.chunks.length === chunks.length && wide.chunks.every((c, i) => holds(c, chunks[i]!))
  return fits ? { pattern, joints: jointsOf(chunks, wide) } : undefined
}

/** True when `wider` is `pattern` with one more of its chunks made wide. */
function isWider(wider: string, pattern: string): boolean {
  const chunks = pattern.split(' ')
  const wide = wider.split(' ').map(chunkOf)
  return (
    wider !== pattern &&
    wide.length === chunks.length &&
    wide.every((chunk, i) => chunk.text === chunks[i] || holds(chunk, chunks[i]!))
  )
}

const leafKey = (chunks: readonly string[]): string => `${chunks.length} ${chunks[0]}`

function holds(chunk: Chunk, text: string): boolean {
  if (chunk.wide === undefined) return chunk.text === text
  const { prefix, suffix } = chunk
  if (text.length < prefix.length + suffix.length) return false
  if (!text.startsWith(prefix) || !text.endsWith(suffix)) return false
  return chunk.wide === 'words' || isOneToken(coreOf(text, prefix, suffix))
}

const coreOf = (text: string, prefix: string, suffix: string): string =>
  text.slice(prefix.length, text.length - suffix.length)

/** True for masked text that is one token whatever its slots hold: a word, a number, a word slot. */
function isOneToken(core: string): boolean {
  if (core.length === 2 && core.startsWith(SLOT_MARK)) return 'nhs'.includes(core.charAt(1))
  if (core.length > MAX_TOKEN_LENGTH || fold(core) === '') return false
  for (let i = 0; i < core.length; i++) if (!isWordUnit(core.charCodeAt(i))) return false
  return true
}

const isAffixUnit = (code: number): boolean => code !== 0 && !isWordUnit(code)

/** Splits off the punctuation around a chunk: slots begin and end where tokens do. */
function chunkOf(text: string): Chunk {
  let from = 0
  let to = text.length
  while (from < to && isAffixUnit(text.charCodeAt(from))) from++
  while (to > from && isAffixUnit(text.charCodeAt(to - 1))) to--
  const core = text.slice(from, to)
  const wide = core === WORD_SLOT ? 'word' : core === WORDS_SLOT ? 'words' : undefined
  return { text, wide, prefix: text.slice(0, from), suffix: text.slice(to) }
}

/** The pieces between the slots of a masked text that make the variables of a wide pattern. */
function jointsOf(chunks: readonly string[], wide: WidePattern): string[] {
  const joints: string[] = []
  let joint = ''
  let variables = 0
  wide.chunks.forEach((chunk, i) => {
    const text = chunks[i]!
    const isWide = chunk.wide !== undefined
    const core = isWide ? coreOf(text, chunk.prefix, chunk.suffix) : text
    if (isWide && variables++ > 0) joint += FIELD_SEPARATOR
    for (let from = 0; from < core.length;) {
      const mark = core.indexOf(SLOT_MARK, from)
      if (isWide) joint += core.slice(from, mark < 0 ? core.length : mark)
      if (mark < 0) break
      if (!isWide && variables++ > 0) joint += FIELD_SEPARATOR
      joints.push(joint)
      joint = ''
      from = mark + 2
    }
  })
  joints.push(joint)
  return joints
}
