import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'
import type { ApiEntity, EntitySummary } from '../../../model/api.ts'
import { useDependants, usePath } from '../../data/questions.ts'
import { RELATION_WORDS, typeWord } from '../../lib/entity-words.ts'
import { layerColour } from '../../lib/layers.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { treeOf, treeText, type TreeChip } from './entity-tree.ts'
import { sinceText } from './since-text.ts'
import styles from './entity-strip.module.css'

interface EntityStripProps {
  readonly entity: ApiEntity
  readonly at: string | undefined
  readonly zone: string
  readonly onOpen: (id: string) => void
}

/** What depends on the entity, itself, and what it depends on: a tree from effect to cause. */
export function EntityStrip({ entity, at, zone, onOpen }: EntityStripProps) {
  const dependants = useDependants(entity.id, at)
  const path = usePath(entity.id, at)
  const tree = treeOf(entity, dependants.data, path.data)
  return (
    <section className={styles['strip']} aria-label="What depends on it, and what it depends on">
      <div className={styles['subject']}>
        <h1>
          <LayerSwatch layer={entity.layer} />
          <span title={entity.name}>{shortKey(entity.name)}</span>
        </h1>
        <p>{aboutText(entity)}</p>
      </div>
      <p className="visually-hidden">{treeText(tree)}</p>
      <div className={styles['tree']} tabIndex={0} role="group" aria-label="Path, effect to cause">
        {tree.columns.map((chips, column) => (
          <div className={styles['step']} key={column}>
            {column > 0 && <Fork left={tree.columns[column - 1]!.length} right={chips.length} />}
            <div className={styles['column']} data-single={chips.length === 1}>
              {chips.map((chip, row) => (
                <Chip
                  key={row}
                  chip={chip}
                  isSelf={column === tree.middle}
                  zone={zone}
                  onOpen={onOpen}
                />
              ))}
            </div>
          </div>
        ))}
        {tree.memberOf !== null && (
          <div className={styles['members']}>
            <Chip chip={tree.memberOf} isSelf={false} zone={zone} onOpen={onOpen} />
          </div>
        )}
      </div>
    </section>
  )
}

function aboutText({ type, team, aliases }: ApiEntity): string {
  const names = `${aliases.length} ${aliases.length === 1 ? 'other name' : 'other names'}`
  return [typeWord(type), team === null ? '' : `team ${team}`, names]
    .filter((part) => part !== '')
    .join(', ')
}

/** Centres of one and of two chips in the 72 of the strip. */
const CENTRES: Readonly<Record<number, readonly number[]>> = { 1: [36], 2: [19, 53] }

/** Hairlines from every chip of a column to every chip of the next. */
function Fork({ left, right }: { readonly left: number; readonly right: number }) {
  const ends = [...CENTRES[left]!, ...CENTRES[right]!]
  const lines = [
    ...CENTRES[left]!.map((y) => `M0 ${y}H8`),
    ...CENTRES[right]!.map((y) => `M8 ${y}H16`),
    `M8 ${Math.min(...ends)}V${Math.max(...ends)}`,
  ]
  return (
    <svg width="16" height="72" className={styles['fork']} aria-hidden="true">
      <path d={lines.join('')} />
    </svg>
  )
}

interface ChipProps {
  readonly chip: TreeChip
  readonly isSelf: boolean
  readonly zone: string
  readonly onOpen: (id: string) => void
}

function Chip({ chip, isSelf, zone, onOpen }: ChipProps) {
  if (chip.kind === 'fold') return <Fold chip={chip} onOpen={onOpen} />
  const { entity, relation, since } = chip
  const content = (
    <ChipText
      name={shortKey(entity.name)}
      first={isSelf ? `this ${typeWord(entity.type)}` : `${RELATION_WORDS[relation!]}`}
      second={since === null ? '' : `since ${sinceText(since, zone)}`}
    />
  )
  const style = { borderLeftColor: layerColour(entity.layer) }
  if (isSelf) {
    return (
      <div className={styles['chip']} data-self style={style}>
        {content}
      </div>
    )
  }
  return (
    <button
      type="button"
      className={styles['chip']}
      style={style}
      title={entity.name}
      onClick={() => onOpen(entity.id)}
    >
      {content}
    </button>
  )
}

function ChipText(text: {
  readonly name: ReactNode
  readonly first: string
  readonly second: string
}) {
  return (
    <>
      <span className={styles['line']}>
        <b>{text.name}</b> {text.first}
      </span>
      {text.second !== '' && <span className={styles['since']}>{text.second}</span>}
    </>
  )
}

/** Most names listed behind a chip. */
const LISTED = 200

function Fold({
  chip,
  onOpen,
}: {
  readonly chip: Extract<TreeChip, { kind: 'fold' }>
  readonly onOpen: (id: string) => void
}) {
  const listed = chip.entities.slice(0, LISTED)
  return (
    <Popover.Root>
      <Popover.Trigger
        className={styles['chip']}
        style={{ borderLeftColor: layerColour(chip.layer) }}
      >
        <ChipText name={chip.title} first={chip.about} second="" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles['list']} align="start" sideOffset={4}>
          <p>
            {chip.title}, {chip.about}
          </p>
          <ul>
            {listed.map((entity) => (
              <li key={entity.id}>
                <Popover.Close onClick={() => onOpen(entity.id)}>
                  <EntityName entity={entity} />
                </Popover.Close>
              </li>
            ))}
          </ul>
          {listed.length < chip.total && (
            <p>{chip.total - listed.length} more; the list of entities finds them by name.</p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function EntityName({ entity }: { readonly entity: EntitySummary }) {
  return (
    <>
      <LayerSwatch layer={entity.layer} />
      {entity.name}
      <span>{typeWord(entity.type)}</span>
    </>
  )
}
