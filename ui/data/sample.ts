import { useNavigate } from '@tanstack/react-router'
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { SampleStatus, StartFacts } from '../../model/api.ts'
import { ask, jsonBody, post } from './client.ts'
import { forgetView } from './last-view.ts'

/** While the sample is loaded its progress is asked for; else whether it is still there. */
const [WHILE_LOADING_MS, EVERY_MS] = [400, 10_000]

/** The sample incident. */
export const useSample = (): UseQueryResult<SampleStatus> =>
  useQuery({
    queryKey: ['sample'],
    queryFn: ({ signal }) => ask<SampleStatus>('/api/v1/sample', { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'loading' ? WHILE_LOADING_MS : EVERY_MS),
  })

/** Asks everything again once other data is shown than before, whoever switched it. Once a page. */
export function useAskingAnew(): void {
  const client = useQueryClient()
  const { state, shown } = useSample().data ?? {}
  const what = state === undefined ? undefined : `${state} ${shown}`
  const before = useRef(what)
  useEffect(() => {
    const isOther = before.current !== undefined && before.current !== what
    before.current = what
    if (isOther)
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'sample' })
  }, [client, what])
}

/** Where the own data is, how much fits, what listens; asked again until something has arrived. */
export const useStart = (isWanted: boolean): UseQueryResult<StartFacts> =>
  useQuery({
    queryKey: ['start'],
    queryFn: ({ signal }) => ask<StartFacts>('/api/v1/start', { signal }),
    enabled: isWanted,
    refetchInterval: ({ state }) => (state.data?.empty === false ? false : 3_000),
  })

/** Loads the sample, shows it or the own data, or removes it; the error is why the server would not. */
export function useSampleActions() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const told = (status: SampleStatus): void => void client.setQueryData(['sample'], status)
  /** Query, times and entity of the address are of the data that was shown before. */
  const goAnew = (): void => {
    forgetView()
    void navigate({ to: location.pathname === '/sources' ? '/sources' : '/', search: {} })
  }
  return {
    load: useMutation({
      mutationFn: () => post<SampleStatus>('/api/v1/sample', {}),
      onSuccess: (status) => {
        told(status)
        forgetView()
        void navigate({ to: '/', search: {} })
      },
    }),
    show: useMutation({
      mutationFn: (shown: boolean) =>
        ask<SampleStatus>('/api/v1/sample', jsonBody('PUT', { shown })),
      onSuccess: (status) => {
        told(status)
        goAnew()
      },
    }),
    remove: useMutation({
      mutationFn: () => ask<SampleStatus>('/api/v1/sample', { method: 'DELETE' }),
      onSuccess: (status) => {
        told(status)
        goAnew()
      },
    }),
  }
}
