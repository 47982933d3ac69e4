import { useEffect, useRef } from 'react'
import type { ApiEntity } from '../../../model/api.ts'
import { printFilter } from '../../../search/query/print.ts'
import { tokensOf } from '../../../model/tokens.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { nearText } from './name-query.ts'
import styles from './query-bar.module.css'

interface NameChoiceProps {
  readonly name: string
  readonly entities: readonly ApiEntity[]
  readonly onChoose: (query: string) => void
  readonly onClose: () => void
}

/** Several go by the name that was typed: which one is meant, or the words themselves. */
export function NameChoice({ name, entities, onChoose, onClose }: NameChoiceProps) {
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus(), [])
  const words = printFilter({
    kind: 'phrase',
    tokens: tokensOf(name).map((text) => ({ text, wildcard: false })),
  })
  return (
    <div
      className={styles['panel']}
      role="group"
      aria-label={`${entities.length} are named ${name}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <p className={styles['sentence']}>
        {entities.length} are named {name}. Show the path of
      </p>
      {entities.map(({ id, type, layer }, i) => (
        <button
          key={id}
          ref={i === 0 ? first : null}
          type="button"
          className={styles['option']}
          onClick={() => onChoose(nearText(id))}
        >
          <span className={styles['mark']}>
            <LayerSwatch layer={layer} />
          </span>
          <span className={styles['label']}>
            <InertText text={id} most={200} canGrow={false} />
          </span>
          <span className={styles['about']}>{type.replaceAll('_', ' ')}</span>
        </button>
      ))}
      <button type="button" className={styles['option']} onClick={() => onChoose(words)}>
        <span className={styles['mark']}>=</span>
        <span className={styles['label']}>{words}</span>
        <span className={styles['about']}>search the words</span>
      </button>
    </div>
  )
}
