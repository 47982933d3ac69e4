import type { KeyAction } from '../lib/keys.ts'

/** Headings of the overview, in its order, with the keys that stand under each. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['Everywhere', ['/', 'Ctrl+k', '?', 'g', 'Escape', 'Shift+C', 'q', 'F6']],
  ['Window of time', ['w', 'Shift+W', 's', 'a', 'Shift+A', 'd', 'f', '0', 'Home', 'End', 'r', 'l']],
  [
    'Cursor and marks',
    ['ArrowLeft', 'ArrowRight', ',', '.', '[', ']', 'j', 'k', 'm', 'c', 't', 'u'],
  ],
  ['Lanes and rows', ['ArrowUp', 'ArrowDown', 'Enter', ' ', 'p', 'h', 'x', 'i', 'o', 'v', 'e']],
]
const REST = 'More'

export interface KeyGroup {
  readonly title: string
  readonly rows: readonly { readonly keys: readonly string[]; readonly does: string }[]
}

/** What works now, by heading; an action that says nothing is not listed, and one that says the same only once. */
export function groupKeys(actions: readonly KeyAction[]): readonly KeyGroup[] {
  const byTitle = new Map<string, Map<string, Set<string>>>()
  for (const { keys, does } of actions) {
    if (does === undefined) continue
    const title = GROUPS.find(([, known]) => keys.some((key) => known.includes(key)))?.[0] ?? REST
    const rows = byTitle.get(title) ?? new Map<string, Set<string>>()
    byTitle.set(title, rows)
    const row = rows.get(does) ?? new Set<string>()
    rows.set(does, row)
    for (const key of keys) row.add(key)
  }
  return [...GROUPS.map(([title]) => title), REST].flatMap((title) => {
    const rows = byTitle.get(title)
    if (rows === undefined) return []
    return { title, rows: [...rows].map(([does, keys]) => ({ keys: [...keys], does })) }
  })
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  ' ': 'Space',
}

/** A key as it is written on a keyboard, part by part: `Shift+W` is Shift and W. */
export function keyNames(key: string): readonly string[] {
  // The plus itself may be a key.
  const parts = key.endsWith('+') ? [...key.slice(0, -1).split('+'), '+'] : key.split('+')
  return parts
    .filter((part) => part !== '')
    .map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part))
}
