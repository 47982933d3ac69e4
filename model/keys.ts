import type { AttributeValue, Key, KeyKind } from './record.ts'

/**
 * A way to find identifiers of one kind. `value` answers the canonical form of a match, or undefined
 * when it only looks like one. Expressions are linear: no nested or adjacent unbounded repeats.
 */
interface KeyPattern {
  readonly kind: KeyKind
  readonly pattern: RegExp
  readonly value: (match: RegExpMatchArray) => string | undefined
}

const lower = (match: RegExpMatchArray): string => match[0].toLowerCase()

const withColons = (digits: string): string => digits.toLowerCase().match(/../g)!.join(':')

const octetsFit = (ip: string): boolean => ip.split('.').every((octet) => Number(octet) <= 255)

/** Words before a dotted number that make it a version and not an address. */
const VERSION_BEFORE =
  /(?:\b(?:version|ver|release|build|firmware|driver|fw|rev|revision|v)[ :=]*|v)$/i

function ipv4(match: RegExpMatchArray): string | undefined {
  const before = match.input!.slice(Math.max(0, match.index! - 16), match.index)
  return octetsFit(match[0]) && !VERSION_BEFORE.test(before) ? match[0] : undefined
}

/** Lower case, the longest run of zero groups as `::`, no leading zeros (RFC 5952). */
function ipv6(match: RegExpMatchArray): string | undefined {
  const text = match[0].toLowerCase()
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const given = groups[0]!.length + (groups[1]?.length ?? 0)
  if (halves.length === 1 ? given !== 8 : given > 7 || given < 2) return undefined
  const all =
    halves.length === 1
      ? groups[0]!
      : [...groups[0]!, ...Array<string>(8 - given).fill('0'), ...groups[1]!]
  const short = all.map((group) => parseInt(group, 16).toString(16)).join(':')
  const zeros = short.match(/\b0(?::0)+\b/g)?.reduce((a, b) => (b.length > a.length ? b : a))
  return zeros === undefined
    ? short
    : short
        .replace(zeros, ':')
        .replace(/^:(?!:)|:{3,}/, '::')
        .replace(/([^:]):$/, '$1::')
}

/** SCSI names as ESXi writes them, FC names, and what vSphere calls its objects; formats.md part 3. */
const PATTERNS: readonly KeyPattern[] = [
  { kind: 'naa', pattern: /\bnaa\.[0-9a-f]{16,32}\b/gi, value: lower },
  { kind: 'eui', pattern: /\beui\.[0-9a-f]{16,32}\b/gi, value: lower },
  { kind: 't10', pattern: /\bt10\.[\w+-]{3,128}(?:\.[\w+-]{1,64})?/g, value: (m) => m[0] },
  {
    kind: 'uuid',
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    value: lower,
  },
  {
    kind: 'vmfs_uuid',
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    value: lower,
  },
  {
    kind: 'wwn',
    pattern: /(?<![0-9a-f:])[0-9a-f]{2}(?::[0-9a-f]{2}){7}(?:(?::[0-9a-f]{2}){8})?(?![0-9a-f:])/gi,
    value: lower,
  },
  {
    kind: 'mac',
    pattern:
      /(?<![0-9a-f:-])[0-9a-f]{2}(?:(?::[0-9a-f]{2}){5}|(?:-[0-9a-f]{2}){5})(?![0-9a-f:-])|(?<![\w.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.])/gi,
    value: (m) => withColons(m[0].replace(/[.:-]/g, '')),
  },
  {
    kind: 'ip',
    pattern: /(?<![\w.-])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\w)/g,
    value: ipv4,
  },
  {
    kind: 'ip',
    pattern:
      /(?<![\w:.])(?:[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{1,4}){2,7}(?:::)?|[0-9a-f]{1,4}::[0-9a-f]{1,4})(?![\w:])/gi,
    value: ipv6,
  },
  {
    kind: 'moref',
    pattern:
      /(?<![\w-])(?:vm|host|datastore|network|dvportgroup|dvs|datacenter|resgroup|domain-[cs]|group-[dhnpsv])-?\d{1,10}(?![\w-])/g,
    value: (m) => (/-\d+$|^(?:domain|group)-[a-z]\d+$/.test(m[0]) ? m[0] : undefined),
  },
  {
    kind: 'scsi_path',
    pattern: /\bvmhba\d{1,4}:C\d{1,3}:T\d{1,5}:L\d{1,5}\b/g,
    value: (m) => m[0],
  },
]

/** Where a query or a body can hold an identifier at all: a digit is in every one of them. */
const ANY_DIGIT = /\d/

/**
 * The typed identifiers in a text, without repeats, in canonical form. A MAC (six pairs) inside a WWN
 * is not found again; a dotted number after a version word is no address.
 */
export function keysOf(body: string): Key[] {
  if (!ANY_DIGIT.test(body)) return []
  const keys = new Map<string, Key>()
  for (const { kind, pattern, value } of PATTERNS) {
    for (const match of body.matchAll(pattern)) {
      const canonical = value(match)
      if (canonical !== undefined) keys.set(`${kind} ${canonical}`, { kind, value: canonical })
    }
  }
  return [...keys.values()]
}

/** The operation key of a vSphere record, which its format keeps as an attribute. */
export function operationKey(
  attributes: Readonly<Record<string, AttributeValue>>,
): Key | undefined {
  const value = attributes['vsphere.op_id']
  return typeof value === 'string' && value !== '' ? { kind: 'op_id', value } : undefined
}
