import { deviceOfSerial, isDeviceName } from './device-names.ts'
import { SIGN, signsIn } from './key-signs.ts'
import type { AttributeValue, Key, KeyKind } from './record.ts'

/**
 * A way to find identifiers of one kind. `value` answers the canonical form of a match, or undefined
 * when it only looks like one. Expressions are linear: no nested or adjacent unbounded repeats.
 */
export interface KeyPattern {
  readonly kind: KeyKind
  /** Bit of `model/key-signs.ts` that every text with a match has. */
  readonly sign: number
  readonly pattern: RegExp
  readonly value: (match: RegExpMatchArray) => string | undefined
}

const ANY_DIGIT = /\d/

const lower = (match: RegExpMatchArray): string => match[0].toLowerCase()

const withColons = (digits: string): string => digits.toLowerCase().match(/../g)!.join(':')

/** Not the address of nobody, nor of a group: the lowest bit of the first octet (IEEE 802-2014, 8.2.2). */
function mac(match: RegExpMatchArray): string | undefined {
  const digits = match[0].replace(/[.:-]/g, '')
  const isGroup = (parseInt(digits.slice(0, 2), 16) & 1) === 1
  return isGroup || /^0+$/.test(digits) ? undefined : withColons(digits)
}

/** One interface's: not the unspecified, loopback, multicast and broadcast addresses (RFC 6890, RFC 5771). */
function isOfOne(ip: string): boolean {
  const octets = ip.split('.').map(Number)
  const first = octets[0]!
  return octets.every((octet) => octet <= 255) && first !== 0 && first !== 127 && first < 224
}

/** Not the nil UUID (RFC 9562, 5.9). */
function uuid(match: RegExpMatchArray): string | undefined {
  return /^[0-]+$/.test(match[0]) ? undefined : lower(match)
}

/** Words before a dotted number that make it a version and not an address. */
const VERSION_BEFORE =
  /(?:\b(?:version|ver|release|build|firmware|driver|fw|rev|revision|v)[ :=]*|v)$/i

function ipv4(match: RegExpMatchArray): string | undefined {
  const before = match.input!.slice(Math.max(0, match.index! - 16), match.index)
  return isOfOne(match[0]) && !VERSION_BEFORE.test(before) ? match[0] : undefined
}

/** Eight pairs of hex digits: a WWN, although an address could be written so. */
const PAIRS = /^[0-9a-f]{2}(?::[0-9a-f]{2}){7}$/i

/**
 * RFC 5952: lower case, no leading zeros, the first longest run of zero groups as `::`. Without any
 * digit it is rather a name of a program (`abc::def`).
 */
function ipv6(match: RegExpMatchArray): string | undefined {
  if (PAIRS.test(match[0]) || !ANY_DIGIT.test(match[0])) return undefined
  const halves = match[0].toLowerCase().split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail]
  const canonical = withShortZeros(groups.map((group) => parseInt(group, 16).toString(16)))
  return canonical === '::1' || canonical === '::' || /^ff..:/.test(canonical)
    ? undefined
    : canonical
}

