import type { SearchView } from './search-view.ts'

/** A question that was looked at, as the palette offers it again. */
export interface RecentView {
  readonly q: string
  readonly from?: string
  readonly to?: string
}

const KEY = 'plumbline.views'
const KEPT = 20

/** Views newest first; nothing where the browser keeps nothing or something else is kept under the name. */
export function recentViews(): readonly RecentView[] {
  try {
    return readViews(localStorage.getItem(KEY))
  } catch {
    return []
  }
}

/** Puts a view first; one without a question is none. A browser that keeps nothing is no fault of the view. */
export function rememberView({ q = '', from, to }: SearchView): void {
  if (q === '') return
  const view = { q, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  try {
    localStorage.setItem(KEY, JSON.stringify(withView(recentViews(), view)))
  } catch {
    return
  }
}

/** The list with a view first: the same question in another window replaces the one before. */
export function withView(views: readonly RecentView[], view: RecentView): readonly RecentView[] {
  return [view, ...views.filter(({ q }) => q !== view.q)].slice(0, KEPT)
}

/** The views that a kept text stands for; what makes no sense is left out. */
export function readViews(text: string | null): readonly RecentView[] {
  if (text === null) return []
  let kept: unknown
  try {
    kept = JSON.parse(text)
  } catch {
    return []
  }
  return Array.isArray(kept) ? kept.flatMap(readView) : []
}

function readView(kept: unknown): RecentView[] {
  if (typeof kept !== 'object' || kept === null) return []
  const { q, from, to } = kept as Record<string, unknown>
  if (typeof q !== 'string' || q === '') return []
  const part = (name: string, value: unknown) => (typeof value === 'string' ? { [name]: value } : {})
  return [{ q, ...part('from', from), ...part('to', to) }]
}
