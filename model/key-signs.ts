/**
 * One look at a text for what identifiers are made of, so that the expressions of `model/keys.ts` run only where
 * they can match: each of them costs as much as this look for all of them together.
 */

/** What may stand in a text, one bit each. */
export const SIGN = {
  naa: 1 << 0,
  eui: 1 << 1,
  /** `t10.` */
  t10: 1 << 2,
  /** Hexadecimal digits between hyphens: eight, four, … */
  uuid: 1 << 3,
  /** Eight, eight, … */
  vmfsUuid: 1 << 4,
  /** Eight or sixteen pairs of hexadecimal digits between colons. */
  octets: 1 << 5,
  /** Six pairs between colons. */
  colons: 1 << 6,
  /** Six pairs between hyphens. */
  hyphens: 1 << 7,
  /** Three groups of four hexadecimal digits between full stops. */
  quads: 1 << 8,
  /** Four numbers between full stops. */
  dotted: 1 << 9,
  /** Eight groups of hexadecimal digits between colons, or two colons behind one. */
  groups: 1 << 10,
  /** A number behind a word of vSphere's and a hyphen: `vm-12`, `domain-c8`. */
  numbered: 1 << 11,
  /** `task-` or `haTask-`. */
  task: 1 << 12,
  /** `S-` */
  sid: 1 << 13,
  /** A word that begins with `vmhba`, before a colon. */
  path: 1 << 14,
  /** 17 or 33 hexadecimal digits, the first a 3. */
  wwid: 1 << 15,
  /** `0x` and 16 or 32 more. */
  hex: 1 << 16,
  /** 32 hexadecimal digits, the first a 6. */
  bare: 1 << 17,
  /** A word that ends with `serial`, `serialnumber` or `serial_number`. */
  serial: 1 << 18,
} as const

const OTHER = 0
const DIGIT = 1
const HEX_LETTER = 2
const LETTER = 4

/** Whether and how ASCII stands in a word (`\w`); nothing beyond does. */
const CLASS = new Uint8Array(128)
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code)
  if (/\d/.test(char)) CLASS[code] = DIGIT
  else if (/[a-f]/i.test(char)) CLASS[code] = HEX_LETTER
  else if (/\w/.test(char)) CLASS[code] = LETTER
}

const COLON = ':'.charCodeAt(0)
const HYPHEN = '-'.charCodeAt(0)
const STOP = '.'.charCodeAt(0)

/** The signs that may stand in a text: one whose bit is not set does not. */
export function signsIn(text: string): number {
  const { length } = text
  let signs = 0
  let end = -1
  // How many words of a shape stand in a row, one separator between two.
  let colons = 0
  let hyphens = 0
  let quads = 0
  let numbers = 0
  let groups = 0
  let isAfterEight = false
  for (let i = 0; i < length; i++) {
    let of = classAt(text, i)
    if (of === OTHER) continue
    const start = i
    let classes = 0
    while (of !== OTHER) {
      classes |= of
      i++
      of = i < length ? classAt(text, i) : OTHER
    }
    const size = i - start
    if ((classes & LETTER) !== 0 || size > 8) {
      signs |= signsOfWord(text, start, i, classes)
      colons = hyphens = quads = numbers = groups = 0
      isAfterEight = false
      continue
    }
    const between = end === start - 1 ? text.charCodeAt(end) : 0
    const after = i < length ? text.charCodeAt(i) : 0
    end = i
    colons = size !== 2 ? 0 : between === COLON ? colons + 1 : 1
    hyphens = size !== 2 ? 0 : between === HYPHEN ? hyphens + 1 : 1
    quads = size !== 4 ? 0 : between === STOP ? quads + 1 : 1
    numbers = size > 3 || classes !== DIGIT ? 0 : between === STOP ? numbers + 1 : 1
    groups = size > 4 ? 0 : between === COLON ? groups + 1 : 1
    if (after === COLON) {
      if (text.charCodeAt(i + 1) === COLON) signs |= SIGN.groups
    } else {
      if (colons === 6) signs |= SIGN.colons
      else if (colons === 8 || colons === 16) signs |= SIGN.octets
      if (groups === 8 && colons !== 8) signs |= SIGN.groups
    }
    if (hyphens === 6) signs |= SIGN.hyphens
    if (quads === 3) signs |= SIGN.quads
    if (numbers === 4) signs |= SIGN.dotted
    if (isAfterEight && after === HYPHEN) {
      if (size === 4) signs |= SIGN.uuid
      else if (size === 8) signs |= SIGN.vmfsUuid
    }
    isAfterEight = size === 8 && after === HYPHEN
    if (isNumbered(text, start, i)) signs |= SIGN.numbered
  }
  return signs
}

