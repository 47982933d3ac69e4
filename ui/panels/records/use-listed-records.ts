import { useEffect, useMemo, useState } from 'react'
import type { ApiRecord } from '../../../model/api.ts'
import { listed } from '../../data/listed-records.ts'
import { isFollowing } from '../../data/live.ts'
import { useRecord } from '../../data/questions.ts'
import { usePaced } from '../../data/use-paced.ts'
import { useRecordsAround, type RecordsAround } from '../../data/use-records.ts'
import { printMillis, readMillis } from '../../data/use-search-view.ts'
import { useTail } from '../../data/use-tail.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { useMoving, type Viewport } from '../../data/viewport.ts'
import { placeOf } from '../../lib/record-list.ts'
import type { Millis } from '../../lib/zoned-time.ts'

/** How often the list takes up a cursor that moves, and how long a time must rest before records are read for it. */
const [CURSOR_EVERY_MS, REST_MS] = [100, 250]

export interface ListedRecords extends RecordsAround {
  readonly cursor: { readonly at: Millis; readonly place: number } | null
  readonly goTo: (which: 'start' | 'end') => void
  readonly isFollowing: boolean
}

/**
 * The records of the view that the list holds: read around the cursor, else around what is selected, else from the
 * window's start; while the view follows what arrives, those before it and all that has arrived since.
 */
export function useListedRecords(props: ViewProps, selected: string | null): ListedRecords {
  const { view, window } = props
  const isLive = isFollowing(view)
  const range = useFrozen(props.range, isLive)
  const cursor = useCursor(props, range)
  const selectedAt = useSelectedTime(selected)
  const [asked, setAsked] = useState<Millis | null>(null)
  const within = (at: Millis | null): at is Millis =>
    at !== null && at >= range.from && at <= range.to
  const anchor = isLive ? range.to : ([asked, cursor, selectedAt].find(within) ?? range.from)
  const [kept, setKept] = useState(anchor)
  const place = isLive || !within(kept) ? anchor : kept
  const around = useRecordsAround(
    { query: window.query, from: printMillis(range.from), to: printMillis(range.to) },
    place,
    true,
  )

  // What is wanted last is what the list goes to, once it has rested and is not there yet.
  const wanted = useLatest(cursor, selectedAt)
  const [left, setLeft] = useState<Millis | null>(null)
  const isAway =
    !isLive && wanted !== left && within(wanted) && !around.isLoading && !around.covers(wanted)
  useEffect(() => {
    if (!isAway) return
    const timer = setTimeout(() => {
      setAsked(null)
      setLeft(null)
      setKept(wanted)
    }, REST_MS)
    return () => clearTimeout(timer)
  }, [isAway, wanted])

  const arrived = useTail((tail) => tail.records)
  const records = useMemo(
    () => (isLive ? withArrived(around.records, arrived) : around.records),
    [isLive, around.records, arrived],
  )
  useEffect(() => listed.setState({ records }), [records])
  return {
    ...around,
    records,
    cursor: within(cursor) && !isLive ? { at: cursor, place: placeOf(records, cursor) } : null,
    goTo: (which) => {
      const at = which === 'start' ? range.from : range.to
      if (around.covers(at)) return
      setAsked(at)
      setKept(at)
      // What was wanted is left behind; only when it changes is it gone to again.
      setLeft(wanted)
    },
    isFollowing: isLive,
  }
}

/** While the view follows, the window as it was when that began: what comes after it is told by the tail. */
function useFrozen(range: Viewport, isLive: boolean): Viewport {
  const [frozen, setFrozen] = useState<Viewport | null>(null)
  if (isLive && frozen === null) setFrozen(range)
  if (!isLive && frozen !== null) setFrozen(null)
  return isLive ? (frozen ?? range) : range
}

/** The cursor under the pointer, else where the address has it; null outside the window. */
function useCursor({ view, range }: ViewProps, { from, to }: Viewport): Millis | null {
  const moved = usePaced(
    useMoving((state) => state.cursor),
    CURSOR_EVERY_MS,
  )
  const at = moved ?? readMillis(view.at, range.to) ?? null
  return at !== null && at >= from && at <= to ? at : null
}

function useSelectedTime(selected: string | null): Millis | null {
  const { data } = useRecord(selected)
  return selected !== null && data?.id === selected ? Date.parse(data.time) : null
}

/** Of two values the one that changed last. */
function useLatest(a: Millis | null, b: Millis | null): Millis | null {
  const [state, setState] = useState({ a, b, latest: a ?? b })
  if (state.a === a && state.b === b) return state.latest
  const latest = state.b === b ? (a ?? b) : (b ?? a)
  setState({ a, b, latest })
  return latest
}

/** What was read, then what arrived since and was not in it, oldest first. */
function withArrived(
  records: readonly ApiRecord[],
  newestFirst: readonly ApiRecord[],
): readonly ApiRecord[] {
  const known = new Set(records.map(({ id }) => id))
  return [...records, ...newestFirst.filter(({ id }) => !known.has(id)).reverse()]
}
