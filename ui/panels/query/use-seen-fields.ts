import { useMemo } from 'react'
import { useSearchAnswer, type Window } from '../../data/questions.ts'
import { filterPart } from '../../data/filter-part.ts'

/** How many of the newest records are looked through for the names of their fields. */
const SAMPLE = 100

/**
 * Names of attributes and kinds of keys in the newest records of a window, the frequent ones first: the sources name
 * them, so there is no list of all.
 */
export function useSeenFields(window: Window): readonly string[] {
  const { data } = useSearchAnswer({ ...window, query: filterPart(window.query), limit: SAMPLE })
  return useMemo(() => {
    const seen = new Map<string, number>()
    for (const record of data !== undefined && 'records' in data ? data.records : []) {
      const keys = record.keys.map(({ kind }) => `key.${kind}`)
      for (const name of new Set([...Object.keys(record.attributes), ...keys])) {
        seen.set(name, (seen.get(name) ?? 0) + 1)
      }
    }
    return [...seen].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name)
  }, [data])
}
