import styles from './kind-filter.module.css'

interface KindFilterProps<T extends string> {
  /** What is filtered by: `type`. */
  readonly title: string
  /** The same for screen readers: `Filter by type`. */
  readonly label: string
  /** In the order in which they stand; `n` is empty where it is not known. */
  readonly kinds: readonly { readonly kind: T; readonly word: string; readonly n: string }[]
  readonly only: T | undefined
  readonly onOnly: (kind: T | undefined) => void
}

/** Narrows the list beside it to one kind; the same kind again takes that back. */
export function KindFilter<T extends string>(props: KindFilterProps<T>) {
  const { title, label, kinds, only, onOnly } = props
  return (
    <section className={styles['kinds']} aria-label={label}>
      {kinds.length > 0 && <h2>{title}</h2>}
      {kinds.map(({ kind, word, n }) => (
        <button
          type="button"
          key={kind}
          aria-pressed={only === kind}
          onClick={() => onOnly(only === kind ? undefined : kind)}
        >
          <span>{word}</span>
          <span>{n}</span>
        </button>
      ))}
    </section>
  )
}
