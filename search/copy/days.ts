import { AppError } from '../../model/errors.ts'
import { compareText } from '../../model/match.ts'
import type { Store } from '../store/store.ts'
import type { Contents, CountedStretch } from '../store/whole-store.ts'
import type { CopyMark } from './copy-mark.ts'

/** What is left of one day. */
export interface DayToCopy {
  readonly day: string
  /** By node. `count`: about, where a part of it is there. */
  readonly stretches: readonly CountedStretch[]
  readonly points?: PointsToCopy
}

export interface PointsToCopy {
  /** The place in the source behind which they begin; null for the first. */
  readonly from: string | null
  /** Points of the day that are there and come again: writing them changes nothing. */
  readonly again: number
}

/** What a target has of the source. */
export interface Copied {
  readonly contents: Contents
  readonly mark: CopyMark | undefined
  /** Of the target's last commit that belongs to no node. */
  readonly number: number
}

/**
 * The days of which something is left to copy, oldest first. Throws `invalid_request` for a day that the source has added
 * to since it was copied, where the target cannot take that: the embedded store keeps records in the order in which they
 * came, and a point as often as it comes.
 */
export function daysToCopy(held: Contents, copied: Copied, kind: Store['kind']): DayToCopy[] {
  const days = new Set([...held.records, ...held.points].map(({ day }) => day))
  return [...days].sort(compareText).flatMap((day) => {
    const stretches = stretchesOf(day, held, copied.contents, kind)
    const points = pointsOf(day, held, copied, kind)
    if (stretches.length === 0 && points === undefined) return []
    return [{ day, stretches, ...(points === undefined ? {} : { points }) }]
  })
}

function stretchesOf(
  day: string,
  held: Contents,
  copied: Contents,
  kind: Store['kind'],
): CountedStretch[] {
  const there = copied.records.filter((one) => one.day === day)
  return held.records
    .filter((one) => one.day === day)
    .sort((a, b) => compareText(a.node, b.node))
    .flatMap((stretch) => {
      const known = there.find(({ node }) => node === stretch.node)
      if (known !== undefined && known.to >= stretch.to) return []
      if (kind === 'embedded' && there.some(({ node }) => compareText(node, stretch.node) > 0)) {
        throw grown(day, `records by node ${stretch.node}`)
      }
      if (known === undefined) return [stretch]
      return [{ ...stretch, from: known.to, count: stretch.count - known.count }]
    })
}

function pointsOf(
  day: string,
  held: Contents,
  { contents, mark, number }: Copied,
  kind: Store['kind'],
): PointsToCopy | undefined {
  const count = pointsIn(held, day)
  const there = pointsIn(contents, day)
  if (there === count) return undefined
  if (there > count) throw grown(day, 'no longer as many points', 'has')
  if (there === 0) return { from: null, again: 0 }
  const begun = mark?.points?.day === day ? mark.points : undefined
  const from = begun === undefined ? null : number >= begun.number ? begun.to : begun.from
  if (from !== null) return { from, again: 0 }
  if (kind === 'embedded') throw grown(day, 'points')
  return { from: null, again: there }
}

const pointsIn = ({ points }: Contents, day: string): number =>
  points.find((one) => one.day === day)?.count ?? 0

const grown = (day: string, what: string, verb = 'has got'): AppError =>
  new AppError(
    'invalid_request',
    `cannot go on with this copy: since ${day} was copied the source ${verb} ${what} of that day`,
    { hint: 'copy into an empty or absent folder, or to other indices with --elastic-prefix NAME' },
  )
