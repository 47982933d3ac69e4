/** What the Sources screen shows, as it stands in the address. */
export interface SourcesView {
  /** Filter text: a name, `layer:storage`, `state:late`, `format:vmkernel`. */
  readonly q?: string
  /** The source whose details are open. */
  readonly source?: string
  readonly zone?: string
  /** The window of which rates are told, as in a {@link SearchView}; the last hour there is when absent. */
  readonly from?: string
  readonly to?: string
}

/** The view of an address's search part; what makes no sense is left out. */
export function readSourcesView(search: Readonly<Record<string, unknown>>): SourcesView {
  const view: Record<string, string> = {}
  for (const name of ['q', 'source', 'zone', 'from', 'to']) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') view[name] = value
  }
  return view
}
