import type { RefObject } from 'react'
import type { EntityId } from '../../model/entity.ts'
import type { LaneEvent } from '../../model/timeline.ts'
import { choose, isChosen, unchoose } from '../data/filter-choice.ts'
import { addCondition, entityText, equalsText } from '../data/filter-edit.ts'
import { printMillis, type Changes } from '../data/use-search-view.ts'
import { printSelection, type SearchView } from '../data/search-view.ts'
import type { ViewProps } from '../data/use-view.ts'
import { moving, panned, zoomed, type Viewport } from '../data/viewport.ts'
import { useKeys, type KeyAction } from '../lib/keys.ts'
import { nextEvent } from './hit.ts'
import type { LayerRow, Row } from './row-layout.ts'
import { unusualSpan } from './unusual-span.ts'
import type { SceneState } from './use-scene.ts'
import type { WindowMover } from './window-mover.ts'

/** What the keys act on. */
export interface KeyTarget {
  readonly props: ViewProps
  readonly state: SceneState
  readonly mover: WindowMover
  readonly root: RefObject<HTMLElement | null>
  readonly loaded: Viewport | undefined
  /** The row in focus, else the first. */
  readonly row: Row | null
  readonly rows: readonly Row[]
  readonly focusRow: (row: Row) => void
  readonly fold: (row: Row) => void
  readonly focusEvent: (event: LaneEvent, entity: EntityId) => void
  readonly focused: string | null
  /** The events that are drawn as one glyph with the focused one. */
  readonly clusterOf: (event: string, entity: EntityId) => readonly LaneEvent[]
  /** Adds the host, disk and ports of an entity. */
  readonly addPath: (entity: EntityId) => void
  /** Start of an area, or its end. */
  readonly markArea: () => void
  readonly close: () => void
}

const [ZOOM, ZOOM_MORE, PAN] = [1.5, 4, 0.25]
const ERROR = 17

/** The keys of the timeline (ui.md 6), declared where they act. */
export function useTimelineKeys(target: KeyTarget): void {
  const { props, state, row, rows } = target
  const { answer, range } = props
  const hasFocus = (): boolean => target.root.current?.contains(document.activeElement) ?? false
  const isFree = (): boolean => hasFocus() || document.activeElement === document.body
  const isOnRow = (): boolean =>
    hasFocus() && document.activeElement?.getAttribute('role') === 'row'
  const entity = row === null || row.kind === 'layer' ? null : row.lane.entity.id
  const hasEntity = (): boolean => entity !== null && isFree()
  const cursor = (): number => moving.getState().cursor ?? (range.from + range.to) / 2

  const key = (
    keys: readonly string[],
    does: string | undefined,
    run: () => void,
    isOn?: () => boolean,
  ): KeyAction => ({
    keys,
    run,
    ...(does === undefined ? {} : { does }),
    ...(isOn === undefined ? {} : { isOn }),
  })
  const zoom = (factor: number) => () => {
    const { goal } = target.mover
    const at = cursor()
    const anchor = at < goal.from || at > goal.to ? (goal.from + goal.to) / 2 : at
    target.mover.glide(zoomed(goal, factor, anchor))
  }
  const pan = (part: number) => () => target.mover.glide(panned(target.mover.goal, part))
  const step = (columns: number) => () => {
    moveCursor(target, cursor() + columns * (answer?.columnMs ?? (range.to - range.from) / 600))
  }
  const walk = (by: number) => () => {
    const at = rows.findIndex(({ key: one }) => one === row?.key)
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))]
    if (next !== undefined) target.focusRow(next)
  }
  const event = (way: 1 | -1, least: number) => () => walkEvents(target, entity, way, least)
  const toggle = (list: 'pin' | 'hide') => () =>
    props.change({ [list]: toggled(props.view[list], entity!) })
  const narrow = (how: 'only' | 'not') => () => {
    const [query, condition] = [props.view.q ?? '', entityText(entity!)]
    const isOnly = isChosen(query, 'entity', condition)
    const without = unchoose(query, 'entity', condition)
    const q =
      how === 'not'
        ? addCondition(without, `not ${condition}`)
        : isOnly
          ? without
          : choose(query, 'entity', condition)
    props.change({ q: q === '' ? undefined : q })
  }

  useKeys([
    key(['w'], 'zoom in at the cursor (Shift: × 4)', zoom(1 / ZOOM)),
    key(['s'], 'zoom out', zoom(ZOOM)),
    key(['Shift+W'], undefined, zoom(1 / ZOOM_MORE)),
    key(['Shift+S'], undefined, zoom(ZOOM_MORE)),
    key(['a'], 'earlier (Shift: a page)', pan(-PAN)),
    key(['d'], 'later', pan(PAN)),
    key(['Shift+A'], undefined, pan(-1)),
    key(['Shift+D'], undefined, pan(1)),
    key(['ArrowLeft'], 'cursor back (Shift: × 10)', step(-1), isFree),
    key(['ArrowRight'], 'cursor on', step(1), isFree),
    key(['Shift+ArrowLeft'], undefined, step(-10), isFree),
    key(['Shift+ArrowRight'], undefined, step(10), isFree),
    key(['ArrowUp'], 'lane above', walk(-1), isFree),
    key(['ArrowDown'], 'lane below', walk(1), isFree),
    key([','], 'previous event in the lane (Shift: error)', event(-1, 0)),
    key(['.'], 'next event in the lane', event(1, 0)),
    key(['<', ';'], undefined, event(-1, ERROR)),
    key(['>', ':'], undefined, event(1, ERROR)),
    key(
      ['[', 'k'],
      'previous related record',
      () => walkLinked(target, -1),
      () => hasLinked(state),
    ),
    key(
      [']', 'j'],
      'next related record',
      () => walkLinked(target, 1),
      () => hasLinked(state),
    ),
    key(['f'], 'fit what is selected, else what is worse than usual', () => fit(target)),
    key(['0'], 'all that is loaded', () => {
      if (target.loaded !== undefined) target.mover.glide(target.loaded)
    }),
    key(['Home'], 'start of what is loaded', () => toEnd(target, 'from'), isFree),
    key(['End'], 'end of what is loaded', () => toEnd(target, 'to'), isFree),
    key(
      ['Enter'],
      'open the event or the lane; list several events',
      () => open(target, entity),
      isOnRow,
    ),
    key([' '], 'fold or unfold', () => row !== null && target.fold(row), isOnRow),
    key(['p'], 'pin the lane', toggle('pin'), hasEntity),
    key(['h'], 'hide the lane', toggle('hide'), hasEntity),
    key(['x'], 'add its host, disk and ports', () => target.addPath(entity!), hasEntity),
    key(['i'], 'only this entity; another one too; again: not narrowed', narrow('only'), hasEntity),
    key(['o'], 'not this entity', narrow('not'), hasEntity),
    key(['m'], 'mark A, then B, then none', () => mark(target, cursor())),
    key(['r'], 'area: start, then end', target.markArea),
    key(['c'], 'freeze or free the cursor', () => freeze(target)),
    key(['t'], 'times as written, or corrected', () =>
      props.change({ raw: props.view.raw === '1' ? undefined : '1' }, 'replace'),
    ),
    key(['u'], 'UTC or your zone', () =>
      props.change({ zone: props.view.zone === 'UTC' ? undefined : 'UTC' }, 'replace'),
    ),
    key(['Escape'], undefined, target.close, () => target.focused !== null),
  ])
}

