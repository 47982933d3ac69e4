import { useEffect, useRef, useState } from 'react'
import type { ApiEntity } from '../../../model/api.ts'
import { AppError } from '../../../model/errors.ts'
import { RequestError } from '../../data/client.ts'
import { findEntities } from '../../data/find-entities.ts'
import { keepQuery } from '../../data/kept.ts'
import { setNotRun } from '../../data/not-run.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { filterPart } from '../../data/filter-part.ts'
import { mayBeName, namedExactly, nearText } from './name-query.ts'
import { findTrouble, troubleOf, type Trouble } from './query-trouble.ts'

/** A name that several entities go by. */
export interface Choice {
  readonly name: string
  readonly entities: readonly ApiEntity[]
}

/** Running what was typed, and what stands in the way. */
export interface Run {
  readonly run: (text: string) => Promise<void>
  readonly trouble: Trouble | null
  readonly choice: Choice | null
  /** Typing goes on: trouble and choice are of before. */
  readonly forget: () => void
}

/** Runs queries: a wrong one is not run and said to be, the exact name of an entity becomes `near:` it. */
export function useRun({ view, window, change, error, answer }: ViewProps): Run {
  const [local, setLocal] = useState<{ readonly text: string; readonly trouble: Trouble } | null>(
    null,
  )
  const [choice, setChoice] = useState<Choice | null>(null)
  const newest = useRef(0)
  const answeredAt = useRef<number | null>(null)
  useEffect(() => {
    answeredAt.current = answer === undefined ? null : Date.now()
  }, [answer])

  const isRefused =
    (error instanceof RequestError || error instanceof AppError) && error.code === 'invalid_query'
  const refused = isRefused ? { text: view.q ?? '', trouble: troubleOf(view.q ?? '', error) } : null
  const found = local ?? refused
  const notRunText = found?.text
  useEffect(() => {
    setNotRun(notRunText === undefined ? null : { text: notRunText, shownOf: answeredAt.current })
    return () => setNotRun(null)
  }, [notRunText])

  const show = (q: string): void => {
    keepQuery(q, Date.now())
    change({ q: q === '' ? undefined : q })
  }
  const run = async (typed: string): Promise<void> => {
    const text = typed.trim()
    const turn = ++newest.current
    setChoice(null)
    const trouble = findTrouble(typed)
    setLocal(trouble === undefined ? null : { text: typed, trouble })
    if (trouble !== undefined) return
    if (!mayBeName(text)) return show(text)
    const named = await entitiesNamed(text, window.to)
    if (turn !== newest.current) return
    if (named.length === 1) show(nearText(named[0]!.name))
    else if (named.length > 1) setChoice({ name: text, entities: named })
    else show(text)
  }
  return {
    run,
    trouble: found?.trouble ?? null,
    choice,
    forget: () => {
      newest.current++
      setLocal(null)
      setChoice(null)
    },
  }
}

/** Entities of exactly this name; none where the server cannot say, so that the words are searched. */
async function entitiesNamed(text: string, at: string): Promise<ApiEntity[]> {
  try {
    return namedExactly(filterPart(text), await findEntities(text, at))
  } catch (error) {
    if (error instanceof RequestError) return []
    throw error
  }
}
