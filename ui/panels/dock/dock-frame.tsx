import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Kbd } from '../../widgets/kbd.tsx'
import styles from './dock.module.css'

interface DockFrameProps {
  readonly title: ReactNode
  /** Beside the title: who and where. */
  readonly about?: ReactNode
  readonly onClose: () => void
  /** To what comes before and after it, with their keys; absent where nothing does. */
  readonly onPrevious?: (() => void) | undefined
  readonly onNext?: (() => void) | undefined
  readonly children: ReactNode
}

/** The dock's head with its keys, and what scrolls under it. */
export function DockFrame({ title, about, onClose, onPrevious, onNext, children }: DockFrameProps) {
  const body = useRef<HTMLDivElement>(null)
  return (
    <div className={styles['dock']}>
      <header className={styles['head']}>
        <h2 className={styles['title']} tabIndex={-1} data-dock-title>
          {title}
        </h2>
        <span className={styles['about']}>{about}</span>
        {onPrevious !== undefined && (
          <KeyButton name="," label="Previous record" onPress={onPrevious} />
        )}
        {onNext !== undefined && <KeyButton name="." label="Next record" onPress={onNext} />}
        <KeyButton name="Esc" label="Close" onPress={onClose} />
      </header>
      <div ref={body} className={styles['body']} tabIndex={0} role="group" aria-label="Details">
        {children}
      </div>
    </div>
  )
}

interface KeyButtonProps {
  readonly name: string
  readonly label: string
  readonly onPress: () => void
}

function KeyButton({ name, label, onPress }: KeyButtonProps) {
  return (
    <button
      type="button"
      className={styles['key']}
      aria-label={label}
      title={label}
      onClick={onPress}
    >
      <Kbd>{name}</Kbd>
    </button>
  )
}

interface SectionProps {
  readonly title: string
  /** On the right of the title. */
  readonly note?: ReactNode
  readonly children: ReactNode
}

/** A part of the dock under its own heading. */
export function Section({ title, note, children }: SectionProps) {
  const id = useId()
  return (
    <div className={styles['section']} role="group" aria-labelledby={id}>
      <div className={styles['heading']}>
        <h3 id={id} className={styles['name']}>
          {title}
        </h3>
        <span className={styles['note']}>{note}</span>
      </div>
      {children}
    </div>
  )
}

interface ToggleProps<T extends string> {
  readonly label: string
  readonly options: readonly T[]
  readonly value: T
  readonly onChange: (value: T) => void
}

/** One of a few words; the arrow keys move between them. */
export function Toggle<T extends string>({ label, options, value, onChange }: ToggleProps<T>) {
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    const next = options[(options.indexOf(value) + by + options.length) % options.length]!
    onChange(next)
    const buttons = event.currentTarget.querySelectorAll('button')
    buttons[options.indexOf(next)]?.focus()
  }
  return (
    <div className={styles['toggle']} role="radiogroup" aria-label={label} onKeyDown={onKeyDown}>
      {options.map((option) => (
        <button
          key={option}
          type="button"
          role="radio"
          aria-checked={option === value}
          tabIndex={option === value ? 0 : -1}
          className={styles['option']}
          onClick={() => onChange(option)}
        >
          {option}
        </button>
      ))}
    </div>
  )
}
