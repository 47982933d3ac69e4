import type { ViewProps } from '../../data/use-view.ts'
import { rangeText } from '../../lib/zoned-time.ts'

/** Query, range and what concerns the whole view. */
export function Header({ view, change, range, zone }: ViewProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const text = new FormData(event.currentTarget).get('q')
        change({ q: typeof text === 'string' ? text : '' })
      }}
    >
      <label>
        Query <input name="q" defaultValue={view.q ?? ''} key={view.q} />
      </label>
      {rangeText(range.from, range.to, zone)}
    </form>
  )
}
