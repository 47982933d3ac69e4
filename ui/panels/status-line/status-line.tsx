import { Link } from '@tanstack/react-router'
import { useNotRun } from '../../data/not-run.ts'
import { useSources } from '../../data/questions.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { count } from '../../lib/quantity.ts'
import { clockTime } from '../../lib/zoned-time.ts'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { coverageText } from './coverage-text.ts'
import { KeyHints } from './key-hints.tsx'
import styles from './status-line.module.css'

/** Coverage on the left, keys on the right. */
export function StatusLine(props: ViewProps) {
  return (
    <div className={styles['line']}>
      <Failure {...props} />
      <Coverage {...props} />
      <KeyHints />
    </div>
  )
}

/** A query that was not run, or a question that the server did not answer. */
function Failure({ error, isUnread, retry, window, answer, zone }: ViewProps) {
  const notRun = useNotRun()
  if (notRun !== null) {
    const of = notRun.shownOf === null ? '' : ` of ${clockTime(notRun.shownOf, zone)}`
    return (
      <p>
        <SeverityGlyph severity="error" />
        <strong className={styles['error']}>Query not run</strong>
        {answer !== undefined &&
          `, showing ${window.query === '' ? 'all records' : window.query}${of}`}
      </p>
    )
  }
  if (error === null && isUnread) {
    return (
      <p>
        <SeverityGlyph severity="warning" />
        <strong className={styles['warn']}>Stopped</strong>, this view was not read
      </p>
    )
  }
  if (error === null) return null
  return (
    <p role="alert">
      <SeverityGlyph severity="error" />
      <strong className={styles['error']}>Not read</strong>: {error.message}{' '}
      <button type="button" className={styles['again']} onClick={retry}>
        Try again
      </button>
    </p>
  )
}

function Coverage({ answer, zone }: ViewProps) {
  const { data } = useSources()
  if (answer === undefined) return null
  const { worst, more, complete, notes } = coverageText(answer.coverage, data?.sources ?? [], zone)
  const refused = (data?.sources ?? []).reduce((sum, one) => sum + one.counts.rejected, 0)
  return (
    <>
      {notes.map((note) => (
        <p key={note} className={styles['warn']}>
          <SeverityGlyph severity="warning" />
          {note}
        </p>
      ))}
      {worst !== null && (
        <p>
          <SeverityGlyph severity="warning" />
          <Link to="/sources" className={styles['source']}>
            {worst.source} {worst.state}
          </Link>
          <span>{worst.since}</span>
          {more > 0 && <span>, and {more} more</span>}
        </p>
      )}
      <p>{complete}</p>
      {data !== undefined && <p>{count(refused)} rejected</p>}
    </>
  )
}
