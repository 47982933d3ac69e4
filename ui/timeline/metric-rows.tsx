import { useEffect, useMemo, useRef, useState } from 'react'
import type { EntityId } from '../../model/entity.ts'
import type { MetricLane, TimelineAnswer } from '../../model/timeline.ts'
import { useTimeline } from '../data/questions.ts'
import { printMillis } from '../data/use-search-view.ts'
import { COLUMN_PX } from '../data/use-view.ts'
import type { Viewport } from '../data/viewport.ts'
import { useWidth } from '../lib/use-width.ts'
import type { Millis } from '../lib/zoned-time.ts'
import { NotRead } from '../widgets/not-read.tsx'
import { drawLeftUsual } from './draw/left-usual.ts'
import { drawMetric } from './draw/metric.ts'
import { drawShare } from './draw/share.ts'
import { MetricLabel } from './label-row.tsx'
import { laneScaleOf } from './lane-scale.ts'
import { readPalette, watchTheme } from './palette.ts'
import { METRIC_HEIGHT } from './row-layout.ts'
import styles from './metric-rows.module.css'

interface MetricRowsProps {
  readonly id: EntityId
  readonly window: Viewport
  /** Dashed over the lanes. */
  readonly marks: readonly Millis[]
  readonly zone: string
}

/** Most lanes; the Timeline tab has them all. */
const MOST = 4

/** What an entity measured over a window, the worst first: the lanes of the timeline without its axis. */
export function MetricRows({ id, window, marks, zone }: MetricRowsProps) {
  const [row, width] = useWidth()
  const { data, error, refetch } = useTimeline(
    {
      query: `entity:"${id.replace(/["\\]/g, '\\$&')}"`,
      from: printMillis(window.from),
      to: printMillis(window.to),
      columns: Math.max(1, Math.round(width / COLUMN_PX)),
      events: 0,
      lanes: 1,
      include: [id],
      open: [id],
    },
    width > 0,
  )
  const lane = data?.lanes.find(({ entity }) => entity.id === id)
  const reason = data?.metricsUnread ?? null
  const unread = error ?? (reason === null ? null : new Error(reason))
  return (
    <section className={styles['rows']} aria-label="What it measured">
      <div className={styles['measure']}>
        <span />
        <span ref={row} />
      </div>
      {unread !== null && (
        <NotRead what="the metrics" error={unread} onRetry={() => void refetch()} />
      )}
      {data !== undefined &&
        lane?.metrics.slice(0, MOST).map((metric) => (
          <div key={JSON.stringify([metric.metric, metric.attributes])} className={styles['row']}>
            <div className={styles['label']}>
              <MetricLabel metric={metric} reading="read" />
            </div>
            <Drawn metric={metric} answer={data} width={width} marks={marks} zone={zone} />
          </div>
        ))}
    </section>
  )
}

interface DrawnProps {
  readonly metric: MetricLane
  readonly answer: TimelineAnswer
  readonly width: number
  readonly marks: readonly Millis[]
  readonly zone: string
}

function Drawn({ metric, answer, width, marks, zone }: DrawnProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [theme, setTheme] = useState(0)
  useEffect(() => watchTheme(() => setTheme((n) => n + 1)), [])
  const scale = useMemo(
    () => ({ from: Date.parse(answer.from), to: Date.parse(answer.to), width }),
    [answer, width],
  )
  useEffect(() => {
    const ctx = canvas.current!.getContext('2d')!
    const ratio = devicePixelRatio
    ctx.canvas.width = Math.round(width * ratio)
    ctx.canvas.height = METRIC_HEIGHT * ratio
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
    const palette = readPalette()
    const paint = (): void => {
      ctx.clearRect(0, 0, width, METRIC_HEIGHT)
      ctx.textBaseline = 'middle'
      const area = { width, columns: answer.columns, scale: laneScaleOf(metric) }
      if (metric.share === null) drawMetric(ctx, palette, metric, area)
      else drawShare(ctx, palette, metric, metric.share, area)
      const { columnMs } = answer
      drawLeftUsual(ctx, palette, metric, { y: 0, originMs: scale.from, columnMs, scale, zone })
    }
    paint()
    void document.fonts.ready.then(paint)
  }, [metric, answer, scale, width, zone, theme])
  return (
    <div className={styles['plot']}>
      <canvas ref={canvas} aria-hidden="true" style={{ width, height: METRIC_HEIGHT }} />
      {marks.map((at) => (
        <span
          key={at}
          className={styles['mark']}
          style={{ left: `${((at - scale.from) / (scale.to - scale.from)) * 100}%` }}
          aria-hidden="true"
        />
      ))}
    </div>
  )
}
