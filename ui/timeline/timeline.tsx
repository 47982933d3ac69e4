import { useEffect, useMemo, useRef, useState } from 'react'
import type { EntityId } from '../../model/entity.ts'
import type { LaneEvent } from '../../model/timeline.ts'
import { isFollowing } from '../data/live.ts'
import { printSelection } from '../data/search-view.ts'
import { useTail } from '../data/use-tail.ts'
import type { ViewProps } from '../data/use-view.ts'
import { moving, type Viewport } from '../data/viewport.ts'
import { mayLack } from '../lib/lane-rows.ts'
import { zoneLabel } from '../lib/zoned-time.ts'
import { BelowPill } from './below-pill.tsx'
import { belowOf, type Below } from './below.ts'
import { BrushOffer } from './brush-offer.tsx'
import { HoverCard, type Hovered } from './hover-card.tsx'
import { hoveredAt, hoveredEvent } from './hovered.ts'
import { Minimap } from './minimap.tsx'
import { aimAt, clicked, closer } from './plot-aim.ts'
import { PendingRows } from './pending-rows.tsx'
import { BELOW_ROOM, bodyHeight, type Row } from './row-layout.ts'
import { RowsGrid } from './rows-grid.tsx'
import { Said } from './said.tsx'
import { isOfOther } from './stand-in.ts'
import { StopLoading } from './stop-loading.tsx'
import { xOf } from './time-scale.ts'
import { Unread } from './unread.tsx'
import { useAddPath } from './use-add-path.ts'
import { useLasting } from './use-lasting.ts'
import { useLoaded } from './use-loaded.ts'
import { usePainter } from './use-painter.ts'
import { usePlotPointer, type PlotActions, type PlotPoint } from './use-plot-pointer.ts'
import { usePlotSize } from './use-plot-size.ts'
import { useScene } from './use-scene.ts'
import { foldedLayer, toggled, useTimelineKeys } from './use-timeline-keys.ts'
import { WindowMover } from './window-mover.ts'
import styles from './timeline.module.css'

/** Reading that takes longer is said in place of the values, milliseconds. */
const LOADING_MS = 300