/** A list with the value, or without it when it was there; undefined when nothing is left. */
export function toggled(
  list: readonly string[] = [],
  value: string,
): readonly string[] | undefined {
  const next = list.includes(value) ? list.filter((one) => one !== value) : [...list, value]
  return next.length === 0 ? undefined : next
}

/** Closes a layer or opens it, also one that is closed for want of room. */
export function foldedLayer(
  { fold = [], unfold = [] }: Pick<SearchView, 'fold' | 'unfold'>,
  { summary: { layer }, isFolded }: Pick<LayerRow, 'summary' | 'isFolded'>,
): Changes {
  const without = (list: readonly string[]): readonly string[] | undefined => {
    const rest = list.filter((one) => one !== layer)
    return rest.length === 0 ? undefined : rest
  }
  return isFolded
    ? { fold: without(fold), unfold: [...(without(unfold) ?? []), layer] }
    : { fold: [...(without(fold) ?? []), layer], unfold: without(unfold) }
}

let writing: ReturnType<typeof setTimeout> | undefined
/** Rest after which a cursor that keys move goes into the address, milliseconds. */
const CURSOR_MS = 300

/** Puts the cursor somewhere and keeps it there; the window follows where it leaves it. */
export function moveCursor({ mover, props }: Pick<KeyTarget, 'mover' | 'props'>, at: number): void {
  moving.setState({ cursor: at, isFrozen: true })
  const { goal } = mover
  if (at < goal.from || at > goal.to) {
    const width = goal.to - goal.from
    mover.glide({ from: at - width / 2, to: at + width / 2 })
  }
  clearTimeout(writing)
  writing = setTimeout(() => props.change({ at: printMillis(at) }, 'replace'), CURSOR_MS)
}

