import { useMemo } from 'react'
import type { ApiLink } from '../../model/api.ts'
import { useRelated } from './questions.ts'

/** What belongs with the selected record: its links, and the values that join each record to it. */
export interface Links {
  readonly links: readonly ApiLink[]
  /** Values by record id; the selected record itself has them all. */
  readonly byRecord: ReadonlyMap<string, readonly string[]>
  readonly isLoading: boolean
  readonly error: Error | null
}

const NONE: readonly ApiLink[] = []

export function useLinks(id: string | null): Links {
  const { data, isFetching, isPlaceholderData, error } = useRelated(id)
  const links = id === null || isPlaceholderData ? NONE : (data?.links ?? NONE)
  const byRecord = useMemo(() => {
    const values = new Map<string, readonly string[]>()
    for (const { record, kind, value } of links) {
      if (record === undefined) continue
      const known = values.get(record.id) ?? []
      values.set(record.id, kind === 'identifier' ? [...known, value] : known)
    }
    if (id !== null && links.length > 0) {
      const all = links.filter(({ kind }) => kind === 'identifier').map(({ value }) => value)
      values.set(id, [...new Set(all)])
    }
    return values
  }, [links, id])
  return { links, byRecord, isLoading: isFetching, error }
}
