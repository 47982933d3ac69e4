import { useMemo } from 'react'
import type { Lane, MetricLane } from '../../../model/timeline.ts'
import { useMoving } from '../../data/viewport.ts'
import { printSelection } from '../../data/search-view.ts'
import { usePaced } from '../../data/use-paced.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { coverageText, isPartial, laneRows, type LaneRow } from '../../lib/lane-rows.ts'
import { leftText } from '../../lib/left-usual.ts'
import { atLeast, quantity, times, unitOf } from '../../lib/quantity.ts'
import { standingOf } from '../../lib/standing.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { SortableTable, type TableColumn } from '../../widgets/sortable-table.tsx'
import styles from './records-pane.module.css'

const CURSOR_EVERY_MS = 200

/** All that the plot says, as a table. */
export function LanesTab({ answer, isUnread, selection, change, zone }: LanesTabProps) {
  const cursor = usePaced(
    useMoving((state) => state.cursor),
    CURSOR_EVERY_MS,
  )
  const rows = useMemo(
    () => (answer === undefined ? [] : laneRows(answer, cursor)),
    [answer, cursor],
  )
  const columnMs = answer?.columnMs ?? 0
  const columns = useMemo(() => laneColumns(zone, columnMs), [zone, columnMs])
  return (
    <SortableTable
      label="Lanes of the timeline"
      columns={columns}
      rows={rows}
      keyOf={({ lane, metric }) =>
        `${lane.entity.id} ${metric?.metric ?? ''} ${JSON.stringify(metric?.attributes ?? {})}`
      }
      isSelected={({ lane }) => selection === lane.entity.id}
      onPick={({ lane }) => change({ sel: printSelection({ kind: 'entity', id: lane.entity.id }) })}
      empty={emptyText(answer === undefined, isUnread)}
    />
  )
}

function emptyText(isMissing: boolean, isUnread: boolean): string {
  if (isUnread) return 'This view was not read.'
  return isMissing ? 'The timeline is being read.' : 'No lane in this view.'
}

interface LanesTabProps extends ViewProps {
  /** The entity that is selected. */
  readonly selection: string | null
}

const inUnit = (metric: MetricLane | null, value: number | null | undefined): string =>
  metric === null || value === null || value === undefined ? '' : quantity(value, unitOf(metric))

const usualText = (metric: MetricLane): string =>
  metric.usual === null
    ? 'not known'
    : `${inUnit(metric, metric.usual.low)} – ${inUnit(metric, metric.usual.high)}`

const errorsOf = ({ counts }: Lane): number => counts.error + counts.fatal

/**
 * The columns of the lanes; also what is saved of them.
 *
 * @param columnMs of the view, how exactly its times are known
 */
export function laneColumns(
  zone: string,
  columnMs: number,
): readonly (TableColumn<LaneRow> & {
  readonly text: (row: LaneRow) => string | number | null
})[] {
  const make = (
    id: string,
    label: string,
    track: string,
    text: (row: LaneRow) => string | number | null,
    rest: Partial<TableColumn<LaneRow>> = {},
  ) => ({
    id,
    label,
    track,
    text,
    order: text,
    cell: (row: LaneRow) => text(row) ?? '',
    ...rest,
  })
  const number = { isNumber: true }
  return [
    make('entity', 'entity', 'minmax(112px, 1fr)', ({ lane }) => lane.entity.name, {
      cell: ({ lane }) => (
        <span className={styles['named']}>
          <LayerSwatch layer={lane.entity.layer} /> {shortKey(lane.entity.name)}
        </span>
      ),
    }),
    make('metric', 'metric', 'minmax(100px, 1fr)', ({ metric }) => metric?.label ?? null),
    make(
      'left',
      'left usual at',
      '80px',
      ({ leftAt }) => (leftAt === null ? null : leftText(leftAt, columnMs, zone)),
      { order: ({ leftAt }) => leftAt, ...number },
    ),
    make('worst', 'worst', '68px', ({ metric }) => inUnit(metric, metric?.worst), {
      order: ({ metric }) => metric?.worst ?? null,
      cell: ({ metric }) => <Worst metric={metric} />,
      ...number,
    }),
    make('usual', 'usual', '120px', ({ metric }) => (metric === null ? null : usualText(metric)), {
      order: ({ metric }) => metric?.usual?.high ?? null,
      ...number,
    }),
    make('ratio', 'ratio', '56px', ({ metric }) => ratioText(metric), {
      order: ({ metric }) => metric?.ratio ?? null,
      ...number,
    }),
    make('cursor', 'at cursor', '68px', ({ metric, atCursor }) => inUnit(metric, atCursor), {
      order: ({ atCursor }) => atCursor,
      ...number,
    }),
    make('errors', 'errors', '48px', ({ lane }) => errorsOf(lane), {
      cell: ({ lane }) => atLeast(errorsOf(lane), isPartial(lane)),
      ...number,
    }),
    make('warnings', 'warnings', '60px', ({ lane }) => lane.counts.warning, {
      cell: ({ lane }) => atLeast(lane.counts.warning, isPartial(lane)),
      ...number,
    }),
    make('coverage', 'coverage', 'minmax(152px, 1.4fr)', ({ lane, isUnread }) =>
      isUnread ? 'metrics not read' : coverageText(lane.coverage, zone),
    ),
  ]
}

const ratioText = (metric: MetricLane | null): string | null =>
  metric?.ratio === null || metric === null ? null : times(metric.ratio)

function Worst({ metric }: { readonly metric: MetricLane | null }) {
  if (metric === null) return null
  return (
    <span className={styles['worst']} data-tone={standingOf(metric.worst, metric)}>
      {inUnit(metric, metric.worst)}
    </span>
  )
}