function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < 128 ? CLASS[code]! : OTHER
}

/** What a word `[start, end)` that is long or has other letters than hexadecimal digits may be the sign of. */
function signsOfWord(text: string, start: number, end: number, classes: number): number {
  const size = end - start
  const before = start === 0 ? 0 : text.charCodeAt(start - 1)
  const after = end < text.length ? text.charCodeAt(end) : 0
  if ((classes & LETTER) === 0) {
    let signs = size <= 10 && isNumbered(text, start, end) ? SIGN.numbered : 0
    if (before === STOP && size >= 16 && size <= 32) signs |= signOfName(text, start - 1)
    if ((size === 17 || size === 33) && text.charAt(start) === '3') signs |= SIGN.wwid
    if (size === 32 && text.charAt(start) === '6') signs |= SIGN.bare
    return signs
  }
  if (size >= 6 && endsWithSerial(text, end, size)) return SIGN.serial
  if (after === HYPHEN) {
    if ((size === 4 || size === 6) && text.startsWith('ask', end - 3)) return SIGN.task
    if (size === 1 && text.charAt(start) === 'S') return SIGN.sid
  }
  if (after === COLON && text.startsWith('vmhba', start)) return SIGN.path
  if (after === STOP && size === 3 && text.startsWith('t10', start)) return SIGN.t10
  if ((size === 18 || size === 34) && /^0x/i.test(text.slice(start, start + 2))) return SIGN.hex
  return size <= 11 && isNumbered(text, start, end) ? SIGN.numbered : 0
}

const SMALL_LETTER = 32
const L = 'l'.charCodeAt(0)
const R = 'r'.charCodeAt(0)
const S = 's'.charCodeAt(0)

/** Looks at two letters before it looks at the rest: nearly no word has them both. */
function endsWithSerial(text: string, end: number, size: number): boolean {
  const last = text.charCodeAt(end - 1) | SMALL_LETTER
  if (last === L) return isSerial(text, end - 6)
  if (last !== R || size < 12) return false
  return isSerial(text, end - 12, 'number') || (size > 12 && isSerial(text, end - 13, '_number'))
}

function isSerial(text: string, from: number, rest = ''): boolean {
  if ((text.charCodeAt(from) | SMALL_LETTER) !== S) return false
  const word = `serial${rest}`
  return text.slice(from, from + word.length).toLowerCase() === word
}

/** Of the name that ends at a full stop. */
function signOfName(text: string, end: number): number {
  const name = text.slice(Math.max(0, end - 3), end).toLowerCase()
  return name === 'naa' ? SIGN.naa : name === 'eui' ? SIGN.eui : 0
}

/** How the words end that vSphere's numbers stand behind: `vm`, `host`, `datastore`, `network`, `group`, … */
const BEFORE_NUMBER = new Set(
  ['vm', 'st', 're', 'rk', 'up', 'vs', 'er', 'in'].map((ending) => codeOfEnding(ending, 2)),
)

/** The two units before `end` as one number. */
function codeOfEnding(text: string, end: number): number {
  return (text.charCodeAt(end - 2) << 16) | text.charCodeAt(end - 1)
}

function isNumbered(text: string, start: number, end: number): boolean {
  return (
    start > 2 &&
    text.charCodeAt(start - 1) === HYPHEN &&
    classAt(text, end - 1) === DIGIT &&
    BEFORE_NUMBER.has(codeOfEnding(text, start - 1))
  )
}