/** Layers, entities and their metrics on one time axis. */
export function Timeline(props: ViewProps) {
  const { view, change, zone, range, isLoading, setPlotWidth } = props
  const [focusedEvent, setFocusedEvent] = useState<string | null>(null)
  const [focusedKey, setFocusedKey] = useState<string | null>(null)
  const [card, setCard] = useState<(PlotPoint & { readonly hovered: Hovered }) | null>(null)
  const [brush, setBrush] = useState<Viewport | null>(null)
  const [below, setBelow] = useState<Below | null>(null)
  const isPaused = useTail((tail) => tail.isPaused)
  const map = useLoaded(isFollowing(view) && !isPaused)
  const addPath = useAddPath(view, change)

  const latest = useRef(props)
  latest.current = props
  const mover = useMemo(() => new WindowMover(() => latest.current.change), [])
  useEffect(() => () => mover.dispose(), [mover])
  const [root, room, plot, axis, scroller] = [
    useRef<HTMLElement>(null),
    useRef<HTMLDivElement>(null),
    useRef<HTMLDivElement>(null),
    useRef<HTMLDivElement>(null),
    useRef<HTMLDivElement>(null),
  ]
  const lanes = useRef<HTMLCanvasElement>(null)
  const overlay = useRef<HTMLCanvasElement>(null)
  const size = usePlotSize(plot, room)
  const state = useScene(props, focusedEvent, size.room)
  const { scene } = state
  const { query } = props.window
  const isOther = isOfOther({ ...scene.answered, query: props.answeredQuery }, { ...range, query })
  const isOtherWindow = scene.answered.from !== range.from || scene.answered.to !== range.to
  const isAwaited = isLoading && !scene.isExact && (isOther || isOtherWindow)
  const isReading = useLasting(isAwaited, LOADING_MS)
  const height = bodyHeight(scene.layout, size.room)

  const painter = usePainter(lanes, overlay, {
    scene,
    brush,
    width: size.width,
    height,
  })
  useEffect(() => setPlotWidth(size.width), [size.width, setPlotWidth])
  useCursorOfAddress(view.at)
  useEffect(
    () =>
      moving.subscribe((now, before) => {
        if (now.viewport !== before.viewport) setCard(null)
      }),
    [],
  )

  // What was opened says it all; the card would lie over the lanes.
  useEffect(() => setCard(null), [view.sel])

  const look = (top: number): void => {
    const { isUnread, layout } = scene
    const areLayersLow = props.answer !== undefined && mayLack(props.answer, range.to)
    const bottom = top + height - layout.pinnedHeight
    setBelow(isUnread ? null : belowOf(layout.rows, bottom, areLayersLow))
  }
  useEffect(() => look(scroller.current?.scrollTop ?? 0), [scene.layout, scene.isUnread, height])

  const rows = [...scene.layout.pinned, ...scene.layout.rows]
  const row = rows.find(({ key }) => key === focusedKey) ?? rows[0] ?? null
  const focusRow = (next: Row): void => {
    setFocusedKey(next.key)
    // The row may only come into being with the next rendering.
    requestAnimationFrame(() => {
      const node = root.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(next.key)}"]`)
      node?.focus({ preventScroll: true })
      node?.scrollIntoView({ block: 'nearest' })
    })
  }
  const fold = (folded: Row): void => {
    if (folded.kind === 'layer') {
      if (folded.canFold) change(foldedLayer(view, folded))
    } else change({ open: toggled(view.open, folded.lane.entity.id) })
  }
  const areaStart = useRef<number | null>(null)
  const markArea = (): void => {
    const at = moving.getState().cursor ?? (range.from + range.to) / 2
    const start = areaStart.current
    areaStart.current = start === null ? at : null
    if (start !== null) setBrush({ from: Math.min(start, at), to: Math.max(start, at) })
    else painter.current!.brush({ from: at, to: at })
  }

  const scrollTop = (): number => scroller.current?.scrollTop ?? 0
  const actions: PlotActions = {
    painter: () => painter.current,
    mover,
    scrollBy: (px) => {
      if (scroller.current !== null) scroller.current.scrollTop += px
    },
    hover: (point) => {
      const found = point === null ? null : hoveredAt(scene, painter.current!, point, scrollTop())
      setCard(found === null ? null : { ...point!, hovered: found })
    },
    click: (point) => {
      const aim = aimAt(scene, painter.current!, point, scrollTop())
      setCard(null)
      if (aim.row !== null) setFocusedKey(aim.row.key)
      if ((aim.cluster?.events.length ?? 0) > 1) mover.glide(closer(aim, mover.goal))
      else {
        moving.setState({ cursor: aim.at, isFrozen: true })
        change(clicked(aim))
      }
    },
    doubleClick: (point) => {
      mover.glide(closer(aimAt(scene, painter.current!, point, scrollTop()), mover.goal))
    },
    brushed: setBrush,
  }
  usePlotPointer(plot, actions, false)
  usePlotPointer(axis, actions, true)

  const clusterOf = (id: string, entity: EntityId): readonly LaneEvent[] => {
    const clusters = painter.current?.placementOf(entity)?.clusters ?? []
    return clusters.find(({ events }) => events.some((one) => one.id === id))?.events ?? []
  }
  useTimelineKeys({
    props,
    state,
    mover,
    root,
    loaded: map.loaded?.extent,
    row,
    rows,
    focusRow,
    fold,
    focusEvent: (event, entity) => {
      setFocusedEvent(event.id)
      setFocusedKey(entity)
      const together = clusterOf(event.id, entity)
      const x = xOf(scene.answered.from + event.atMs, painter.current!.scale)
      setCard({
        x,
        y: painter.current!.laneY(entity) ?? 0,
        hovered: hoveredEvent(scene, entity, together.length === 0 ? [event] : together, true),
      })
    },
    focused: focusedEvent,
    clusterOf,
    addPath,
    markArea,
    close: () => {
      setFocusedEvent(null)
      setCard(null)
    },
  })

  return (
    <section ref={root} className={styles['timeline']} aria-label="Timeline">
      <Minimap {...map} range={range} zone={zone} width={size.width} mover={mover} />
      <div className={styles['axis']}>
        <div className={styles['zone']}>
          {zoneLabel(zone, range.from)}
          {view.raw === '1' && <strong>raw time</strong>}
        </div>
        <div ref={axis} className={styles['ticks']} />
        <StopLoading isLoading={isLoading} onStop={props.stop} />
      </div>
      <div ref={room} className={styles['room']}>
        <div className={styles['body']} data-pale={props.isQueryError} style={{ height }}>
          {scene.answer === undefined ? (
            <PendingRows isLoading={isLoading} />
          ) : (
            <RowsGrid
              answer={scene.answer}
              layout={scene.layout}
              view={view}
              selected={state.selection?.kind === 'entity' ? state.selection.id : null}
              focusedKey={focusedKey}
              reading={scene.isUnread ? 'not read' : isReading ? 'loading' : 'read'}
              scroller={scroller}
              onScroll={(top) => {
                painter.current!.scrollTo(top)
                look(top)
                setCard(null)
              }}
              onFocusRow={({ key }) => setFocusedKey(key)}
              onSelect={(id) => change({ sel: printSelection({ kind: 'entity', id }) })}
              onFold={fold}
              onMore={props.moreLanes}
              onRetry={props.retry}
            />
          )}
          <div ref={plot} className={styles['plot']} data-other={isReading && isOther}>
            <canvas ref={lanes} aria-hidden="true" />
          </div>
          {scene.isUnread && <Unread error={props.error} onRetry={props.retry} />}
          {card !== null && (
            <HoverCard {...card} room={{ width: size.width, height }} zone={zone} />
          )}
        </div>
        {below !== null && size.room - height >= BELOW_ROOM && (
          <BelowPill below={below} onGo={() => scroller.current!.scrollBy({ top: height * 0.8 })} />
        )}
      </div>
      <canvas ref={overlay} aria-hidden="true" className={styles['overlay']} />
      {brush !== null && (
        <BrushOffer
          brush={brush}
          x={xOf(brush.to, { ...range, width: size.width })}
          plotWidth={size.width}
          change={change}
          onDone={() => setBrush(null)}
        />
      )}
      <Said scene={scene} row={row} />
    </section>
  )
}

/** A cursor that stands in the address stays where it is. */
function useCursorOfAddress(at: string | undefined): void {
  useEffect(() => {
    const time = at === undefined ? NaN : Date.parse(at)
    if (Number.isNaN(time)) moving.setState({ isFrozen: false })
    else moving.setState({ cursor: time, isFrozen: true })
  }, [at])
}
