import { useMemo } from 'react'
import { AppError } from '../../model/errors.ts'
import type { Query } from '../../model/query.ts'
import { micros } from '../../model/time.ts'
import { tryParseQuery } from '../../search/query/parse.ts'

/** Relative times are read as of one instant, so that the same words are always the same tree. */
const SOME_TIME = micros(1_800_000_000_000_000)

/** The tree of a text, or why it is none; for editing it, not for asking. */
export const readQuery = (text: string): Query | AppError => tryParseQuery(text, SOME_TIME)

/** What the grammar has against a text; null when it is a query. */
export function useQueryFault(text: string): AppError | null {
  return useMemo(() => {
    const read = readQuery(text)
    return read instanceof AppError ? read : null
  }, [text])
}

export const useIsReadable = (text: string): boolean => useQueryFault(text) === null
