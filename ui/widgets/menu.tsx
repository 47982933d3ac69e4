import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './menu.module.css'

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode
  readonly children: ReactNode
}

/** A button with a menu under it. */
export function Menu({ trigger, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={styles['menu']}
          align="end"
          sideOffset={4}
          collisionPadding={8}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

interface MenuItemProps {
  readonly children: ReactNode
  /** A second line that says what it does or holds. */
  readonly about?: string
  readonly onPick: () => void
}

export function MenuItem({ children, about, onPick }: MenuItemProps) {
  return (
    <DropdownMenu.Item className={styles['item']} onSelect={onPick}>
      <span>{children}</span>
      {about !== undefined && <span className={styles['about']}>{about}</span>}
    </DropdownMenu.Item>
  )
}

interface MenuCheckProps {
  readonly children: ReactNode
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}

/** On or off; the menu stays open for the next. */
export function MenuCheck({ children, isOn, onChange }: MenuCheckProps) {
  return (
    <DropdownMenu.CheckboxItem
      className={styles['check']}
      checked={isOn}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
    >
      <span className={styles['box']} data-on={isOn} aria-hidden="true" />
      {children}
    </DropdownMenu.CheckboxItem>
  )
}

interface MenuChoiceProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly options: readonly { readonly value: string; readonly label: string }[]
}

/** One of several. */
export function MenuChoice({ value, onChange, options }: MenuChoiceProps) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={onChange}>
      {options.map((option) => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={styles['check']}>
          <span
            className={styles['box']}
            data-round="true"
            data-on={option.value === value}
            aria-hidden="true"
          />
          {option.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}
