import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { SampleStatus, StartFacts } from '../../model/api.ts'
import { ask, post } from './client.ts'

/** While the sample is loaded its progress is asked for; else whether it is still there. */
const [WHILE_LOADING_MS, EVERY_MS] = [400, 10_000]

/** The sample incident; everything is asked again once another store is shown than before. */
export function useSample(): UseQueryResult<SampleStatus> {
  const client = useQueryClient()
  const sample = useQuery({
    queryKey: ['sample'],
    queryFn: ({ signal }) => ask<SampleStatus>('/api/v1/sample', { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'loading' ? WHILE_LOADING_MS : EVERY_MS),
  })
  const state = sample.data?.state
  const before = useRef(state)
  useEffect(() => {
    const isOther = before.current !== undefined && before.current !== state
    before.current = state
    if (isOther)
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'sample' })
  }, [client, state])
  return sample
}

/** Where the data is, how much fits, what listens; asked again until something has arrived. */
export const useStart = (): UseQueryResult<StartFacts> =>
  useQuery({
    queryKey: ['start'],
    queryFn: ({ signal }) => ask<StartFacts>('/api/v1/start', { signal }),
    refetchInterval: ({ state }) => (state.data?.empty === false ? false : 3_000),
  })

/** Loads the sample, or removes it; the error is why the server would not. */
export function useSampleActions() {
  const client = useQueryClient()
  const told = (status: SampleStatus): void => void client.setQueryData(['sample'], status)
  return {
    load: useMutation({
      mutationFn: () => post<SampleStatus>('/api/v1/sample', {}),
      onSuccess: told,
    }),
    remove: useMutation({
      mutationFn: () => ask<SampleStatus>('/api/v1/sample', { method: 'DELETE' }),
      onSuccess: told,
    }),
  }
}
