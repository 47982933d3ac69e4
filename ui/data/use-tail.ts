import { useEffect } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { ApiRecord } from '../../model/api.ts'
import { errorOf, reach, RequestError } from './client.ts'
import { EventReader } from './event-stream.ts'
import { arrived, EMPTY_RING, resumed, type TailRing } from './tail-ring.ts'

/** The records that arrive while the view follows what is live. */
export interface Tail extends TailRing {
  /** `off` when nothing is followed, `lost` while the server is asked again, `refused` when it will not. */
  readonly state: 'off' | 'connecting' | 'open' | 'lost' | 'refused'
  readonly error: Error | null
  /** Nothing moves; what arrives waits. */
  readonly isPaused: boolean
}

const OFF: Tail = { ...EMPTY_RING, state: 'off', error: null, isPaused: false }

const tail = createStore<Tail>()(() => OFF)

/** What has arrived; for whoever shows it. */
export const useTail = <T>(select: (tail: Tail) => T): T => useStore(tail, select)

/** Freezes what is shown, or lets what waited in. */
export function pauseTail(isPaused: boolean): void {
  tail.setState((now) => ({ ...(isPaused ? {} : resumed(now)), isPaused }))
}

/** How often what arrived is shown, milliseconds: a burst is one change of the screen. */
const SHOW_EVERY_MS = 250
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [500, 30_000]

/** How long to wait before asking again, after so many failures in a row. */
export const waitBefore = (failures: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures)

/**
 * Follows what arrives and matches, a filter without pipes, while `isOn`; begins anew with other data. Once in a page.
 *
 * @param isSample whether the sample is shown: a place in what arrived is of one data only
 */
export function useTailFeed(query: string, isOn: boolean, isSample: boolean): void {
  useEffect(() => {
    if (!isOn) return
    const leaving = new AbortController()
    tail.setState({ ...OFF, state: 'connecting' }, true)
    void follow(query, leaving.signal)
    return () => {
      leaving.abort()
      tail.setState(OFF, true)
    }
  }, [query, isOn, isSample])
}

async function follow(query: string, signal: AbortSignal): Promise<void> {
  const events = new EventReader()
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await readStream(query, events, signal, () => {
        failures = -1
        tail.setState({ state: 'open', error: null })
      })
      tail.setState({ state: 'lost' })
    } catch (error) {
      if (signal.aborted) return
      const known = error instanceof Error ? error : new Error(String(error))
      const isRefused = known instanceof RequestError && known.code.startsWith('invalid')
      tail.setState({ state: isRefused ? 'refused' : 'lost', error: known })
      if (isRefused) return
    }
    await pause(waitBefore(Math.max(0, failures)), signal)
  }
}

async function readStream(
  query: string,
  events: EventReader,
  signal: AbortSignal,
  opened: () => void,
): Promise<void> {
  const asked = new URLSearchParams({ query })
  if (events.lastId !== undefined) asked.set('after', events.lastId)
  const response = await reach(`/api/v1/tail?${asked}`, { signal })
  if (!response.ok) throw await errorOf(response)
  opened()
  events.restart()
  const fresh: ApiRecord[] = []
  const show = (): void => {
    const batch = fresh.splice(0)
    if (!signal.aborted) tail.setState((now) => arrived(now, batch, now.isPaused))
  }
  const showing = setInterval(show, SHOW_EVERY_MS)
  try {
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      for (const { event, data } of events.read(value)) {
        if (event === 'record') fresh.push(JSON.parse(data) as ApiRecord)
        else if (event === 'error') throw failureOf(data)
      }
    }
  } finally {
    clearInterval(showing)
    show()
  }
}

function failureOf(data: string): RequestError {
  const { error } = JSON.parse(data) as { error: { code: string; message: string } }
  return new RequestError(error)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
