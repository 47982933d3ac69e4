import { LAYERS } from '../../model/entity.ts'
import { LAYER_NAMES } from '../lib/layers.ts'
import { LayerSwatch } from '../widgets/layer-swatch.tsx'
import styles from './pending-rows.module.css'

/** The layers before the first answer: their names at once. */
export function PendingRows({ isLoading }: { readonly isLoading: boolean }) {
  return (
    <ul className={styles['rows']} aria-label="Layers" aria-busy={isLoading}>
      {LAYERS.map((layer) => (
        <li key={layer} className={styles['row']}>
          <LayerSwatch layer={layer} />
          <span className={styles['name']}>{LAYER_NAMES[layer]}</span>
          <span className={styles['state']}>{isLoading ? 'loading' : 'not read'}</span>
        </li>
      ))}
    </ul>
  )
}
