import { useEffect, useRef } from 'react'
import { useKeys } from '../../lib/keys.ts'

interface DockKeys {
  readonly onClose: () => void
  /** The record that is shown; null for anything else. */
  readonly current: string | null
  /** Related records, strongest first; empty where there are none. */
  readonly related: readonly string[]
  readonly onRecord: (id: string) => void
  readonly onPrevious?: (() => void) | undefined
  readonly onNext?: (() => void) | undefined
}

/**
 * `[` `]` step through what is related to the record from which the stepping began; `,` `.` through the list where the
 * focus is not in the timeline, whose own they are.
 */
export function useDockKeys({
  onClose,
  current,
  related,
  onRecord,
  onPrevious,
  onNext,
}: DockKeys): void {
  const walk = useRef<readonly string[]>([])
  const step = (by: 1 | -1): void => {
    if (current === null) return
    // A record that was come to otherwise begins a walk of its own.
    if (!walk.current.includes(current)) walk.current = [current, ...related]
    const ids = walk.current
    onRecord(ids[(ids.indexOf(current) + by + ids.length) % ids.length]!)
  }
  const canStep = (): boolean =>
    current !== null && (related.length > 0 || walk.current.includes(current))
  const isElsewhere = (): boolean =>
    (document.activeElement?.closest('[role="treegrid"]') ?? null) === null
  useKeys([
    { keys: ['Escape'], does: 'close the dock', run: onClose },
    {
      keys: ['[', 'k'],
      does: 'previous related record',
      isOn: canStep,
      run: () => step(-1),
    },
    {
      keys: [']', 'j'],
      does: 'next related record',
      isOn: canStep,
      run: () => step(1),
    },
    {
      keys: [','],
      does: 'previous record of the list',
      isOn: () => onPrevious !== undefined && isElsewhere(),
      run: () => onPrevious?.(),
    },
    {
      keys: ['.'],
      does: 'next record of the list',
      isOn: () => onNext !== undefined && isElsewhere(),
      run: () => onNext?.(),
    },
  ])
  // Whoever worked in the dock is put back to where it was opened from.
  useEffect(() => {
    const before = document.activeElement
    return () => {
      const isLost = document.activeElement === null || document.activeElement === document.body
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
}
