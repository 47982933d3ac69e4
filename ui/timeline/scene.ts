import type { TimelineAnswer } from '../../model/timeline.ts'
import type { Viewport } from '../data/viewport.ts'
import type { Marks } from './draw/marks.ts'
import type { Attention } from './labels.ts'
import type { DrawnLink } from './link-set.ts'
import type { RowLayout } from './row-layout.ts'

/** What is drawn, but for what moves: changes when an answer arrives or the reader selects, folds, marks. */
export interface Scene {
  readonly answer: TimelineAnswer | undefined
  /** Edges of the answer. */
  readonly answered: Viewport
  readonly layout: RowLayout
  readonly links: readonly DrawnLink[]
  readonly attention: Attention
  /** The record whose glyph the keyboard is on. */
  readonly focused: string | null
  readonly marks: Marks
  readonly zone: string
  /** The answer is of the window that is asked for, not of the one before. */
  readonly isExact: boolean
  /** Nothing could be read for this window: lanes are hatched. */
  readonly isUnread: boolean
}

/** Size of the part of the plot that is on the screen, CSS pixels; `height` without the axis. */
export interface PlotSize {
  readonly width: number
  readonly height: number
  /** Device pixels per CSS pixel. */
  readonly ratio: number
}
