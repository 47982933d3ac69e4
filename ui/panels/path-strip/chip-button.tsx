import type { Layer } from '../../../model/entity.ts'
import { layerColour } from '../../lib/layers.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import type { ChipValue } from './chip.ts'
import styles from './path-strip.module.css'

export interface ChipProps {
  readonly layer: Layer | null
  readonly name: string
  /** `since 08:12:40` behind the name; empty for none. */
  readonly since: string
  /** The name uncut, for the tooltip and for screen readers. */
  readonly fullName: string
  readonly value: ChipValue
  /** CSS pixels: the chip stays as wide as its widest value, so that nothing moves with the cursor. */
  readonly minWidth: number
  readonly isSelected: boolean
  readonly isOutlined?: boolean
  readonly onSelect: () => void
  readonly onOpen: () => void
}

/** One step: its name and its value. Click and space select its lanes, double click and Enter open it. */
export function Chip(props: ChipProps) {
  const { layer, name, since, fullName, value, minWidth, isSelected, isOutlined = false } = props
  return (
    <button
      type="button"
      className={styles['chip']}
      data-level={value.level}
      data-outlined={isOutlined || value.level === 'full' || undefined}
      aria-pressed={isSelected}
      aria-label={`${fullName}${since}, ${layer ?? 'no layer'}, ${value.text}`}
      title={fullName === name ? undefined : fullName}
      style={{ borderLeftColor: layerColour(layer), minWidth }}
      onClick={props.onSelect}
      onDoubleClick={props.onOpen}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        props.onOpen()
      }}
    >
      <span className={styles['chipName']}>
        <InertText text={name} most={200} canGrow={false} />
        {since !== '' && <span className={styles['since']}>{since}</span>}
      </span>
      <span className={styles['value']}>{value.text}</span>
    </button>
  )
}
