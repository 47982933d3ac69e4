import { useMemo } from 'react'
import type { Pattern } from '../../../model/api.ts'
import { changeText, grownBy, isNew, newFirst, type Comparison } from '../../lib/pattern-windows.ts'
import { atLeast, count } from '../../lib/quantity.ts'
import { severityClass } from '../../lib/severity-class.ts'
import { calendarDay, clockTime, rangeText } from '../../lib/zoned-time.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { Menu, MenuChoice } from '../../widgets/menu.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { SortableTable, type TableColumn } from '../../widgets/sortable-table.tsx'
import { NotRead } from '../../widgets/not-read.tsx'
import styles from './records-pane.module.css'

interface PatternsTabProps {
  readonly patterns: readonly Pattern[]
  /** Some of what they are counted in was not seen. */
  readonly isPartial: boolean
  /** What an answer says of itself: patterns left out, for one. */
  readonly notes: readonly string[]
  readonly isLoading: boolean
  readonly error: Error | null
  readonly onRetry: () => void
  readonly comparison: Comparison
  readonly comparisons: readonly Comparison[]
  readonly setComparison: (id: string) => void
  readonly zone: string
  readonly onPick: (template: string) => void
}

/** Patterns now and before, new ones first. */
export function PatternsTab({
  patterns,
  isPartial,
  notes,
  isLoading,
  error,
  onRetry,
  comparison,
  comparisons,
  setComparison,
  zone,
  onPick,
}: PatternsTabProps) {
  const rows = useMemo(() => newFirst(patterns), [patterns])
  const columns = useMemo(() => patternColumns(zone, isPartial), [zone, isPartial])
  const { now, before } = comparison
  return (
    <div className={styles['stack']}>
      <div className={styles['bar']}>
        <Menu
          trigger={
            <button type="button" className={styles['tool']}>
              {comparison.label}
            </button>
          }
        >
          <MenuChoice
            value={comparison.id}
            onChange={setComparison}
            options={comparisons.map(({ id, label }) => ({ value: id, label }))}
          />
        </Menu>
        <span className={styles['quiet']}>
          now {rangeText(now.from, now.to, zone)}, before {rangeText(before.from, before.to, zone)}
        </span>
        {notes.map((note) => (
          <span key={note} className={styles['caution']}>
            {note}
          </span>
        ))}
      </div>
      <SortableTable
        label="Patterns, new first"
        columns={columns}
        rows={rows}
        keyOf={({ template }) => template}
        onPick={({ template }) => onPick(template)}
        empty={
          error !== null ? (
            <NotRead what="the patterns" error={error} onRetry={onRetry} />
          ) : isLoading ? (
            'Patterns are being read.'
          ) : (
            'No pattern in this window.'
          )
        }
      />
    </div>
  )
}

function patternColumns(zone: string, isPartial: boolean): readonly TableColumn<Pattern>[] {
  return [
    {
      id: 'severity',
      label: 'severity',
      track: '56px',
      order: ({ severity }) => severity,
      cell: ({ severity }) => <SeverityGlyph severity={severity} />,
    },
    {
      id: 'now',
      label: 'now',
      track: '64px',
      isNumber: true,
      order: (pattern) => pattern.count,
      cell: (pattern) => atLeast(pattern.count, isPartial),
    },
    {
      id: 'before',
      label: 'before',
      track: '64px',
      isNumber: true,
      order: ({ before = 0 }) => before,
      cell: ({ before = 0 }) => count(Math.round(before)),
    },
    {
      id: 'change',
      label: 'change',
      track: '72px',
      isNumber: true,
      order: grownBy,
      cell: (pattern) =>
        isNew(pattern) ? <span className={styles['new']}>new</span> : changeText(pattern),
    },
    {
      id: 'first',
      label: 'first seen',
      track: '140px',
      isNumber: true,
      order: ({ first }) => Date.parse(first),
      cell: ({ first }) => {
        const at = Date.parse(first)
        return `${calendarDay(at, zone)} ${clockTime(at, zone)}`
      },
    },
    {
      id: 'pattern',
      label: 'pattern',
      track: 'minmax(0, 1fr)',
      order: ({ text }) => text,
      cell: ({ text, severity }) => (
        <span className={styles['mono']}>
          <span className="visually-hidden">{severityClass(severity)}: </span>
          <InertText text={text} most={400} canGrow={false} />
        </span>
      ),
    },
  ]
}
