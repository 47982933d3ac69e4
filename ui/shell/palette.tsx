import { ArrowRight, ChartNoAxesColumn, CircleHelp, List, Search } from 'lucide-react'
import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import { closeOverlay } from '../data/overlays.ts'
import { keptQueries } from '../data/kept.ts'
import { Dialog } from '../widgets/dialog.tsx'
import { Kbd } from '../widgets/kbd.tsx'
import { LayerSwatch } from '../widgets/layer-swatch.tsx'
import { useSample } from '../data/sample.ts'
import { firstItems, GROUPS, itemsOf, matches, pageItems, type Item } from './palette-items.ts'
import { useGoal } from './use-goal.ts'
import { usePaletteIndex } from './use-palette-index.ts'
import styles from './palette.module.css'

/** Goes to anything by its name. */
export function Palette() {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const { available = false, state = 'removing', shown = false } = useSample().data ?? {}
  const page = useMemo(
    () => pageItems(keptQueries(), { available, state, shown }),
    [available, state, shown],
  )
  const answer = usePaletteIndex(text, page)
  const { found, entities, more } = answer
  const items = useMemo(
    () => (found === null ? firstItems(page) : itemsOf(found, { entities, more, page })),
    [found, entities, more, page],
  )
  const at = Math.min(chosen, items.length - 1)
  const listId = useId()
  const go = useGoal()
  const take = (item: Item | undefined, isAdding: boolean): void => {
    if (item === undefined) return
    closeOverlay()
    go(isAdding && item.entity !== null ? { kind: 'add', id: item.entity.id } : item.goal)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    if (step !== undefined) setChosen((at + step + items.length) % Math.max(1, items.length))
    else if (event.key === 'Enter')
      take(adding(event) ? firstEntity(items, at) : items[at], adding(event))
    else if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) closeOverlay()
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="Go to" isTitleHidden onClose={closeOverlay} width={640}>
      <div className={styles['head']}>
        <Search size={16} aria-hidden="true" />
        <input
          className={styles['input']}
          role="combobox"
          aria-label="Go to"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={items[at] === undefined ? undefined : `${listId}-${at}`}
          placeholder="A desktop, a host, a LUN, a view, a question"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={({ target }) => {
            setText(target.value)
            setChosen(0)
          }}
          onKeyDown={onKeyDown}
        />
        <span role="status">
          {found !== null && `${items.length} found · ${Math.max(1, Math.round(answer.tookMs))} ms`}
        </span>
        <Kbd>Esc</Kbd>
      </div>
      <div className={styles['list']} role="listbox" id={listId} aria-label="What was found">
        {GROUPS.map((group) => {
          const rows = items.filter((item) => item.group === group)
          return rows.length === 0 ? null : (
            <div role="group" aria-labelledby={`${listId}-${group}`} key={group}>
              <p className={styles['group']} id={`${listId}-${group}`} role="presentation">
                {group === 'Actions' ? actionsOn(items) : group}
              </p>
              {rows.map((item) => {
                const i = items.indexOf(item)
                return (
                  <Row
                    key={item.id}
                    id={`${listId}-${i}`}
                    item={item}
                    text={text}
                    isChosen={i === at}
                    onPoint={() => setChosen(i)}
                    onTake={(isAdding) => take(item, isAdding)}
                  />
                )
              })}
            </div>
          )
        })}
        {items.length === 0 && <p className={styles['none']}>{nothing(text, answer)}</p>}
      </div>
      <footer className={styles['foot']}>
        <span>
          <Kbd>↑</Kbd> <Kbd>↓</Kbd> choose
        </span>
        <span>
          <Kbd>Enter</Kbd> open
        </span>
        <span>
          <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> add lanes
        </span>
        <span className={styles['end']}>
          type <Kbd>{'>'}</Kbd> for actions only
        </span>
      </footer>
    </Dialog>
  )
}

const adding = (event: KeyboardEvent): boolean => event.ctrlKey || event.metaKey

/** The chosen entity, or the one that the actions are about. */
const firstEntity = (items: readonly Item[], at: number): Item | undefined =>
  items[at]?.entity === null ? items.find(({ entity }) => entity !== null) : items[at]

function actionsOn(items: readonly Item[]): string {
  const first = items.find(({ entity }) => entity !== null)
  return first === undefined ? 'Actions' : `Actions on ${first.title}`
}

function nothing(
  text: string,
  { error, isLoading }: { readonly error: Error | null; readonly isLoading: boolean },
): string {
  if (error !== null) return `Could not read the entities: ${error.message}`
  return isLoading ? 'Reading the entities' : `Nothing is called “${text}”`
}

interface RowProps {
  readonly id: string
  readonly item: Item
  readonly text: string
  readonly isChosen: boolean
  readonly onPoint: () => void
  readonly onTake: (isAdding: boolean) => void
}

function Row({ id, item, text, isChosen, onPoint, onTake }: RowProps) {
  return (
    <div
      role="option"
      id={id}
      aria-selected={isChosen}
      className={styles['row']}
      data-kind={item.entity === null ? 'line' : 'entity'}
      ref={(row) => {
        if (isChosen) row?.scrollIntoView({ block: 'nearest' })
      }}
      onPointerMove={() => isChosen || onPoint()}
      onClick={(event) => onTake(event.ctrlKey || event.metaKey)}
    >
      <span className={styles['mark']}>
        <Mark item={item} />
      </span>
      <span className={styles['text']}>
        <span className={styles['name']}>
          <Marked title={item.title} text={text} />
        </span>
        <span className={styles['about']}>{item.about}</span>
      </span>
      {item.hint !== null && <span className={styles['hint']}>{item.hint}</span>}
      {item.keys.map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
      {isChosen && item.keys.length === 0 && <Kbd>Enter</Kbd>}
    </div>
  )
}

function Mark({ item }: { readonly item: Item }) {
  switch (item.group) {
    case 'Entities':
      return <LayerSwatch layer={item.layer} />
    case 'Fields':
      return <List size={14} aria-hidden="true" />
    case 'Views':
      return <ChartNoAxesColumn size={14} aria-hidden="true" />
    case 'Actions':
      return <ArrowRight size={14} aria-hidden="true" />
    case 'Help':
      return <CircleHelp size={14} aria-hidden="true" />
  }
}

/** A title with what was typed underlined. */
function Marked({ title, text }: { readonly title: string; readonly text: string }) {
  const spans = matches(title, text)
  const parts = spans.flatMap(([from, to], i) => [
    title.slice(spans[i - 1]?.[1] ?? 0, from),
    <u key={from}>{title.slice(from, to)}</u>,
  ])
  return (
    <>
      {parts}
      {title.slice(spans.at(-1)?.[1] ?? 0)}
    </>
  )
}
