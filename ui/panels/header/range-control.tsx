import { printMillis } from '../../data/use-search-view.ts'
import { panned } from '../../data/viewport.ts'
import { RangePicker, type RangePickerProps } from './range-picker.tsx'
import header from './header.module.css'

/** The window in words between what moves it by a page. */
export function RangeControl(props: RangePickerProps) {
  const { range, change } = props
  const step = (pages: number): void => {
    const { from, to } = panned(range, pages)
    change({ from: printMillis(from), to: printMillis(to), live: undefined })
  }
  return (
    <div className={header['range']} role="group" aria-label="Range">
      <button
        type="button"
        className={header['step']}
        aria-label="The page before"
        onClick={() => step(-1)}
      >
        ‹
      </button>
      <RangePicker {...props} />
      <button
        type="button"
        className={header['step']}
        aria-label="The page after"
        onClick={() => step(1)}
      >
        ›
      </button>
    </div>
  )
}
