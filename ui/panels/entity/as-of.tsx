import { ChevronLeft, ChevronRight } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { printMillis } from '../../data/use-search-view.ts'
import { readTypedTime, timeToType } from '../../lib/typed-time.ts'
import { calendarDay, clockTime, type Millis } from '../../lib/zoned-time.ts'
import { Button } from '../../widgets/button.tsx'
import styles from './as-of.module.css'

interface AsOfProps {
  /** What the time is: `As of`, `A`, `B`. */
  readonly label: string
  /** Null: now. */
  readonly at: Millis | null
  readonly zone: string
  /** Moments at which something changed, rising: the arrows lead to them. */
  readonly stops: readonly Millis[]
  readonly onChange: (at: string | undefined) => void
}

/** A moment, with a field to type another and arrows to the changes before and after it. */
export function AsOf({ label, at, zone, stops, onChange }: AsOfProps) {
  const here = at ?? Infinity
  const before = stops.findLast((stop) => stop < here)
  const after = stops.find((stop) => stop > here)
  const go = (stop: Millis | undefined) => (): void => {
    if (stop !== undefined) onChange(printMillis(stop))
  }
  return (
    <div className={styles['group']} role="group" aria-label={label}>
      <button
        type="button"
        className={styles['arrow']}
        aria-label={`${label}: the change before`}
        title="The change before"
        disabled={before === undefined}
        onClick={go(before)}
      >
        <ChevronLeft size={14} aria-hidden="true" />
      </button>
      <Popover.Root>
        <Popover.Trigger className={styles['time']}>
          <span>{label}</span>
          <b>{at === null ? 'now' : `${calendarDay(at, zone)} ${clockTime(at, zone)}`}</b>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className={styles['picker']} sideOffset={4} align="end">
            <Picker at={at} zone={zone} onChange={onChange} />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <button
        type="button"
        className={styles['arrow']}
        aria-label={`${label}: the change after`}
        title="The change after"
        disabled={after === undefined}
        onClick={go(after)}
      >
        <ChevronRight size={14} aria-hidden="true" />
      </button>
    </div>
  )
}

function Picker({ at, zone, onChange }: Pick<AsOfProps, 'at' | 'zone' | 'onChange'>) {
  const [now] = useState(() => Date.now())
  const [text, setText] = useState(timeToType(at ?? now, zone))
  const read = readTypedTime(text, { zone, near: at ?? now, now })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (read !== undefined) onChange(printMillis(read))
      }}
    >
      <label>
        Time in {zone}
        <input
          className={styles['field']}
          value={text}
          aria-invalid={read === undefined}
          aria-describedby="as-of-hint"
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <p id="as-of-hint">
        {read === undefined
          ? `“${text}” is not a time: write 2026-11-20 10:42:17, 10:42 or now-1h`
          : `${calendarDay(read, zone)} ${clockTime(read, zone)}`}
      </p>
      <div className={styles['buttons']}>
        <Popover.Close asChild disabled={read === undefined}>
          <Button
            isSmall
            kind="primary"
            disabled={read === undefined}
            onClick={() => read !== undefined && onChange(printMillis(read))}
          >
            Show that time
          </Button>
        </Popover.Close>
        <Popover.Close asChild>
          <Button isSmall onClick={() => onChange(undefined)}>
            Now
          </Button>
        </Popover.Close>
      </div>
    </form>
  )
}
