import { useMemo } from 'react'
import type { ApiLink } from '../../model/api.ts'
import { WEAK } from '../lib/link-groups.ts'
import { MOST_LINKS, useRelated } from './questions.ts'

/** What belongs with the selected record: its links, and the values that join each record to it. */
export interface Links {
  readonly links: readonly ApiLink[]
  /** There are more than were asked for. */
  readonly isCut: boolean
  /** Values by record id, without weak links; the selected record itself has them all. */
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
    for (const { record, kind, value, strength } of links) {
      if (record === undefined || strength < WEAK) continue
      const known = values.get(record.id) ?? []
      values.set(record.id, kind === 'identifier' ? [...known, value] : known)
    }
    if (id !== null && links.length > 0) {
      const all = links.filter(({ kind }) => kind === 'identifier').map(({ value }) => value)
      values.set(id, [...new Set(all)])
    }
    return values
  }, [links, id])
  const isCut = links.length >= MOST_LINKS
  return { links, isCut, byRecord, isLoading: isFetching, error }
}
