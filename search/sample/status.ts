import type { SampleState, SampleStatus } from '../../model/api.ts'
import { formatTime, MICROS_PER_MINUTE, type Micros } from '../../model/time.ts'
import type { StoreStats } from '../store/store.ts'
import { rangeOf, type SampleManifest } from './manifest.ts'

/** What is seen of the time before and after the desktop is slow. */
const AROUND_US = 8 * MICROS_PER_MINUTE

export interface SampleFacts {
  /** Why there is nothing to load; null when there is. */
  readonly missing: string | null
  readonly state: SampleState
  readonly shown: boolean
  readonly progress: number
  readonly failure: string | null
  readonly folder: string
  /** Of the sample that is there, else of the one that could be loaded. */
  readonly manifest: SampleManifest | undefined
  /** What its store holds; undefined while it is not shown. */
  readonly loaded: StoreStats | undefined
  readonly ownRecords: number
}

/** The sample as the API tells it. */
export function statusOf(facts: SampleFacts): SampleStatus {
  const { missing, state, shown, failure, folder, manifest, loaded, ownRecords } = facts
  return {
    available: missing === null,
    missing,
    state,
    shown,
    progress: Math.round(facts.progress * 1000) / 1000,
    failure,
    folder,
    ownRecords,
    loaded: { records: loaded?.records ?? 0, points: loaded?.points ?? 0 },
    about: manifest === undefined ? null : aboutOf(manifest),
  }
}

function aboutOf(manifest: SampleManifest): NonNullable<SampleStatus['about']> {
  const { lines, changes, points, vms, hosts, slow } = manifest
  const whole = rangeOf(manifest)
  const slowRange = slow === undefined ? undefined : rangeOf(slow)
  const view =
    slowRange === undefined
      ? whole
      : {
          from: Math.max(whole.from, slowRange.from - AROUND_US) as Micros,
          to: Math.min(whole.to, slowRange.to + AROUND_US) as Micros,
        }
  return {
    records: lines + changes,
    points,
    vms,
    hosts,
    from: formatTime(whole.from),
    to: formatTime(whole.to),
    slow:
      slow === undefined || slowRange === undefined
        ? null
        : {
            desktop: slow.desktop,
            from: formatTime(slowRange.from),
            to: formatTime(slowRange.to),
          },
    view: {
      query: slow === undefined ? '' : `near:${slow.desktop}`,
      from: formatTime(view.from),
      to: formatTime(view.to),
    },
  }
}
