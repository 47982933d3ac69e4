import { useId, useState } from 'react'
import type { Viewport } from '../../data/viewport.ts'
import { readTypedTime, timeToType } from '../../lib/typed-time.ts'
import { Button } from '../../widgets/button.tsx'
import styles from './range-picker.module.css'

interface TypedRangeProps {
  readonly range: Viewport
  readonly zone: string
  readonly onShow: (range: Viewport) => void
}

/** Both edges, typed in the zone that is shown. */
export function TypedRange({ range, zone, onShow }: TypedRangeProps) {
  const id = useId()
  const [typed, setTyped] = useState<{ readonly from?: string; readonly to?: string }>({})
  const [fault, setFault] = useState('')
  const from = typed.from ?? timeToType(range.from, zone)
  const to = typed.to ?? timeToType(range.to, zone)
  const submit = (): void => {
    const now = Date.now()
    const start = readTypedTime(from, { zone, near: range.from, now })
    const end = readTypedTime(to, { zone, near: start ?? range.to, now })
    const unread = start === undefined ? from : end === undefined ? to : undefined
    if (unread !== undefined) {
      setFault(`Could not read "${unread}": write 2026-11-20 10:30, 10:30 or now-15m.`)
    } else if (start! >= end!) {
      setFault('The range is empty: from must be before to.')
    } else onShow({ from: start!, to: end! })
  }
  const fieldFor = (name: 'from' | 'to', value: string) => (
    <>
      <label htmlFor={`${id}-${name}`}>{name === 'from' ? 'From' : 'To'}</label>
      <input
        id={`${id}-${name}`}
        className={styles['field']}
        value={value}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={fault !== ''}
        aria-describedby={fault === '' ? undefined : `${id}-fault`}
        onChange={(event) => {
          setFault('')
          setTyped({ ...typed, [name]: event.target.value })
        }}
      />
    </>
  )
  return (
    <form
      className={styles['edges']}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {fieldFor('from', from)}
      {fieldFor('to', to)}
      {fault !== '' && (
        <p id={`${id}-fault`} role="alert" className={styles['fault']}>
          {fault}
        </p>
      )}
      <Button type="submit" isSmall className={styles['apply']}>
        Show this range
      </Button>
    </form>
  )
}
