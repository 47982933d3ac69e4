import { keepQuery } from './kept.ts'
import type { SearchView } from './search-view.ts'

let last: SearchView = {}

/** What the Search screen showed last in this window, so that coming back to it finds it as it was. */
export const lastView = (): SearchView => last

/** After a switch to other data: a view of what was shown before leads nowhere. */
export const forgetView = (): void => void (last = {})

/** Tells of a view that was looked at; its query is among those that are offered again. */
export function noteView(view: SearchView, now: number): void {
  last = view
  keepQuery(view.q ?? '', now)
}
