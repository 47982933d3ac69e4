/** What the Entities screen shows, as it stands in the address. */
export interface EntityView {
  /** As of when, RFC 3339; now when absent. */
  readonly at?: string
  /** What is looked for in the list of entities. */
  readonly q?: string
  readonly type?: string
  readonly tab?: 'timeline' | 'moves' | 'names' | 'records'
  /** Marks A and B between which moves and changes are compared. */
  readonly a?: string
  readonly b?: string
  readonly zone?: string
}

const ENTITY_TABS: readonly string[] = ['timeline', 'moves', 'names', 'records']

/** The view of an address's search part; what makes no sense is left out. */
export function readEntityView(search: Readonly<Record<string, unknown>>): EntityView {
  const view: Record<string, string> = {}
  for (const name of ['at', 'q', 'type', 'a', 'b', 'zone']) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') view[name] = value
  }
  const tab = search['tab']
  if (typeof tab === 'string' && ENTITY_TABS.includes(tab)) view['tab'] = tab
  return view
}
