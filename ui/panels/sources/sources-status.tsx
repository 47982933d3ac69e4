import type { ApiSource } from '../../../model/api.ts'
import type { Millis } from '../../lib/zoned-time.ts'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { ScreenStatus } from '../status-line/screen-status.tsx'
import { ledgerOf, ledgerText, troubleOf } from './source-rows.ts'
import { momentText } from './source-words.ts'
import styles from './sources-status.module.css'

interface SourcesStatusProps {
  readonly sources: readonly ApiSource[]
  readonly asOf: Millis
  readonly zone: string
}

/** Who is silent or late, the ledger of all sources, the keys. */
export function SourcesStatus({ sources, asOf, zone }: SourcesStatusProps) {
  const first = (trouble: 'silent' | 'late'): ApiSource | undefined =>
    sources.find((source) => troubleOf(source) === trouble)
  const [silent, late] = [first('silent'), first('late')]
  const moment = (time: string | null): string =>
    time === null ? '' : momentText(time, zone, asOf)
  return (
    <ScreenStatus
      keys={[
        ['↑ ↓', 'source'],
        ['Enter', 'open'],
        ['Space', 'unfold'],
      ]}
    >
      {silent !== undefined && (
        <span className={styles['silent']}>
          <SeverityGlyph severity="error" /> {silent.source} silent since{' '}
          {moment(silent.lastReceived)}
        </span>
      )}
      {late !== undefined && (
        <span className={styles['late']}>
          <SeverityGlyph severity="warning" /> {late.source} late, complete to{' '}
          {moment(late.watermark)}
        </span>
      )}
      {sources.length > 0 && <span>All: {ledgerText(ledgerOf(sources))}</span>}
    </ScreenStatus>
  )
}
