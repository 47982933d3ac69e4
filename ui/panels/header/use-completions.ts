import { formatDistanceToNowStrict } from 'date-fns'
import { useEffect, useMemo, useState } from 'react'
import { keptQueries } from '../../data/kept.ts'
import { useEntities, useFacets } from '../../data/questions.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { filterPart } from '../../data/filter-part.ts'
import { useSeenFields } from '../query/use-seen-fields.ts'
import {
  completionsAt,
  matchingFields,
  optionsOf,
  type Known,
  type Option,
} from './completion-options.ts'

/** Fields whose values are looked through for what is typed without one. */
const SEARCHED = ['host', 'app', 'eventName', 'layer']
const [MOST_VALUES, COUNTED_FIELDS] = [300, 5]
const SETTLE_MS = 150

/** What may stand at the caret, with its counts in the view's window as far as they have come. */
export function useCompletions(
  view: Pick<ViewProps, 'window' | 'answer'>,
  text: string,
  caret: number,
  isOpen: boolean,
): readonly Option[] {
  const completions = useMemo(() => completionsAt(text, caret), [text, caret])
  const typed = text.slice(completions.from, caret)
  const { valuesOf } = completions
  const isName = valuesOf === 'near' || valuesOf === 'entity'
  const window = { ...view.window, query: filterPart(view.window.query) }
  const seenFields = useSeenFields(view.window)
  const history = useMemo(() => (isOpen ? keptQueries() : []), [isOpen])

  const known: Known = {
    ...{ completions, typed, seenFields, history },
    ...{ facets: [], entities: [] },
    stateOf: () => '',
    ageOf: (at) => formatDistanceToNowStrict(at, { addSuffix: true }),
  }
  const fields = valuesOf === undefined ? matchingFields(known).slice(0, COUNTED_FIELDS) : []
  const asked = useSettled(JSON.stringify({ typed: typed.replace(/^"/, ''), fields }), SETTLE_MS)
  const settled = JSON.parse(asked) as {
    readonly typed: string
    readonly fields: readonly string[]
  }

  const values = useFacets(
    { ...window, fields: [valuesOf ?? 'host'], limit: MOST_VALUES },
    isOpen && valuesOf !== undefined && !isName,
  )
  const searched = useFacets(
    { ...window, fields: SEARCHED, limit: MOST_VALUES },
    isOpen && valuesOf === undefined && settled.typed.length > 1,
  )
  const countable = settled.fields.filter((name) => !UNCOUNTABLE.includes(name))
  const counted = useFacets(
    { ...window, fields: countable, limit: 1_000 },
    isOpen && countable.length > 0 && settled.typed !== '',
  )
  const entities = useEntities(
    { q: settled.typed, at: window.to },
    isOpen && (isName || (valuesOf === undefined && settled.typed.length > 1)),
  )
  const lanes = view.answer?.lanes
  return isOpen
    ? optionsOf({
        ...known,
        facets: [
          ...new Map(
            [values, searched, counted]
              .flatMap(({ data }) => data?.fields ?? [])
              .map((facet) => [facet.field, facet] as const),
          ).values(),
        ],
        entities: entities.data?.entities ?? [],
        stateOf: (id) => {
          const lane = lanes?.find(({ entity }) => entity.id === id)
          if (lane === undefined) return ''
          const { warning, error, fatal } = lane.counts
          if (error + fatal > 0) return `◆ ${error + fatal}`
          return warning > 0 ? `▲ ${warning}` : 'in view'
        },
      })
    : []
}

/** Not fields of a record: the inventory resolves them. Texts and times have as many values as records. */
const UNCOUNTABLE = ['near', 'team', 'entity', 'body', 'time', 'received', 'id']

/** A value once it has not changed for a while. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
