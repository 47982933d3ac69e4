import {
  BODY_REFERENCE,
  FIELD_SEPARATOR,
  OPEN_SLOTS,
  type TemplateDescriptor,
} from '../../model/batch.ts'
import { TEXT_PATTERN, slotLetters, staticSegments, templateId } from '../../model/template.ts'
import { standsAt } from '../../model/stands-at.ts'
import type { TextPacker } from '../../model/text-column.ts'
import { tokensOf } from '../../model/tokens.ts'
import { Mask } from './mask.ts'
import { foundAs, TemplateTree, type Found } from './template-tree.ts'

const SEPARATOR = FIELD_SEPARATOR.charCodeAt(0)
const REFERENCE = BODY_REFERENCE.charCodeAt(0)
const FIRST_SLOT = '0'.charCodeAt(0)
/** Slots that a reference can name with a character of ASCII. */
const MAX_REFERENCED = 64

/** Distinct words listed per template before its slots count as open. */
export const MAX_SLOT_WORDS = 1000

/** Masked messages remembered; past it all are forgotten and found again through the tree. */
const MAX_KNOWN = 65_536
/** The same of one template. */
const MAX_KNOWN_AS = 4_096

/** A template in use. */
export class Template implements TemplateDescriptor {
  readonly id: string
  readonly pattern: string
  /** Counts the templates of a miner, from 0. */
  readonly number: number
  /** Words of its slots already reported (today). Open once {@link MAX_SLOT_WORDS} are there. */
  readonly words = new Set<string>()
  /** A wider template has taken its place. */
  retired = false
  /** Where it stands in the batch numbered `batch`; for the batch builder. */
  batch = -1
  index = 0

  constructor(pattern: string, number: number) {
    this.id = templateId(pattern)
    this.pattern = pattern
    this.number = number
  }

  get open(): boolean {
    return this.words.size >= MAX_SLOT_WORDS
  }
}

/** What is known of all messages with one masked text. */
interface Known {
  /** The static text between the slots of the masked text. */
  readonly segments: readonly string[]
  readonly letters: string
  readonly template: Template
  /**
   * The variables are `joints[0] + slot 0 + joints[1] + slot 1 + …`: separators, and the static words
   * that lie in a slot of the template. Undefined when the template's slots are those of the mask.
   */
  readonly joints: readonly string[] | undefined
  /** Those static words, as tokens. */
  readonly covered: readonly string[]
  /** The day (of the miner) on which `covered` was last reported. */
  day: number
}

/**
 * Finds the template and the variables of a message. Most messages end at a table of masked texts;
 * a new one goes through the tree, which may widen templates. A pure function of the messages since
 * the seed, in their order: a replay mines the same templates.
 */
export class TemplateMiner {
  /** The scan of the last message: its token hashes are the row's index hints. */
  readonly mask = new Mask()
  /** The outcome for the last message. */
  template: Template
  /** Words seen for the first time (today) in slots of {@link template}; emptied by the next `mine`. */
  readonly newWords: string[] = []

  readonly #tree: TemplateTree
  readonly #templates = new Map<string, Template>()
  #count = 0
  readonly #text: Template
  /** What the last message was found to be; undefined when it is taken whole. */
  #found: Known | undefined
  #known = new Map<number, Known>()
  /** As `#known`, of each template that messages came with. */
  readonly #knownAs = new Map<Template, Map<number, Known>>()
  #generalised: (readonly [string, string])[] = []
  #day = 0

  /** `patterns` are those of earlier runs, so that none is minted anew. */
  constructor(patterns: readonly string[] = []) {
    this.#text = this.#templateOf(TEXT_PATTERN)
    this.template = this.#text
    this.#tree = new TemplateTree(patterns.filter((pattern) => pattern !== TEXT_PATTERN))
  }

