import { useEffect } from 'react'
import type { SampleStatus, StartFacts } from '../../model/api.ts'
import { useSample, useStart } from './sample.ts'
import type { SearchView } from './search-view.ts'
import type { ViewProps } from './use-view.ts'

/** How the Search screen begins: with nothing, with the sample, or as ever. */
export type Beginning =
  | { readonly kind: 'first'; readonly start: StartFacts; readonly sample: SampleStatus }
  /** It is shown, whole or as far as it is loaded beside own data. */
  | { readonly kind: 'sample'; readonly sample: SampleStatus }
  | { readonly kind: 'usual' }

/** The first start while nothing has arrived; on a store that shows the sample an address without a view is its incident. */
export function useBeginning(view: SearchView, change: ViewProps['change']): Beginning {
  const sample = useSample().data
  const isShown = sample?.state === 'loaded' && sample.shown
  const start = useStart(!isShown).data
  const incident = isShown ? sample.about?.view : undefined
  const isBare = view.q === undefined && view.from === undefined && view.to === undefined
  useEffect(() => {
    if (incident === undefined || !isBare) return
    const { query, from, to } = incident
    change({ q: query, from, to }, 'replace')
  }, [incident, isBare, change])
  if (sample === undefined) return { kind: 'usual' }
  if (start?.empty === true && !isShown) return { kind: 'first', start, sample }
  return isShown || sample.state === 'loading' ? { kind: 'sample', sample } : { kind: 'usual' }
}
