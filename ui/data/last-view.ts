import type { SearchView } from './search-view.ts'

let last: SearchView = {}

/** What the Search screen showed last in this window, so that coming back to it finds it as it was. */
export const lastView = (): SearchView => last

/** After a switch to other data: a view of what was shown before leads nowhere. */
export const forgetView = (): void => void (last = {})

/** Tells of the view that is shown now. */
export const rememberView = (view: SearchView): void => void (last = view)