function walkEvents(target: KeyTarget, entity: EntityId | null, way: 1 | -1, least: number): void {
  const { answer, answered, isUnread } = target.state.scene
  const lanes = isUnread ? [] : (answer?.lanes ?? [])
  const lane =
    lanes.find((one) => one.entity.id === entity) ?? lanes.find(({ events }) => events?.length)
  if (lane === undefined || lane.events === null) return
  const { cursor } = moving.getState()
  const on = lane.events.find(({ id }) => id === target.focused)
  const start = on?.atMs ?? (cursor ?? answered.from) - answered.from
  const next = nextEvent(lane.events, start, way, least)
  if (next === undefined) return
  target.focusEvent(next, lane.entity.id)
  moveCursor(target, answered.from + next.atMs)
}

const hasLinked = ({ scene }: SceneState): boolean => scene.attention.linked.size > 1

/** Selects the next record of the selection's links, by time. */
function walkLinked(target: KeyTarget, way: 1 | -1): void {
  const { state, props } = target
  const { links, attention } = state.scene
  const ends = links
    .filter((link) => link.isOfSelection)
    .flatMap(({ cause, effect }) => [cause, effect])
  const byTime = [...new Map(ends.map((end) => [end.record, end])).values()].sort(
    (a, b) => a.atMs - b.atMs,
  )
  const at = byTime.findIndex(({ record }) => record === attention.selected)
  const next = byTime[(at + way + byTime.length) % byTime.length]
  if (next === undefined) return
  props.change({ sel: printSelection({ kind: 'record', id: next.record }) })
  moveCursor(target, state.scene.answered.from + next.atMs)
}

/** The window around what is selected: a record with its links, an area, the marks, else the stretch that is out of the usual. */
function fit({ state, mover, props }: KeyTarget): void {
  const { selection, selected, scene } = state
  const around = (from: number, to: number): void => {
    const pad = Math.max((to - from) * 0.1, 1_000)
    mover.glide({ from: from - pad, to: to + pad })
  }
  if (selection?.kind === 'area') {
    around(Date.parse(selection.from), Date.parse(selection.to))
  } else if (selected !== null) {
    const own = scene.links.filter((link) => link.isOfSelection)
    const times = [selected.atMs, ...own.flatMap(({ cause, effect }) => [cause.atMs, effect.atMs])]
    around(scene.answered.from + Math.min(...times), scene.answered.from + Math.max(...times))
  } else if (props.view.a !== undefined && props.view.b !== undefined) {
    const [a, b] = [Date.parse(props.view.a), Date.parse(props.view.b)]
    around(Math.min(a, b), Math.max(a, b))
  } else if (scene.answer !== undefined) {
    const span = unusualSpan(scene.answer)
    if (span !== null) around(scene.answered.from + span.fromMs, scene.answered.from + span.toMs)
  }
}

function toEnd({ loaded, mover }: KeyTarget, end: 'from' | 'to'): void {
  if (loaded === undefined) return
  const width = mover.goal.to - mover.goal.from
  mover.glide(
    end === 'from'
      ? { from: loaded.from, to: loaded.from + width }
      : { from: loaded.to - width, to: loaded.to },
  )
}

function open(target: KeyTarget, entity: EntityId | null): void {
  const { props, row, focused } = target
  const events = focused === null || entity === null ? [] : target.clusterOf(focused, entity)
  if (events.length > 1) props.change({ ...listOf(events, entity!), tab: undefined })
  else if (focused !== null) props.change({ sel: printSelection({ kind: 'record', id: focused }) })
  else if (entity !== null) props.change({ sel: printSelection({ kind: 'entity', id: entity }) })
  else if (row !== null) target.fold(row)
}

/** The records of one glyph as a selection: their time, their lane, and their pattern where it is one. */
export function listOf(events: readonly LaneEvent[], entity: EntityId): Changes {
  const times = events.map(({ time }) => Date.parse(time))
  const patterns = new Set(events.map(({ template }) => template))
  const [pattern] = patterns
  const conditions = [
    entityText(entity),
    ...(patterns.size === 1 && typeof pattern === 'string'
      ? [equalsText('template', pattern)]
      : []),
  ]
  const from = printMillis(Math.min(...times))
  const to = printMillis(Math.max(...times) + 1)
  return {
    sel: printSelection({ kind: 'area', from, to, where: conditions.join(' and ') }),
  }
}

function mark({ props }: KeyTarget, at: number): void {
  const { a, b } = props.view
  const part: Changes =
    a === undefined
      ? { a: printMillis(at) }
      : b === undefined
        ? { b: printMillis(at) }
        : { a: undefined, b: undefined }
  props.change(part, 'replace')
}

function freeze({ props }: KeyTarget): void {
  const { isFrozen, cursor } = moving.getState()
  if (isFrozen) moving.setState({ isFrozen: false })
  else if (cursor !== null) moving.setState({ isFrozen: true })
  const at = isFrozen || cursor === null ? undefined : printMillis(cursor)
  props.change({ at }, 'replace')
}
