import {
  BODY_REFERENCE,
  type ShapeDescriptor,
  type TemplateDescriptor,
} from '../../../model/batch.ts'
import { attributesOf, typedValue, type RowText } from '../../../model/batch-record.ts'
import { splitValues } from '../../../model/frame-shape.ts'
import {
  isAmong,
  isWholeKey,
  keysOf,
  keysOfAttribute,
  mayHoldKeys,
  WHOLE_KINDS,
} from '../../../model/keys.ts'
import { KEY_KINDS, type Key, type KeyKind } from '../../../model/record.ts'
import { fillSegments, staticSegments } from '../../../model/template.ts'
import { hasDigit, hashToken } from '../../../model/token-hash.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'

/** Kinds that name one piece of work, or a path within one host: nearly every line with one has one of its own. */
const UNNUMBERED_KINDS: ReadonlySet<KeyKind> = new Set<KeyKind>([
  ...WHOLE_KINDS,
  'task',
  'scsi_path',
])

/** Kinds that come again from line to line: their identifiers have numbers, which rows hold as columns. */
export const NUMBERED_KINDS: ReadonlySet<KeyKind> = new Set(
  KEY_KINDS.filter((kind) => !UNNUMBERED_KINDS.has(kind)),
)

/** The identifiers of a row, as the index keeps them. */
export interface RowKeys {
  /** Those of {@link NUMBERED_KINDS}. */
  readonly numbered: readonly Key[]
  /** Hashes for the token index: of those that stand in attributes, which it does not see. */
  readonly hashes: readonly number[]
}

const NONE: RowKeys = { numbered: [], hashes: [] }

export function keysOfRow(row: RowText): RowKeys {
  const inBody = keysInBody(row)
  const inAttributes = keysInAttributes(row)
  if (inBody.length === 0 && inAttributes.length === 0) return NONE
  const own = inAttributes.filter((key) => !isAmong(key, inBody))
  return {
    numbered: [...inBody, ...own].filter(({ kind }) => NUMBERED_KINDS.has(kind)),
    hashes: own.flatMap(({ kind, value }) => hashOfAttributeKey(kind, value) ?? []),
  }
}

// Templates and shapes are few and long-lived: what is derived from them is worked out once.
const edgesOfTemplates = new WeakMap<TemplateDescriptor, readonly string[]>()

function keysInBody({ template, variables }: RowText): readonly Key[] {
  if (variables === '') return []
  let edges = edgesOfTemplates.get(template)
  if (edges === undefined) {
    edges = staticSegments(template.pattern).map(edgesOf)
    edgesOfTemplates.set(template, edges)
  }
  return keysOf(fillSegments(edges, variables))
}

/** So many characters before an identifier say whether it is one (`version 8.0.3.1`), with some to spare. */
const LOOKS_BACK = 24

/**
 * Static text without its inner words. No identifier has a blank in it, and each has a digit, which stands in a slot:
 * so of static text only the words at its ends can be a part of one.
 */
export function edgesOf(text: string): string {
  const first = /\s/.exec(text)?.index ?? text.length
  const last = text.slice(0, Math.max(0, text.length - LOOKS_BACK)).search(/\s\S*$/)
  return last <= first ? text : text.slice(0, first) + text.slice(last)
}

/** Where a shape holds identifiers. */
interface Holders {
  readonly constant: readonly Key[]
  readonly varying: readonly { readonly name: string; readonly index: number }[]
}

const holdersOfShapes = new WeakMap<ShapeDescriptor, Holders>()

function holdersOf(shape: ShapeDescriptor): Holders {
  let holders = holdersOfShapes.get(shape)
  if (holders === undefined) {
    holders = {
      constant: Object.entries(shape.constants).flatMap(([name, value]) =>
        keysOfAttribute(name, value),
      ),
      varying: shape.attributes.flatMap((name, index) =>
        mayHoldKeys(name) ? [{ name, index }] : [],
      ),
    }
    holdersOfShapes.set(shape, holders)
  }
  return holders
}

/** Identifiers in what is constant of a shape. */
export const constantKeys = (shape: ShapeDescriptor): readonly Key[] => holdersOf(shape).constant

function keysInAttributes(row: RowText): readonly Key[] {
  const { shape } = row
  const { constant, varying } = holdersOf(shape)
  if (varying.length === 0) return constant
  const keys = [...constant]
  const texts = splitValues(row.values, shape.values)
  const isJoined = shape.values === 'joined'
  for (const { name, index } of varying) {
    const isInBody = isJoined && texts[index]!.startsWith(BODY_REFERENCE)
    // Its tokens are the body's then.
    if (isInBody && isWholeKey(name)) continue
    const value = isInBody
      ? attributesOf(row)[name]!
      : typedValue(shape.types.charAt(index), texts[index]!)
    for (const key of keysOfAttribute(name, value)) {
      if (!isAmong(key, keys)) keys.push(key)
    }
  }
  return keys
}

/** A shorter token of an operation stands in many others. */
const TELLING_LENGTH = 4

/**
 * What the token index keeps of an identifier in an attribute, beside the tokens of the body: of an operation or
 * chain {@link hashOfOperation}, of any other {@link hashOfValue}.
 */
export function hashOfAttributeKey(kind: KeyKind, value: string): number | undefined {
  return WHOLE_KINDS.has(kind) ? hashOfOperation(value) : hashOfValue(value)
}

export const hashOfValue = (value: string): number => hashToken(fold(value))

/**
 * Of its first telling token, which its parts begin with too (`4f1a2b3c` of `4f1a2b3c-17-auto`); undefined where it has
 * none.
 */
function hashOfOperation(value: string): number | undefined {
  const token = tokensOf(value).find((one) => one.length >= TELLING_LENGTH && hasDigit(one))
  return token === undefined ? undefined : hashToken(token)
}
