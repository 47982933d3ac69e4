import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Millis } from '../lib/zoned-time.ts'

/** A query that was typed and could not be run: what is shown still answers the one before. */
export interface NotRun {
  readonly text: string
  /** When what is shown was answered; null where nothing is. */
  readonly shownOf: Millis | null
}

const store = createStore<{ readonly notRun: NotRun | null }>()(() => ({ notRun: null }))

export const useNotRun = (): NotRun | null => useStore(store, ({ notRun }) => notRun)

/** Says so to the whole screen; null once a query runs again. */
export const setNotRun = (notRun: NotRun | null): void => store.setState({ notRun })
