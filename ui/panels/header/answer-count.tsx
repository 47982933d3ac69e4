import { useNotRun } from '../../data/not-run.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { mayLackRecords } from '../../lib/lane-rows.ts'
import { atLeast } from '../../lib/quantity.ts'
import { clockTime } from '../../lib/zoned-time.ts'
import styles from './query-bar.module.css'

/** How many records match, and how long it took; of a query that was not run, what is shown instead. */
export function AnswerCount({ answer, isLoading, isUnread, zone }: ViewProps) {
  const notRun = useNotRun()
  if (answer === undefined) {
    if (notRun !== null) return <p className={styles['wrong']}>not run</p>
    return <p className={styles['count']}>{isUnread ? 'not read' : isLoading ? 'loading' : ''}</p>
  }
  const { info, warning, error, fatal } = answer.total
  const sum = info + warning + error + fatal
  // Sources that are late may still send some of this window.
  const isPartial = mayLackRecords(answer)
  const records = `${atLeast(sum, isPartial)} record${sum === 1 && !isPartial ? '' : 's'}`
  if (notRun !== null) {
    const of = notRun.shownOf === null ? '' : ` of ${clockTime(notRun.shownOf, zone)}`
    return (
      <p className={styles['count']}>
        <span className={styles['wrong']}>not run</span>, below: {records}
        {of}
      </p>
    )
  }
  return (
    <p className={styles['count']} aria-live="polite" data-loading={isLoading || undefined}>
      {records} · {Math.round(answer.tookMs)} ms
    </p>
  )
}
