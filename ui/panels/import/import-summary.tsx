import { useNavigate } from '@tanstack/react-router'
import { closeImport, stopImport, type Imports } from '../../data/imports.ts'
import type { FileImport } from '../../data/import-files.ts'
import { sizeText } from '../../lib/inert-pieces.ts'
import { count } from '../../lib/quantity.ts'
import { Button } from '../../widgets/button.tsx'
import { InertText } from '../../widgets/inert-text.tsx'
import styles from './import.module.css'

/** How an import goes, file by file, and its sum, which balances. */
export function ImportSummary({ files, isRunning, range, failure }: Imports) {
  const navigate = useNavigate()
  const total = (field: 'records' | 'stored' | 'duplicates' | 'rejected' | 'unparsed'): number =>
    files.reduce((sum, file) => sum + file[field], 0)
  const [bytes, read] = [sumOf(files, 'bytes'), sumOf(files, 'bytesSent')]
  const heading = isRunning
    ? `Importing ${files.length === 1 ? '1 file' : `${files.length} files`}`
    : `Imported ${files.filter(({ state }) => state === 'done').length} of ${files.length} files`
  return (
    <section className={styles['summary']} aria-label="Import of files">
      <header className={styles['head']}>
        <h2 className={styles['title']}>{heading}</h2>
        {isRunning ? (
          <Button isSmall onClick={stopImport}>
            Stop
          </Button>
        ) : (
          <Button isSmall onClick={closeImport}>
            Close
          </Button>
        )}
      </header>
      {isRunning && (
        <progress className={styles['bar']} max={bytes} value={read} aria-label="Bytes sent">
          {sizeText(read)} of {sizeText(bytes)}
        </progress>
      )}
      <p role="status">
        {count(total('records'))} records = {count(total('stored'))} stored +{' '}
        {count(total('duplicates'))} duplicates + {count(total('rejected'))} rejected
        {total('unparsed') > 0 &&
          `; ${count(total('unparsed'))} stored as they are, not understood`}
      </p>
      {failure !== null && <p className={styles['failure']}>{failure}</p>}
      <ul className={styles['files']} tabIndex={0} aria-label="Files">
        {files.map((file, i) => (
          <li key={i} className={styles['file']}>
            <span className={styles['name']}>
              <InertText text={file.path} most={80} canGrow={false} />
            </span>
            <span className={file.why === undefined ? styles['counts'] : styles['failure']}>
              {stateText(file)}
            </span>
          </li>
        ))}
      </ul>
      {range !== null && (
        <Button
          kind="primary"
          onClick={() => {
            void navigate({ to: '/', search: { q: range.query, from: range.from, to: range.to } })
            closeImport()
          }}
        >
          Show what was imported
        </Button>
      )}
    </section>
  )
}

const sumOf = (files: readonly FileImport[], field: 'bytes' | 'bytesSent'): number =>
  files.reduce((sum, file) => sum + file[field], 0)

function stateText(file: FileImport): string {
  const { state, why, stored, duplicates, rejected, bytes, bytesSent } = file
  const rest = [
    ...(duplicates > 0 ? [`${count(duplicates)} duplicates`] : []),
    ...(rejected > 0 ? [`${count(rejected)} rejected`] : []),
  ]
  const counts = [`${count(stored)} stored`, ...rest].join(', ')
  switch (state) {
    case 'waiting':
      return `waiting, ${sizeText(bytes)}`
    case 'reading':
      return `${Math.floor((100 * bytesSent) / Math.max(1, bytes))} %, ${counts}`
    case 'done':
      return counts
    case 'skipped':
      return `skipped: ${why ?? ''}`
    case 'failed':
      return `${counts}; ${why ?? ''}`
  }
}
