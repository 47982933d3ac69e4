import type { Store } from '../store/store.ts'

/** Small documents are the user's, whatever is shown; a backup is of his own data. */
const OWN: ReadonlySet<string | symbol> = new Set<keyof Store>(['getState', 'putState', 'backup'])

/**
 * One store that answers from whichever is shown at the time of the call: the sample's where `shown` has
 * one, else the own. What belongs to the user stays with the own: {@link OWN}.
 */
export function shownStore(own: Store, shown: () => Store | undefined): Store {
  return new Proxy(own, {
    get: (_target, name) => {
      const store = OWN.has(name) ? own : (shown() ?? own)
      const member: unknown = Reflect.get(store, name, store)
      return typeof member === 'function' ? (member.bind(store) as unknown) : member
    },
  })
}
