import {
  buildIndex,
  searchIndex,
  type Entry,
  type Hit,
  type PaletteIndex,
} from './palette-index.ts'

/** To the worker. A part is indexed by itself, so that a view that is new does not build the entities again. */
export type ToWorker =
  | { readonly kind: 'build'; readonly part: string; readonly entries: readonly Entry[] }
  | {
      readonly kind: 'search'
      readonly question: number
      readonly text: string
      readonly limit: number
    }

/** From the worker: what each part holds for a question. */
export interface FromWorker {
  readonly question: number
  readonly hits: Readonly<Record<string, readonly Hit[]>>
  readonly tookMs: number
}

const parts = new Map<string, PaletteIndex>()
/** Asked again when a part has been built since. */
let last: Extract<ToWorker, { kind: 'search' }> | undefined

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'build') parts.set(data.part, buildIndex(data.entries))
  else last = data
  if (last !== undefined) answer(last)
})

function answer({ question, text, limit }: Extract<ToWorker, { kind: 'search' }>): void {
  const startedAt = performance.now()
  const hits = Object.fromEntries(
    [...parts].map(([part, index]) => [part, searchIndex(index, text, limit)]),
  )
  const told: FromWorker = { question, hits, tookMs: performance.now() - startedAt }
  self.postMessage(told)
}
