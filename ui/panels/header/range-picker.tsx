import { Popover } from 'radix-ui'
import { useState } from 'react'
import { keepRange, keptRanges, type KeptRange } from '../../data/kept.ts'
import type { SearchView } from '../../data/search-view.ts'
import { printMillis, readMillis, type Changes } from '../../data/use-search-view.ts'
import type { Viewport } from '../../data/viewport.ts'
import { QUICK_RANGES, rangeLabel } from '../../lib/typed-time.ts'
import { TypedRange } from './typed-range.tsx'
import { ZoneChoice } from './zone-choice.tsx'
import header from './header.module.css'
import styles from './range-picker.module.css'

const QUICK_NAMES: Readonly<Record<(typeof QUICK_RANGES)[number], string>> = {
  '5m': 'Last 5 min',
  '15m': 'Last 15 min',
  '1h': 'Last hour',
  '6h': 'Last 6 h',
  '24h': 'Last 24 h',
  '7d': 'Last 7 days',
}

/** A window of an address, and how to change it. */
export interface RangePickerProps {
  readonly view: Pick<SearchView, 'from' | 'to'>
  readonly change: (
    part: Pick<Changes, 'from' | 'to' | 'live' | 'zone'>,
    how?: 'push' | 'replace',
  ) => void
  readonly range: Viewport
  readonly zone: string
}

/** The window in words; opens what chooses another: lengths until now, typed edges, ranges of before, the zone. */
export function RangePicker({ view, change, range, zone }: RangePickerProps) {
  const [isOpen, setOpen] = useState(false)
  const { day, times, length } = rangeLabel(range.from, range.to, zone)
  const show = ({ from, to }: KeptRange): void => {
    keepRange({ from, to })
    change({
      from,
      to: to === 'now' ? undefined : to,
      ...(to === 'now' ? {} : { live: undefined }),
    })
    setOpen(false)
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className={header['label']} aria-label={`Range: ${day} ${times}, ${length}`}>
        {day !== '' && <span className={header['day']}>{day} </span>}
        {times} <span className={header['length']}>{length}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles['panel']}
          align="end"
          sideOffset={6}
          aria-label="Range and zone"
        >
          <div>
            <p className={styles['heading']}>Until now</p>
            {QUICK_RANGES.map((length) => (
              <button
                key={length}
                type="button"
                className={styles['choice']}
                aria-pressed={view.from === `now-${length}` && (view.to ?? 'now') === 'now'}
                onClick={() => show({ from: `now-${length}`, to: 'now' })}
              >
                {QUICK_NAMES[length]}
              </button>
            ))}
          </div>
          <div>
            <div className={styles['part']}>
              <p className={styles['heading']}>From and to, in {zone}</p>
              <TypedRange
                range={range}
                zone={zone}
                onShow={(next) => show({ from: printMillis(next.from), to: printMillis(next.to) })}
              />
            </div>
            <Recent zone={zone} onShow={show} />
            <ZoneChoice
              zone={zone}
              at={range.to}
              onChoose={(name) => change({ zone: name }, 'replace')}
            />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Recent({
  zone,
  onShow,
}: {
  readonly zone: string
  readonly onShow: (range: KeptRange) => void
}) {
  const [kept] = useState(() => keptRanges().filter(({ to }) => to !== 'now'))
  if (kept.length === 0) return null
  return (
    <div className={styles['part']}>
      <p className={styles['heading']}>Ranges of before</p>
      {kept.map((one) => {
        const [from, to] = [readMillis(one.from, 0), readMillis(one.to, 0)]
        if (from === undefined || to === undefined) return null
        const { day, times, length } = rangeLabel(from, to, zone)
        return (
          <button
            key={`${one.from} ${one.to}`}
            type="button"
            className={styles['choice']}
            onClick={() => onShow(one)}
          >
            {day} {times} <span>{length}</span>
          </button>
        )
      })}
    </div>
  )
}
