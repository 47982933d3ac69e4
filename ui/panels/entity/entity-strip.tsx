import { Popover } from 'radix-ui'
import { useCallback, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import type { ApiEntity, EntitySummary } from '../../../model/api.ts'
import { useDependants, usePath } from '../../data/questions.ts'
import { RELATION_WORDS, typeWord } from '../../lib/entity-words.ts'
import { layerColour } from '../../lib/layers.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { useWidth } from '../../lib/use-width.ts'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { foldSteps, treeOf, treeText, type Tree, type TreeChip } from './entity-tree.ts'
import type { Millis } from '../../lib/zoned-time.ts'
import { chipName, type ChipValue } from '../path-strip/chip.ts'
import { sinceShort, sinceText } from './since-text.ts'
import { treeValue } from './state-at.ts'
import { useStateAt } from './use-state-at.ts'
import styles from './entity-strip.module.css'

interface EntityStripProps {
  readonly entity: ApiEntity
  readonly at: string | undefined
  /** The same as a moment: now where the address names none. */
  readonly moment: Millis
  readonly zone: string
  readonly onOpen: (id: string) => void
}

/** What depends on the entity, itself, and what it depends on: a tree from effect to cause. */
export function EntityStrip({ entity, at, moment, zone, onOpen }: EntityStripProps) {
  const dependants = useDependants(entity.id, at)
  const path = usePath(entity.id, at)
  const whole = treeOf(entity, dependants.data, path.data)
  const others = (dependants.data?.entities ?? []).slice(0, MOST_MEASURED).map(({ id }) => id)
  const state = useStateAt(entity.id, moment, others)
  const [row, tree] = useFitting(whole)
  return (
    <section className={styles['strip']} aria-label="What depends on it, and what it depends on">
      <div className={styles['subject']}>
        <h1>
          <LayerSwatch layer={entity.layer} />
          <span title={entity.name}>{shortKey(entity.name)}</span>
        </h1>
        <p>{aboutText(entity)}</p>
      </div>
      <p className="visually-hidden">{treeText(whole)}</p>
      <div
        ref={row}
        className={styles['tree']}
        // With nothing left to fold the last chip gives way.
        data-tight={tree.columns.length <= tree.middle + 2}
        tabIndex={0}
        role="group"
        aria-label="Path, effect to cause"
      >
        {tree.columns.map((chips, column) => (
          <div className={styles['step']} key={column}>
            {column > 0 && <Fork left={tree.columns[column - 1]!.length} right={chips.length} />}
            <div className={styles['column']} data-single={chips.length === 1}>
              {chips.map((chip, row) => (
                <Chip
                  key={row}
                  chip={chip}
                  value={treeValue(chip, state)}
                  isSelf={column === tree.middle}
                  moment={moment}
                  zone={zone}
                  onOpen={onOpen}
                />
              ))}
            </div>
          </div>
        ))}
        {tree.memberOf !== null && (
          <div className={styles['members']}>
            <Chip
              chip={tree.memberOf}
              value={NO_VALUE}
              isSelf={false}
              moment={moment}
              zone={zone}
              onOpen={onOpen}
            />
          </div>
        )}
      </div>
    </section>
  )
}

/** The tree as far as its row has room: the steps that have none stand behind one chip. */
function useFitting(whole: Tree): readonly [React.RefCallback<HTMLDivElement>, Tree] {
  const [measure, width] = useWidth()
  const element = useRef<HTMLDivElement>(null)
  const ref = useCallback(
    (node: HTMLDivElement | null) => {
      element.current = node
      return measure(node)
    },
    [measure],
  )
  const of = `${width} ${treeText(whole)}`
  const [fit, setFit] = useState({ of, most: Infinity })
  const most = fit.of === of ? fit.most : Infinity
  const tree = foldSteps(whole, most)
  // Each time one column less, before anything is painted.
  useLayoutEffect(() => {
    const { scrollWidth = 0, clientWidth = 0 } = element.current ?? {}
    const shown = Math.min(most, whole.columns.length)
    if (scrollWidth > clientWidth && shown > whole.middle + 1) setFit({ of, most: shown - 1 })
  })
  return [ref, tree]
}

function aboutText({ type, team, aliases }: ApiEntity): string {
  const names = `${aliases.length} ${aliases.length === 1 ? 'other name' : 'other names'}`
  return [typeWord(type), team === null ? '' : `team ${team}`, names]
    .filter((part) => part !== '')
    .join(', ')
}

/** As many of what depends on it are asked what they measured. */
const MOST_MEASURED = 60

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
  readonly value: ChipValue
  readonly isSelf: boolean
  readonly moment: Millis
  readonly zone: string
  readonly onOpen: (id: string) => void
}

function Chip({ chip, value, isSelf, moment, zone, onOpen }: ChipProps) {
  if (chip.kind === 'fold') return <Fold chip={chip} value={value} onOpen={onOpen} />
  const { entity, relation, since } = chip
  const content = (
    <ChipText
      name={chipName(entity)}
      value={value}
      about={[
        isSelf ? `this ${typeWord(entity.type)}` : RELATION_WORDS[relation!],
        ...(since === null ? [] : [`since ${sinceShort(since, moment, zone)}`]),
      ].join(', ')}
    />
  )
  const style = { borderLeftColor: layerColour(entity.layer) }
  if (isSelf) {
    return (
      <div className={styles['chip']} data-self data-level={value.level} style={style}>
        {content}
      </div>
    )
  }
  return (
    <button
      type="button"
      className={styles['chip']}
      data-level={value.level}
      style={style}
      title={since === null ? entity.name : `${entity.name}, since ${sinceText(since, zone)}`}
      onClick={() => onOpen(entity.id)}
    >
      {content}
    </button>
  )
}

interface ChipTextProps {
  readonly name: ReactNode
  readonly value: ChipValue
  readonly about: string
}

function ChipText({ name, value, about }: ChipTextProps) {
  return (
    <>
      <span className={styles['line']}>
        <b>{name}</b> <span className={styles['value']}>{value.text}</span>
      </span>
      <span className={styles['since']}>{about}</span>
    </>
  )
}

const NO_VALUE: ChipValue = { level: 'unknown', text: '' }

/** Most names listed behind a chip. */
const LISTED = 200

function Fold({
  chip,
  value,
  onOpen,
}: {
  readonly chip: Extract<TreeChip, { kind: 'fold' }>
  readonly value: ChipValue
  readonly onOpen: (id: string) => void
}) {
  const listed = chip.entities.slice(0, LISTED)
  return (
    <Popover.Root>
      <Popover.Trigger
        className={styles['chip']}
        data-level={value.level}
        style={{ borderLeftColor: layerColour(chip.layer) }}
      >
        <ChipText name={chip.title} value={value} about={chip.about} />
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
