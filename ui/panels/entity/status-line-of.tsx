import { useSources } from '../../data/questions.ts'
import { ScreenStatus } from '../status-line/screen-status.tsx'
import styles from './status-line-of.module.css'

interface StatusLineOfProps {
  /** Keys, parted by blanks, and what they do here. */
  readonly keys: readonly (readonly [string, string])[]
}

/** What the sources leave unseen, and the keys of the screen. */
export function StatusLineOf({ keys }: StatusLineOfProps) {
  const { data } = useSources()
  const sources = data?.sources ?? []
  const complete = sources.filter(({ state }) => state === 'complete').length
  return (
    <ScreenStatus keys={keys}>
      <span className={styles['coverage']} data-worse={complete < sources.length}>
        {data === undefined ? '' : `${complete} of ${sources.length} sources complete`}
      </span>
    </ScreenStatus>
  )
}
