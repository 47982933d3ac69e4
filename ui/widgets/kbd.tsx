import styles from './kbd.module.css'

/** A key as it is written on a keyboard. */
export function Kbd({ children }: { readonly children: string }) {
  return <kbd className={styles['kbd']}>{children}</kbd>
}
