import type { ApiSource } from '../../../model/api.ts'
import type { LedgerCounts } from '../../../model/batch.ts'
import { count } from '../../lib/quantity.ts'

/** What can be wrong with a source, worst first; `usual` is nothing. */
export const TROUBLES = ['silent', 'late', 'rejected', 'unparsed', 'usual'] as const
export type Trouble = (typeof TROUBLES)[number]

/** The word in a source's row and on its chip. */
export const TROUBLE_WORDS: Readonly<Record<Trouble, string>> = {
  silent: 'silent',
  late: 'late',
  rejected: 'rejected',
  unparsed: 'format',
  usual: 'as usual',
}

/** From this share of lines that no format understood, a source reads badly. */
const BADLY = 0.05

export function troubleOf(source: ApiSource): Trouble {
  if (source.state !== 'complete') return source.state
  return parsedShare(source.counts) <= 1 - BADLY ? 'unparsed' : 'usual'
}

/** Share of the stored records that a format understood; 1 of none. */
export const parsedShare = ({ stored, unparsed }: LedgerCounts): number =>
  stored === 0 ? 1 : 1 - unparsed / stored

/** `99.9 %`; what is not all is never rounded to all. */
export function parsedText(counts: LedgerCounts): string {
  const share = parsedShare(counts)
  const shown = share < 1 ? Math.min(99.9, Math.round(share * 1_000) / 10) : 100
  return `${shown} % parsed`
}

/** What became of everything that a source sent; the four parts make up what was received. */
export interface Ledger {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  readonly dead: number
  /** Beside the sum: dropped before it could be counted as received. */
  readonly lost: number
}

export function ledgerOf(sources: readonly ApiSource[]): Ledger {
  const sum = (part: (counts: LedgerCounts) => number): number =>
    sources.reduce((total, { counts }) => total + part(counts), 0)
  return {
    received: sum((c) => c.received),
    stored: sum((c) => c.stored),
    duplicate: sum((c) => c.deduplicated),
    rejected: sum((c) => c.rejected),
    dead: sum((c) => c.deadLettered),
    lost: sum((c) => c.lost),
  }
}

/** `59,042 = 59,011 stored + 29 duplicates + 1 rejected + 1 dead`. */
export function ledgerText({ received, stored, duplicate, rejected, dead, lost }: Ledger): string {
  const parts = `${exact(stored)} stored + ${exact(duplicate)} duplicates + ${exact(rejected)} rejected + ${exact(dead)} dead`
  return `${exact(received)} = ${parts}${lost === 0 ? '' : `; ${exact(lost)} lost before that`}`
}

/** To the last digit: a sum that is rounded cannot be checked. */
export const exact = (n: number): string => n.toLocaleString('en-US')

/** What people call the senders of a format, several of them. */
const KINDS: Readonly<Record<string, string>> = {
  'esxi-vmkernel': 'ESXi hosts',
  'esxi-vobd': 'ESXi hosts',
  'esxi-hostd': 'ESXi hosts',
  'cisco-ios': 'switches',
  'cisco-nxos': 'switches',
  openvswitch: 'virtual switches',
  'netapp-ems': 'array controllers',
  ceph: 'Ceph nodes',
  'vcenter-events': 'vCenters',
  'linux-kernel': 'Linux machines',
  'journald-json': 'Linux machines',
  'journald-export': 'Linux machines',
  cri: 'container hosts',
  libvirt: 'libvirt hosts',
  openstack: 'OpenStack nodes',
}

export const kindOf = ({ format, layer }: ApiSource): string =>
  format === null
    ? 'metrics and inventory'
    : (KINDS[format] ?? `${layer === null ? '' : `${layer} `}sources of ${format}`)

export type SourceRow =
  | {
      readonly kind: 'group'
      readonly key: 'worse' | 'usual'
      readonly n: number
      readonly of: number
      readonly isOpen: boolean
    }
  | {
      readonly kind: 'source'
      readonly key: string
      readonly source: ApiSource
      readonly trouble: Trouble
    }
  | {
      readonly kind: 'fold'
      readonly key: string
      readonly title: string
      readonly members: readonly ApiSource[]
      readonly isOpen: boolean
    }

/** As many of a kind are folded. */
const FOLD_FROM = 4

/**
 * The rows of the table: what is worse than usual, worst first, each by itself; then what is as usual, folded by kind.
 * `open` names folds that are open, `closed` groups that are closed. The order depends on nothing that changes with
 * every second.
 */
export function rowsOf(
  sources: readonly ApiSource[],
  open: ReadonlySet<string>,
  closed: ReadonlySet<string>,
): readonly SourceRow[] {
  const told = sources.map((source) => ({ source, trouble: troubleOf(source) }))
  const rank = ({ trouble }: { trouble: Trouble }): number => TROUBLES.indexOf(trouble)
  const worse = told
    .filter(({ trouble }) => trouble !== 'usual')
    .sort((a, b) => rank(a) - rank(b) || byName(a.source, b.source))
  const usual = told.filter(({ trouble }) => trouble === 'usual').map(({ source }) => source)
  const group = (key: 'worse' | 'usual', n: number, rows: readonly SourceRow[]): SourceRow[] => {
    if (n === 0) return []
    const isOpen = !closed.has(key)
    const head: SourceRow = { kind: 'group', key, n, of: sources.length, isOpen }
    return [head, ...(isOpen ? rows : [])]
  }
  return [
    ...group(
      'worse',
      worse.length,
      worse.map(({ source }) => sourceRow(source)),
    ),
    ...group('usual', usual.length, foldedRows(usual, open)),
  ]
}

const sourceRow = (source: ApiSource): SourceRow => ({
  kind: 'source',
  key: `source ${source.source}`,
  source,
  trouble: troubleOf(source),
})

function foldedRows(usual: readonly ApiSource[], open: ReadonlySet<string>): readonly SourceRow[] {
  const kinds = new Map<string, ApiSource[]>()
  for (const source of [...usual].sort(byName)) {
    const members = kinds.get(kindOf(source)) ?? []
    members.push(source)
    kinds.set(kindOf(source), members)
  }
  return [...kinds].flatMap(([kind, members]): readonly SourceRow[] => {
    if (members.length < FOLD_FROM) return members.map(sourceRow)
    const key = `fold ${kind}`
    const isOpen = open.has(key)
    const title = `${count(members.length)} ${kind}`
    return [
      { kind: 'fold', key, title, members, isOpen },
      ...(isOpen ? members.map(sourceRow) : []),
    ]
  })
}

const collator = new Intl.Collator('en', { numeric: true })
const byName = (a: ApiSource, b: ApiSource): number => collator.compare(a.source, b.source)

/** Whether a source is what a filter text asks for: `layer:`, `state:`, `format:`, all other words in its name. */
export function isAsked(source: ApiSource, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/)
  return words.every((word) => {
    const at = word.indexOf(':')
    const [field, value] = [word.slice(0, at), word.slice(at + 1)]
    switch (field) {
      case 'layer':
        return (source.layer ?? 'none').startsWith(value)
      case 'format':
        return (source.format ?? 'none').includes(value)
      case 'state':
        return isState(source, value)
      default:
        return source.source.toLowerCase().includes(word)
    }
  })
}

function isState(source: ApiSource, value: string): boolean {
  const trouble = troubleOf(source)
  return [trouble, TROUBLE_WORDS[trouble], source.state].some((state) => state.startsWith(value))
}
