import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import type { ApiRecord, RecordsAnswer, SearchAnswer } from '../../model/api.ts'
import { isLoaded, joinPages } from '../lib/record-list.ts'
import type { Millis } from '../lib/zoned-time.ts'
import { post } from './client.ts'
import { afterLanes } from './lanes-first.ts'
import type { Window } from './questions.ts'
import { useIsReadable } from './read-query.ts'
import { printMillis } from './use-search-view.ts'

/** Records of a page. */
const PAGE = 200

/** A stretch of the records that match, oldest first, which grows at both ends when asked to. */
export interface RecordsAround {
  readonly records: readonly ApiRecord[]
  /** The time around which these were read; the list is a new one when it changes. */
  readonly anchor: Millis
  readonly hasBefore: boolean
  readonly hasAfter: boolean
  readonly loadBefore: () => void
  readonly loadAfter: () => void
  /** Whether a time lies in what has been read. */
  readonly covers: (at: Millis) => boolean
  readonly isLoading: boolean
  /** True until the first page is there. */
  readonly isEmpty: boolean
  readonly error: Error | null
  readonly retry: () => void
}

/**
 * The records before and after a time, each side read page by page and exactly in the order of the store. The last
 * whole answer stays until both sides of the next are there.
 */
export function useRecordsAround(window: Window, anchor: Millis, isWanted: boolean): RecordsAround {
  const at = printMillis(anchor)
  const before = useSide({ ...window, to: at }, 'newest', isWanted && window.from < at)
  const after = useSide({ ...window, from: at }, 'oldest', isWanted && at < window.to)
  const isWhole = before.isWhole && after.isWhole
  const joined = useMemo(() => joinPages(before.pages, after.pages), [before.pages, after.pages])
  const ends = { hasBefore: before.query.hasNextPage, hasAfter: after.query.hasNextPage }
  const last = useRef({ records: joined, anchor, ...ends })
  if (isWhole) last.current = { records: joined, anchor, ...ends }
  const { records, hasBefore, hasAfter } = last.current

  return {
    records,
    anchor: last.current.anchor,
    hasBefore: isWhole && hasBefore,
    hasAfter: isWhole && hasAfter,
    loadBefore: before.more,
    loadAfter: after.more,
    covers: (time) => isWhole && isLoaded(records, time, { hasBefore, hasAfter }),
    isLoading: before.query.isFetching || after.query.isFetching,
    isEmpty: records.length === 0 && !isWhole,
    error: before.query.error ?? after.query.error,
    retry: () => {
      for (const { query } of [before, after]) if (query.error !== null) void query.refetch()
    },
  }
}

const NO_PAGES: readonly (readonly ApiRecord[])[] = []

function useSide(window: Window, order: 'newest' | 'oldest', isWanted: boolean) {
  const query = useInfiniteQuery({
    queryKey: ['records', window, order],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam === undefined ? {} : { cursor: pageParam }
      const body = { ...window, order, limit: PAGE, ...cursor }
      const read = (): Promise<SearchAnswer> => post('/api/v1/search', body, signal)
      return pageParam === undefined ? afterLanes(read) : read()
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => ('next' in page ? page.next : undefined),
    enabled: useIsReadable(window.query) && isWanted,
  })
  const { data } = query
  const pages = useMemo(
    () => data?.pages.map((page) => (page as RecordsAnswer).records) ?? NO_PAGES,
    [data],
  )
  return {
    query,
    pages,
    isWhole: !isWanted || data !== undefined,
    more: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage()
    },
  }
}
