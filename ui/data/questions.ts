import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query'
import type {
  ApiRecordWithRaw,
  ContextAnswer,
  DeadLetterReadings,
  DeadLetterReplay,
  DeadLettersAnswer,
  DependantsAnswer,
  EntitiesAnswer,
  EntityAnswer,
  FacetsAnswer,
  Health,
  HistogramAnswer,
  HistoryAnswer,
  PathAnswer,
  PatternsAnswer,
  RelatedAnswer,
  SearchAnswer,
  SourceRatesAnswer,
  SourcesAnswer,
} from '../../model/api.ts'
import type { TimelineAnswer, TimelineRequest } from '../../model/timeline.ts'
import { ask, post } from './client.ts'
import { afterLanes, lanesFirst } from './lanes-first.ts'
import { useIsReadable } from './read-query.ts'

/**
 * Every question the screens ask, one hook each. A question that changes aborts the one before; what was
 * answered stays until the next answer is there.
 */
export interface Window {
  readonly query: string
  readonly from: string
  readonly to: string
}

type Answer<T> = UseQueryResult<T>

function useAsk<T>(key: readonly unknown[], path: string, isWanted = true): Answer<T> {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask<T>(path, { signal }),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  })
}

/** When a question of a view is asked, see lanes-first.ts. */
type Turn = <T>(question: () => Promise<T>) => Promise<T>

const atOnce: Turn = (question) => question()

function usePost<T>(name: string, body: unknown, isWanted = true, turn = atOnce): Answer<T> {
  return useQuery({
    queryKey: [name, body],
    queryFn: ({ signal }) => turn(() => post<T>(`/api/v1/${name}`, body, signal)),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  })
}

/** The same of a question with a query: one that cannot be read is not asked, since its bar says so already. */
function usePostQuery<T>(
  name: string,
  body: { readonly query: string },
  isWanted = true,
  turn = atOnce,
): Answer<T> {
  return usePost(name, body, useIsReadable(body.query) && isWanted, turn)
}

export const useTimeline = (request: TimelineRequest, isWanted = true): Answer<TimelineAnswer> =>
  usePostQuery('timeline', request, isWanted, lanesFirst)

/** Takes back the question of the timeline that is on its way. */
export function useStopTimeline(): () => void {
  const client = useQueryClient()
  return () => void client.cancelQueries({ queryKey: ['timeline'] })
}

export const useSearchAnswer = (
  request: Window & { readonly limit: number; readonly order?: 'newest' | 'oldest' },
  isWanted = true,
): Answer<SearchAnswer> => usePostQuery('search', request, isWanted)

export const useFacets = (
  request: Window & { readonly fields: readonly string[]; readonly limit: number },
  isWanted = true,
): Answer<FacetsAnswer> => usePostQuery('facets', request, isWanted, afterLanes)

export const usePatterns = (
  request: Window & {
    readonly baseline?: { readonly from: string; readonly to: string }
    readonly limit?: number
  },
  isWanted = true,
): Answer<PatternsAnswer> => usePostQuery('patterns', request, isWanted, afterLanes)

export const useHistogram = (
  request: Window & { readonly buckets: number; readonly by?: string; readonly fit?: boolean },
  isWanted = true,
): Answer<HistogramAnswer> => usePostQuery('histogram', request, isWanted, afterLanes)

/** Links that are asked for: as many as the server gives, so that those of one pattern can be counted. */
export const MOST_LINKS = 200

export const useRelated = (record: string | null): Answer<RelatedAnswer> =>
  usePost('related', { record, limit: MOST_LINKS }, record !== null)

export const useRecord = (id: string | null): Answer<ApiRecordWithRaw> =>
  useAsk(['record', id], `/api/v1/records/${encodeURIComponent(id ?? '')}`, id !== null)

export const useContextOf = (
  id: string | null,
  scope: 'source' | 'entity' | 'layers',
): Answer<ContextAnswer> =>
  useAsk(
    ['context', id, scope],
    `/api/v1/records/${encodeURIComponent(id ?? '')}/context?before=4&after=4&scope=${scope}`,
    id !== null,
  )

export const useEntities = (
  asked: {
    readonly q?: string
    readonly type?: string
    readonly at?: string
    /** At most 10000. */
    readonly limit?: string
  },
  isWanted = true,
): Answer<EntitiesAnswer> =>
  useAsk(['entities', asked], `/api/v1/entities?${new URLSearchParams(asked)}`, isWanted)

const entityPath = (id: string, rest: string, at: string | undefined): string =>
  `/api/v1/entities/${encodeURIComponent(id)}${rest}${at === undefined ? '' : `?at=${encodeURIComponent(at)}`}`

export const useEntity = (id: string | null, at?: string): Answer<EntityAnswer> =>
  useAsk(['entity', id, at], entityPath(id ?? '', '', at), id !== null)

export const usePath = (id: string | null, at?: string): Answer<PathAnswer> =>
  useAsk(['path', id, at], entityPath(id ?? '', '/path', at), id !== null)

export const useDependants = (id: string | null, at?: string): Answer<DependantsAnswer> =>
  useAsk(['dependants', id, at], entityPath(id ?? '', '/dependants', at), id !== null)

export const useHistory = (id: string | null): Answer<HistoryAnswer> =>
  useAsk(['history', id], entityPath(id ?? '', '/history', undefined), id !== null)

/** Refused lines, newest last; at most a thousand. */
export const useDeadLetters = (isWanted: boolean): Answer<DeadLettersAnswer> =>
  useQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ signal }) => ask<DeadLettersAnswer>('/api/v1/dead-letters?limit=1000', { signal }),
    refetchInterval: EVERY_MS,
    enabled: isWanted,
  })

const READINGS = 'dead-letters/read'

/** What each format would read of dead letters; nothing is stored. */
export const useDeadLetterReadings = (ids: readonly string[]): Answer<DeadLetterReadings> =>
  usePost(READINGS, { ids })

/** Takes dead letters in again, as lines of a format; whatever counts them is asked again. */
export function useReplay() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (asked: { readonly ids: readonly string[]; readonly format: string }) =>
      post<DeadLetterReplay>('/api/v1/dead-letters/replay', asked),
    // The letters themselves are gone, so what formats read of them is not asked again.
    onSuccess: () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== READINGS }),
  })
}

const EVERY_MS = 5_000

export const useSources = (): Answer<SourcesAnswer> =>
  useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => ask<SourcesAnswer>('/api/v1/sources', { signal }),
    refetchInterval: EVERY_MS,
  })

/** Rates of all sources in a window of whole minutes; what is seen stays until the next is there. */
export const useSourceRates = (
  from: string,
  to: string,
  isWanted: boolean,
): Answer<SourceRatesAnswer> =>
  useAsk(
    ['source-rates', from, to],
    `/api/v1/sources/rates?${new URLSearchParams({ from, to, buckets: '60' })}`,
    isWanted,
  )

export const useHealth = (): Answer<Health> =>
  useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => ask<Health>('/health', { signal }),
    refetchInterval: EVERY_MS,
  })
