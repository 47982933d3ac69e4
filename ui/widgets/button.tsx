import type { ComponentPropsWithRef } from 'react'
import styles from './button.module.css'

interface ButtonProps extends ComponentPropsWithRef<'button'> {
  readonly kind?: 'primary' | 'plain' | 'quiet'
  /** 26 px high, for the dock; else 32. */
  readonly isSmall?: boolean
}

/** A verb with its object. */
export function Button({ kind = 'plain', isSmall = false, className, ...rest }: ButtonProps) {
  const classes = [styles['button'], isSmall ? styles['small'] : '', className ?? '']
  return <button type="button" data-kind={kind} className={classes.join(' ').trim()} {...rest} />
}
