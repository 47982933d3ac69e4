import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import type { ApiRecord } from '../../model/api.ts'

/** The records that the list has read, oldest first: what "previous" and "next" mean beside it. */
interface Listed {
  readonly records: readonly ApiRecord[]
}

export const listed = createStore<Listed>()(() => ({ records: [] }))

/** The records beside one in the list; null at its ends and for one that is not in it. */
export function useBeside(id: string | null): {
  readonly previous: ApiRecord | null
  readonly next: ApiRecord | null
} {
  const records = useStore(listed, (state) => state.records)
  const at = id === null ? -1 : records.findIndex((record) => record.id === id)
  if (at < 0) return { previous: null, next: null }
  return { previous: records[at - 1] ?? null, next: records[at + 1] ?? null }
}
