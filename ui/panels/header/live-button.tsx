import { startFollowing, useLive } from '../../data/live.ts'
import { pauseTail, useTail } from '../../data/use-tail.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { useKeys } from '../../lib/keys.ts'
import { count } from '../../lib/quantity.ts'
import { Button } from '../../widgets/button.tsx'
import { filterPart } from '../../data/filter-part.ts'
import styles from './header.module.css'

/** Follows what arrives; then pauses it, and lets what waited in. */
export function LiveButton(props: ViewProps) {
  const { view, change } = props
  const { isOn, isPaused } = useLive(props, filterPart(view.q ?? ''))
  const waiting = useTail((tail) => tail.waitingCount)
  const state = useTail((tail) => tail.state)
  const press = (): void => {
    if (isOn) pauseTail(!isPaused)
    else change(startFollowing(view))
  }
  useKeys([{ keys: ['l'], does: 'follow live, pause', run: press }])
  if (!isOn) {
    return (
      <Button className={styles['narrow']} onClick={press}>
        Follow live
      </Button>
    )
  }
  const told = isPaused
    ? `Go on, ${count(waiting)} waiting`
    : state === 'lost'
      ? 'Connecting'
      : 'Pause'
  return (
    <Button className={styles['narrow']} aria-pressed={!isPaused} onClick={press}>
      <span className={styles['dot']} data-state={isPaused ? 'lost' : state} aria-hidden="true" />
      {told}
    </Button>
  )
}
