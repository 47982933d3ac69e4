import { useSearchAnswer } from '../../data/questions.ts'
import { printSelection } from '../../data/search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'

/** The view's records, newest first. */
export function RecordsPane({ window, change }: ViewProps) {
  const { data } = useSearchAnswer({ ...window, limit: 100 })
  const records = data !== undefined && 'records' in data ? data.records : []
  return (
    <section aria-label="Records">
      {records.map((record) => (
        <button
          type="button"
          key={record.id}
          onClick={() => change({ sel: printSelection({ kind: 'record', id: record.id }) })}
        >
          {record.time} {record.body}
        </button>
      ))}
    </section>
  )
}
