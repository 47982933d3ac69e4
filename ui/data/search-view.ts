import type { EntityId } from '../../model/entity.ts'

export const TABS = ['records', 'patterns', 'statistics', 'lanes'] as const
export type Tab = (typeof TABS)[number]
export const SPLITS = ['small', 'half', 'full'] as const
export type Split = (typeof SPLITS)[number]

/**
 * What the Search screen shows, all of it, as it stands in the address: a link is the view. Times are RFC 3339, or for
 * the edges of the range a word such as `now-15m`. Absent means the usual.
 */
export interface SearchView {
  readonly q?: string
  readonly from?: string
  readonly to?: string
  /** The cursor, where it was put. */
  readonly at?: string
  /** Marks. */
  readonly a?: string
  readonly b?: string
  /** What is selected: `record:ID`, `entity:ID`, `area:FROM..TO`, `area:FROM..TO,CONDITION`. */
  readonly sel?: string
  /** Entities whose metrics are all shown. */
  readonly open?: readonly EntityId[]
  /** Entities shown although the query does not name them. */
  readonly add?: readonly EntityId[]
  readonly pin?: readonly EntityId[]
  readonly hide?: readonly EntityId[]
  /** Layers that are closed. */
  readonly fold?: readonly string[]
  /** Layers that stay open however little room there is. */
  readonly unfold?: readonly string[]
  readonly tab?: Tab
  readonly split?: Split
  /** IANA zone; the browser's when absent. */
  readonly zone?: string
  /** Times as written, without corrections. */
  readonly raw?: '1'
  /** Following what arrives. */
  readonly live?: '1'
}

const LISTS = ['open', 'add', 'pin', 'hide', 'fold', 'unfold'] as const
const TEXTS = ['q', 'from', 'to', 'at', 'a', 'b', 'sel', 'zone'] as const

/** The view of an address's search part; what makes no sense is left out, never an error. */
export function readSearchView(search: Readonly<Record<string, unknown>>): SearchView {
  const view: Record<string, unknown> = {}
  for (const name of TEXTS) if (textOf(search[name]) !== '') view[name] = textOf(search[name])
  for (const name of LISTS) {
    const values = [search[name]]
      .flat()
      .map(textOf)
      .filter((value) => value !== '')
    if (values.length > 0) view[name] = [...new Set(values)]
  }
  for (const name of ['raw', 'live'] as const) if (textOf(search[name]) === '1') view[name] = '1'
  const [tab, split] = [textOf(search['tab']), textOf(search['split'])]
  if ((TABS as readonly string[]).includes(tab)) view['tab'] = tab
  if ((SPLITS as readonly string[]).includes(split)) view['split'] = split
  return view
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

/** The search part of an address as name and value, lists as repeated names; colons and commas stay readable. */
export function printAddress(search: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(search).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, textOf(one)] as const),
  )
  const text = pairs
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join('&')
  return text === '' ? '' : `?${text}`
}

const encode = (value: string): string =>
  encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%20', '+')

/** Inverse of {@link printAddress}. */
export function parseAddress(text: string): Record<string, string | string[]> {
  const params = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const values = params.getAll(name)
      return [name, values.length === 1 ? values[0]! : values]
    }),
  )
}

export type Selection =
  | { readonly kind: 'record'; readonly id: string }
  | { readonly kind: 'entity'; readonly id: EntityId }
  | {
      readonly kind: 'area'
      readonly from: string
      readonly to: string
      /** A query text without pipes that its records also match. */
      readonly where?: string
    }

/** The selection that `sel` stands for; null for none or what cannot be read. */
export function readSelection(text: string | undefined): Selection | null {
  if (text === undefined) return null
  const at = text.indexOf(':')
  const [kind, rest] = [text.slice(0, at), text.slice(at + 1)]
  if (rest === '') return null
  if (kind === 'record' || kind === 'entity') return { kind, id: rest }
  const [, from, to, where] = /^([^,]+?)\.\.([^,]+)(?:,(.+))?$/s.exec(rest) ?? []
  if (kind !== 'area' || from === undefined || to === undefined) return null
  return { kind, from, to, ...(where === undefined ? {} : { where }) }
}

export function printSelection(selection: Selection): string {
  if (selection.kind !== 'area') return `${selection.kind}:${selection.id}`
  const { from, to, where } = selection
  return `area:${from}..${to}${where === undefined ? '' : `,${where}`}`
}