function withShortZeros(groups: readonly string[]): string {
  let start = 0
  let length = 0
  for (let i = 0, from = 0; i < groups.length; i++) {
    if (groups[i] !== '0') from = i + 1
    else if (i + 1 - from > length) {
      start = from
      length = i + 1 - from
    }
  }
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

/** SCSI names as ESXi writes them, FC names, and what vSphere calls its objects; formats.md part 3. */
export const KEY_PATTERNS: readonly KeyPattern[] = [
  {
    kind: 'naa',
    sign: SIGN.naa,
    pattern: /\bnaa\.[0-9a-f]{16,32}\b/gi,
    value: lower,
  },
  {
    // How Linux multipath writes it: the type of the designator, 3, and the digits (SPC-4, 7.8.6.6).
    kind: 'naa',
    sign: SIGN.wwid,
    pattern: /(?<![\w.])3(?:6[0-9a-f]{31}|[25][0-9a-f]{15})(?!\w)/gi,
    value: (m) => `naa.${m[0].slice(1).toLowerCase()}`,
  },
  {
    kind: 'naa',
    sign: SIGN.hex,
    pattern: /\b0x6[0-9a-f]{31}\b/gi,
    value: (m) => `naa.${m[0].slice(2).toLowerCase()}`,
  },
  {
    // As arrays write the name of a volume themselves.
    kind: 'naa',
    sign: SIGN.bare,
    pattern: /(?<![\w.-])6[0-9a-f]{31}(?![\w-])/gi,
    value: (m) => (isDeviceName(m[0]) ? `naa.${m[0].toLowerCase()}` : undefined),
  },
  {
    kind: 'naa',
    sign: SIGN.octets,
    pattern: /(?<![\w:.])6[0-9a-f](?::[0-9a-f]{2}){15}(?![\w:]|\.\d)/gi,
    value: (m) => `naa.${m[0].replaceAll(':', '').toLowerCase()}`,
  },
  {
    // `serial number`, `serial#:`, `"serial":`; that of a certificate is nobody's volume.
    kind: 'naa',
    sign: SIGN.serial,
    pattern:
      /(?<![a-z0-9]|cert(?:ificate)?[ _-])serial(?:[ _-]?number)?#?["']?(?: ?[:=] ?| )["']?([0-9a-f]{24})(?![\w-])/gi,
    value: (m) => deviceOfSerial(m[1]!),
  },
  {
    // What stands behind the bare word may be a name or a port.
    kind: 'naa',
    sign: SIGN.serial,
    pattern:
      /(?<![a-z0-9]|cert(?:ificate)?[ _-])serial(?:[ _-]?number["']?(?: ?[:=] ?| )|#?["']? ?[:=] ?)["']?([\da-z][^\s"']{11})(?=["'\s]|[,;.)\]]{1,2}(?!\S)|$)/gi,
    value: (m) => deviceOfSerial(m[1]!),
  },
  {
    kind: 'eui',
    sign: SIGN.eui,
    pattern: /\beui\.[0-9a-f]{16,32}\b/gi,
    value: lower,
  },
  {
    kind: 't10',
    sign: SIGN.t10,
    pattern: /\bt10\.[\w+-]{3,128}(?:\.[\w+-]{1,64})?/g,
    value: (m) => m[0],
  },
  {
    kind: 'uuid',
    sign: SIGN.uuid,
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    value: uuid,
  },
  {
    kind: 'vmfs_uuid',
    sign: SIGN.vmfsUuid,
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    value: lower,
  },
  {
    kind: 'wwn',
    sign: SIGN.octets,
    pattern: /(?<![\w:.])[0-9a-f]{2}(?::[0-9a-f]{2}){7}(?:(?::[0-9a-f]{2}){8})?(?![\w:]|\.\d)/gi,
    // Sixteen that begin with a 6 are the name of a volume.
    value: (m) => (m[0].length > 23 && m[0].startsWith('6') ? undefined : lower(m)),
  },
  {
    // NAA 1, 2 and 5 (FC-FS-3, 14): what a pointer or another number begins with is seldom that.
    kind: 'wwn',
    sign: SIGN.hex,
    pattern: /\b0x(?:1000|[25][0-9a-f]{3})[0-9a-f]{12}\b/gi,
    value: (m) => withColons(m[0].slice(2)),
  },
  {
    kind: 'mac',
    sign: SIGN.colons,
    pattern: /(?<![\w:.-])[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?![\w:-]|\.\d)/gi,
    value: mac,
  },
  {
    kind: 'mac',
    sign: SIGN.hyphens,
    pattern: /(?<![\w:.-])[0-9a-f]{2}(?:-[0-9a-f]{2}){5}(?![\w:-]|\.\d)/gi,
    value: mac,
  },
  {
    kind: 'mac',
    sign: SIGN.quads,
    pattern: /(?<![\w.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.])/gi,
    value: mac,
  },
  {
    kind: 'ip',
    sign: SIGN.dotted,
    pattern: /(?<![\w.-])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\w)/g,
    value: ipv4,
  },
  {
    kind: 'ip',
    sign: SIGN.groups,
    pattern:
      /(?<![\w:.])(?:[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{1,4}){2,7}(?:::)?|[0-9a-f]{1,4}::[0-9a-f]{1,4})(?![\w:])/gi,
    value: ipv6,
  },
  {
    kind: 'moref',
    sign: SIGN.numbered,
    pattern:
      /(?<![\w-])(?:(?:vm|host|datastore|network|dvportgroup|dvs|datacenter|resgroup)-|domain-[cs]|group-[dhnpsv])\d{1,10}(?![\w-])/g,
    value: (m) => m[0],
  },
  {
    // vCenter's `task-17`; a host's `haTask-<VM>-<method>-<number>`.
    kind: 'task',
    sign: SIGN.task,
    pattern: /(?<![\w-])(?:task-\d{1,12}|haTask-[\w.-]{1,160}-\d{1,12})(?![\w-])/g,
    value: (m) => m[0],
  },
  {
    // Accounts of a domain or a machine; the short ones (S-1-5-18) are the same everywhere ([MS-DTYP] 2.4.2.4).
    kind: 'sid',
    sign: SIGN.sid,
    pattern: /(?<![\w-])S-1-5-21(?:-\d{1,10}){3,4}(?![\w-])/g,
    value: (m) => m[0],
  },
  {
    kind: 'scsi_path',
    sign: SIGN.path,
    pattern: /\bvmhba\d{1,4}:C\d{1,3}:T\d{1,5}:L\d{1,5}\b/g,
    value: (m) => m[0],
  },
]

/**
 * The typed identifiers in a text, without repeats, in canonical form. A MAC (six pairs) inside a WWN
 * is not found again; a dotted number after a version word is no address.
 */
export function keysOf(body: string): Key[] {
  const signs = signsIn(body)
  if (signs === 0) return []
  const keys = new Map<string, Key>()
  for (const { kind, sign, pattern, value } of KEY_PATTERNS) {
    if ((signs & sign) === 0) continue
    // Not matchAll, which makes a new expression each time: this runs for every record of every answer.
    pattern.lastIndex = 0
    for (let match = pattern.exec(body); match !== null; match = pattern.exec(body)) {
      const canonical = value(match)
      if (canonical !== undefined) keys.set(`${kind} ${canonical}`, { kind, value: canonical })
    }
  }
  return [...keys.values()]
}

/** Where vSphere records keep their operation and, in vCenter events, the event that began the chain. */
export const OPERATION_ATTRIBUTE = 'vsphere.op_id'
export const CHAIN_ATTRIBUTE = 'vsphere.chain_id'

/** Attributes whose whole value is an identifier of a kind. */
const WHOLE: Readonly<Partial<Record<string, KeyKind>>> = {
  [OPERATION_ATTRIBUTE]: 'op_id',
  [CHAIN_ATTRIBUTE]: 'chain',
}

/** Kinds that stand in those attributes alone. */
export const WHOLE_KINDS: ReadonlySet<KeyKind> = new Set(
  Object.values(WHOLE).filter((kind) => kind !== undefined),
)

/** Whether an attribute of that name is an identifier as a whole. */
export const isWholeKey = (name: string): boolean => WHOLE[name] !== undefined

/** Last words of the names of attributes that hold identifiers: `source.ip`, `client_mac`, `UserSID`. */
const HOLDS_KEYS: ReadonlySet<string> = new Set(
  'naa eui wwn wwpn wwnn wwid mac ip address uuid guid id sid moref device lun volume datastore logger serial'.split(
    ' ',
  ),
)

/** Names of attributes whose value is a serial number. */
const HOLDS_SERIAL = /serial$/i

const mayHold = new Map<string, boolean>()
const MOST_NAMES = 10_000

/**
 * Whether identifiers (of a kind) in an attribute of that name are keys of its record: a function of the name
 * alone, so that a store can tell which records it has to look at.
 */
export function mayHoldKeys(name: string, kind?: KeyKind): boolean {
  const whole = WHOLE[name]
  if (whole !== undefined) return kind === undefined || kind === whole
  if (kind !== undefined && WHOLE_KINDS.has(kind)) return false
  let holds = mayHold.get(name)
  if (holds === undefined) {
    const last = name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).at(-1)!
    holds = HOLDS_KEYS.has(last.toLowerCase())
    // Senders choose names: a flood of them is not remembered.
    if (mayHold.size < MOST_NAMES) mayHold.set(name, holds)
  }
  return holds
}

/** The identifiers in the value of an attribute. */
export function keysOfAttribute(name: string, value: AttributeValue): Key[] {
  if (value === null || !mayHoldKeys(name)) return []
  const kind = WHOLE[name]
  if (kind !== undefined) return value === '' ? [] : [{ kind, value: String(value) }]
  if (typeof value !== 'string') return []
  return keysOf(HOLDS_SERIAL.test(name) ? `serial: ${value}` : value)
}

/** Whether an identifier is one of some. */
export const isAmong = ({ kind, value }: Key, keys: readonly Key[]): boolean =>
  keys.some((key) => key.kind === kind && key.value === value)

/** The typed identifiers of a record: those in its message, then those in its attributes, without repeats. */
export function keysOfRecord(
  body: string,
  attributes: Readonly<Record<string, AttributeValue>>,
): Key[] {
  const keys = keysOf(body)
  for (const name in attributes) {
    for (const key of keysOfAttribute(name, attributes[name]!)) {
      if (!isAmong(key, keys)) keys.push(key)
    }
  }
  return keys
}

/** The attribute in which a key of a record stands; undefined for the message. */
export function attributeWith(
  key: Key,
  {
    body,
    attributes,
  }: { readonly body: string; readonly attributes: Readonly<Record<string, AttributeValue>> },
): string | undefined {
  if (isAmong(key, keysOf(body))) return undefined
  return Object.keys(attributes).find((name) =>
    isAmong(key, keysOfAttribute(name, attributes[name]!)),
  )
}
