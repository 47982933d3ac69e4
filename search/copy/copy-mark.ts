import { AppError, messageOf } from '../../model/errors.ts'
import type { Store } from '../store/store.ts'

/** The document in a target that says that it is a copy, and how far the points of a day have come. */
export const COPY_MARK = 'copy'

/**
 * Records say themselves how far they are copied: by their numbers. Points have none, so before each commit of some it
 * is noted what it takes, and by its number whether it happened.
 */
export interface CopyMark {
  /** Where the source is, for people. */
  readonly source: string
  /** Everything that there was at one time has been copied. */
  readonly isComplete: boolean
  /** The last commit of points that was begun. */
  readonly points?: PointsMark
}

export interface PointsMark {
  readonly day: string
  /** Of the commit. */
  readonly number: number
  /** Places in the source before and behind it; null before the first and behind the last. */
  readonly from: string | null
  readonly to: string | null
}

export async function readMark(target: Store): Promise<CopyMark | undefined> {
  const text = await target.getState(COPY_MARK)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as CopyMark
  } catch (cause) {
    throw new AppError('data_version', `cannot read how far the copy is: ${messageOf(cause)}`, {
      cause,
      hint: 'copy into an empty place',
    })
  }
}

export async function writeMark(target: Store, mark: CopyMark): Promise<void> {
  await target.putState(COPY_MARK, JSON.stringify(mark))
}
