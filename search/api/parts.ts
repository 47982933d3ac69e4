import type { FastifyReply } from 'fastify'
import type { IngestPort } from '../../ingest/port.ts'
import type { Coverage, SampleStatus, StartFacts } from '../../model/api.ts'
import type { Micros, TimeRange } from '../../model/time.ts'
import type { Store } from '../store/store.ts'
import type { CachedTopology } from '../topology/cached-topology.ts'
import { coverageOf, NO_NOTES, type AnswerNotes } from './coverage.ts'
import type { SourceWatch } from './source-watch.ts'

/** What the ingest side tells of itself; the composition root asks it. */
export interface IngestStatus {
  /** Open listeners, ours for HTTP included. */
  listeners(): readonly { readonly protocol: string; readonly address: string }[]
  /** Sentences about what is wrong now; empty when all is well. */
  problems(): Promise<readonly string[]>
  /** True while new records are taken. */
  isTaking(): Promise<boolean>
  /** For `/metrics`. */
  measurements(): Promise<readonly Measurement[]>
  /** Resolves when everything acknowledged before the call is in the store, and so found. */
  settled(): Promise<void>
}

/** The sample incident, which stands beside the own data and is shown instead of it; `search/sample`. */
export interface SampleControl {
  status(): Promise<SampleStatus>
  /**
   * Begins to load it, and shows it from then on; one that is loaded is shown. Own records
   * stay as they are beside it. Throws `not_found` without its files, `storage_full`.
   */
  load(): Promise<void>
  /**
   * Shows a loaded sample, or the own data beside it, also after a restart; nothing is deleted. One that is
   * being loaded is waited for. Throws `not_found` where there is none.
   */
  show(isShown: boolean): Promise<void>
  /** Breaks off what is being loaded, deletes it and shows the own data again. */
  remove(): Promise<void>
  /** What an answer says of it: that it is not whole yet, and that own records wait behind it. */
  notes(): AnswerNotes
  /** How often other data was shown than before: places in what arrived are of one such stretch. */
  switches(): number
}

/** One value of `/metrics`; `name` without the `plumbline_` prefix. */
export interface Measurement {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** What the routes work with, handed in by `search/main.ts`. */
export interface ApiParts {
  readonly store: Store
  readonly port: IngestPort
  readonly ingest: IngestStatus
  readonly topology: CachedTopology
  readonly sources: SourceWatch
  readonly sample: SampleControl
  /** What somebody who has just started it wants to know. */
  readonly start: () => Promise<StartFacts>
  readonly now: () => Micros
  readonly version: string
  readonly role: string
  /** Its name as an ingest node, where it takes records. */
  readonly node?: string
  /** True from the moment on that it is to end. */
  readonly isDraining?: () => boolean
  /** Of the jobs that one of several processes does. */
  readonly jobs?: () => readonly Measurement[]
  /** The server that holds the store and its version, where there is one. */
  readonly storeServer?: string
}

/** What tells of the process itself; one that answers no questions watches no sources. */
export type ProcessParts = Pick<
  ApiParts,
  'store' | 'ingest' | 'version' | 'role' | 'node' | 'isDraining' | 'jobs' | 'storeServer'
> &
  Partial<Pick<ApiParts, 'sources' | 'topology'>>

/** The coverage and time of an answer begun at `startedAt` (of `performance.now`). */
export async function closing(
  parts: ApiParts,
  range: TimeRange,
  startedAt: number,
  notes: AnswerNotes = NO_NOTES,
): Promise<{ readonly coverage: Coverage; readonly tookMs: number }> {
  const ofSample = parts.sample.notes()
  const coverage = coverageOf(await parts.sources.sources(), range, parts.now(), {
    cuts: [...notes.cuts, ...ofSample.cuts],
    remarks: [...notes.remarks, ...ofSample.remarks],
  })
  return { coverage, tookMs: Math.round((performance.now() - startedAt) * 10) / 10 }
}

/** The remark about a list that its limit cuts off. */
export function leftOut(found: number, limit: number, what: string): string[] {
  return found > limit ? [`the first ${limit} of ${found} ${what}; raise limit for more`] : []
}

/** Aborts when the client closes the connection before its answer is complete. */
export function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}