  /** Starts a new day: words are reported again, so that each day's data is complete by itself. */
  startDay(): void {
    this.#day++
    for (const template of this.#templates.values()) template.words.clear()
  }

  /** Pairs of a pattern and the wider one that took its place, since the last call. */
  takeGeneralisations(): readonly (readonly [oldPattern: string, newPattern: string])[] {
    const pairs = this.#generalised
    this.#generalised = []
    return pairs
  }

  mine(body: string): void {
    if (this.newWords.length > 0) this.newWords.length = 0
    if (this.mask.scan(body)) this.#mineMasked(body)
    else this.#takeWhole(body)
  }

  /**
   * As {@link TemplateMiner.mine} of a message whose template has been found before, by this miner or another: nothing is
   * learnt. False where the message is none of the pattern; what stands in the fields then says nothing.
   */
  mineAs(body: string, pattern: string): boolean {
    if (this.newWords.length > 0) this.newWords.length = 0
    if (pattern === TEXT_PATTERN) {
      this.#takeWhole(body)
      return true
    }
    const { mask } = this
    if (!mask.scan(body)) return false
    const template = this.#templateOf(pattern)
    let byHash = this.#knownAs.get(template)
    if (byHash === undefined) this.#knownAs.set(template, (byHash = new Map<number, Known>()))
    let known = byHash.get(mask.hash)
    if (known === undefined || !this.#fits(known, body)) {
      const masked = mask.masked()
      const found = foundAs(pattern, masked)
      if (found === undefined) return false
      if (byHash.size >= MAX_KNOWN_AS) byHash.clear()
      known = this.#knownOf(masked, found)
      byHash.set(mask.hash, known)
    }
    this.#note(known)
    return true
  }

  /** Adds the values of the template's slots in the last message, joined by {@link FIELD_SEPARATOR}. */
  writeVariables(out: TextPacker): void {
    const { text, units, slots, starts, ends } = this.mask
    const joints = this.#found?.joints
    if (this.#found === undefined) out.add(text)
    else if (joints !== undefined) {
      out.add(joints[0]!)
      for (let i = 0; i < slots; i++) {
        out.addUnits(text, units, starts[i]!, ends[i]!)
        out.add(joints[i + 1]!)
      }
    } else {
      for (let i = 0; i < slots; i++) {
        if (i > 0) out.addCode(SEPARATOR)
        out.addUnits(text, units, starts[i]!, ends[i]!)
      }
    }
  }

  /**
   * Adds a reference to the part of the last message that is this value (`ShapeDescriptor.values`); false
   * when it begins or ends within a slot, or outside.
   */
  writeReference(value: string, out: TextPacker): boolean {
    // Where slots have been joined, their numbers are not those of the variables.
    if (this.#found === undefined || this.#found.joints !== undefined) return false
    const { text, units, starts, ends } = this.mask
    const slots = Math.min(this.mask.slots, MAX_REFERENCED)
    const unit = value.charCodeAt(0)
    for (let first = 0; first < slots; first++) {
      const start = starts[first]!
      if (units[start] !== unit) continue
      const end = start + value.length
      let last = first
      while (last < slots && ends[last]! < end) last++
      if (last === slots || ends[last] !== end || !standsAt(value, text, start)) continue
      out.addCode(REFERENCE)
      out.addCode(FIRST_SLOT + first)
      if (last > first) out.addCode(FIRST_SLOT + last)
      return true
    }
    return false
  }

  #takeWhole(body: string): void {
    this.mask.scanAsOne(body)
    this.#found = undefined
    this.template = this.#text
    this.#noteWords()
  }

  #mineMasked(body: string): void {
    let known = this.#known.get(this.mask.hash)
    if (known === undefined || !this.#fits(known, body)) {
      known = this.#learn()
      if (known === undefined) {
        this.#takeWhole(body)
        return
      }
    }
    this.#note(known)
  }

  #note(known: Known): void {
    this.#found = known
    this.template = known.template
    if (known.day !== this.#day) this.#noteCovered(known)
    if (this.mask.wordCount > 0) this.#noteWords()
  }

  /** True when the static text of the message is exactly that of `known`: equal hashes prove nothing. */
  #fits(known: Known, body: string): boolean {
    const { mask } = this
    const { segments, letters } = known
    if (known.template.retired) return false
    if (mask.slots !== letters.length) return false
    let from = 0
    for (let i = 0; i < mask.slots; i++) {
      const segment = segments[i]!
      const start = mask.starts[i]!
      if (start - from !== segment.length || mask.letters[i] !== letters.charCodeAt(i)) return false
      if (!standsAt(segment, body, from)) return false
      from = mask.ends[i]!
    }
    const last = segments[mask.slots]!
    return body.length - from === last.length && standsAt(last, body, from)
  }

  #learn(): Known | undefined {
    const masked = this.mask.masked()
    const found = this.#tree.find(masked)
    this.#retire(this.#tree.takeGeneralisations())
    if (found === undefined) return undefined
    if (this.#known.size >= MAX_KNOWN) this.#known = new Map()
    const known = this.#knownOf(masked, found)
    this.#known.set(this.mask.hash, known)
    return known
  }

  #knownOf(masked: string, { pattern, joints }: Found): Known {
    return {
      segments: staticSegments(masked),
      letters: slotLetters(masked),
      template: this.#templateOf(pattern),
      joints,
      covered: joints === undefined ? [] : joints.flatMap(tokensOf),
      day: -1,
    }
  }

  #retire(pairs: readonly (readonly [oldPattern: string, newPattern: string])[]): void {
    for (const [oldPattern] of pairs) {
      const template = this.#templates.get(oldPattern)
      if (template === undefined) continue
      template.retired = true
      this.#templates.delete(oldPattern)
    }
    this.#generalised.push(...pairs)
  }

  #templateOf(pattern: string): Template {
    let template = this.#templates.get(pattern)
    if (template === undefined) {
      template = new Template(pattern, this.#count++)
      this.#templates.set(pattern, template)
    }
    return template
  }

  #noteCovered(known: Known): void {
    let listed = true
    for (const word of known.covered) listed = this.#noteWord(word) && listed
    // What an open template does not list must be in every row's hashes: not done for the day then.
    if (listed) known.day = this.#day
  }

  #noteWords(): void {
    for (let i = 0; i < this.mask.wordCount; i++) {
      const word = this.mask.word(i)
      if (word !== '') this.#noteWord(word)
    }
  }

  /** Lists the word, or hashes it into the row and answers false when the template is open. */
  #noteWord(word: string): boolean {
    const { words } = this.template
    if (words.has(word)) return true
    if (this.template.open) {
      this.mask.addHash(word)
      return false
    }
    words.add(word)
    this.newWords.push(word)
    if (this.template.open) this.newWords.push(OPEN_SLOTS)
    return true
  }
}
