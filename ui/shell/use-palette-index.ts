import { useEffect, useMemo, useRef, useState } from 'react'
import type { ApiEntity } from '../../model/api.ts'
import { useEntities } from '../data/questions.ts'
import { entityEntry, itemEntry, type Found, type Item } from './palette-items.ts'
import type { FromWorker, ToWorker } from './palette-worker.ts'

/** Most entities that the index holds, as many as the server lists at once; of more, the server is asked by name. */
const INDEXED = 10_000
const LIMIT = 12
/** How long a text rests before the server is asked for names that the index lacks. */
const REST_MS = 150

/** One worker for the whole page, so that opening the palette again finds the index built. */
let worker: Worker | undefined
let builtOf: readonly ApiEntity[] | undefined

const tell = (message: ToWorker): void => {
  worker ??= new Worker(new URL('./palette-worker.ts', import.meta.url), { type: 'module' })
  worker.postMessage(message)
}

export interface PaletteAnswer {
  readonly found: Found | null
  readonly entities: ReadonlyMap<string, ApiEntity>
  /** What the server found beside the index. */
  readonly more: readonly ApiEntity[]
  readonly tookMs: number
  /** Why there are no entities; null when there is no reason. */
  readonly error: Error | null
  readonly isLoading: boolean
}

/** What the worker's index, and the server beside it, find for a text. */
export function usePaletteIndex(text: string, page: readonly Item[]): PaletteAnswer {
  const listed = useEntities({ limit: String(INDEXED) })
  const [answer, setAnswer] = useState<{ found: Found; tookMs: number } | null>(null)
  const question = useRef(0)
  const asked = useRef('')

  useEffect(() => {
    tell({ kind: 'build', part: 'page', entries: page.map(itemEntry) })
  }, [page])
  const entities = listed.data?.entities
  useEffect(() => {
    if (entities === undefined || builtOf === entities) return
    builtOf = entities
    tell({ kind: 'build', part: 'entities', entries: entities.map(entityEntry) })
  }, [entities])

  useEffect(() => {
    const onTold = ({ data }: MessageEvent<FromWorker>): void => {
      if (data.question !== question.current) return
      const { entities: known = [], page: others = [] } = data.hits
      const found = { text: asked.current, entities: known, page: others }
      setAnswer({ found, tookMs: data.tookMs })
    }
    worker?.addEventListener('message', onTold)
    return () => worker?.removeEventListener('message', onTold)
  }, [])
  useEffect(() => {
    question.current++
    asked.current = text
    const words = text.replace(/^>/, '')
    tell({ kind: 'search', question: question.current, text: words, limit: LIMIT })
  }, [text])

  const isCut = entities !== undefined && entities.length >= INDEXED
  const resting = useResting(text.replace(/^>/, '').trim())
  const asks = isCut && resting !== ''
  const more = useEntities({ q: resting, limit: String(LIMIT) }, asks)
  return {
    found: text.trim() === '' ? null : (answer?.found ?? null),
    entities: useMemo(() => new Map(entities?.map((each) => [each.id, each])), [entities]),
    more: asks ? (more.data?.entities ?? []) : [],
    tookMs: answer?.tookMs ?? 0,
    error: listed.error,
    isLoading: listed.isLoading,
  }
}

/** A text once it has not changed for {@link REST_MS}. */
function useResting(text: string): string {
  const [resting, setResting] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setResting(text), REST_MS)
    return () => clearTimeout(timer)
  }, [text])
  return resting
}
