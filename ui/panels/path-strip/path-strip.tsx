import { useNavigate } from '@tanstack/react-router'
import { Fragment, useRef, useState } from 'react'
import type { EntityId } from '../../../model/entity.ts'
import type { TimelineAnswer } from '../../../model/timeline.ts'
import { printSelection, readSelection } from '../../data/search-view.ts'
import { printMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { useMoving } from '../../data/viewport.ts'
import { clockTime, type Millis } from '../../lib/zoned-time.ts'
import { Chip, type ChipProps } from './chip-button.tsx'
import { chipName, chipValue, shownChips } from './chip.ts'
import { sharingText } from './sharing-text.ts'
import { textWidth, useMedia, useWidth } from './use-width.ts'
import styles from './path-strip.module.css'

const CHIP_PADDING = 23
const SEPARATOR = 26
const WIDE = '(min-width: 2400px)'

/** The subject's path, effect to cause, and who else uses the worst shared resource. */
export function PathStrip(props: ViewProps) {
  const { answer, zone } = props
  const at = useMoving(({ cursor }) => cursor)
  return (
    <section className={styles['strip']} aria-label="Path">
      <div className={styles['subject']}>
        <h1 className={styles['name']}>{answer?.subject?.name ?? 'No one subject'}</h1>
        <p className={styles['about']}>{answer === undefined ? '' : aboutOf(answer, at, zone)}</p>
      </div>
      {answer !== undefined && answer.path.length > 0 && <Steps {...props} answer={answer} />}
      {answer !== undefined && answer.path.length === 0 && (
        <p className={styles['none']}>
          {answer.subject === null
            ? 'Type the name of a desktop, host or LUN to see its path.'
            : 'The inventory knows nothing that it depends on.'}
        </p>
      )}
    </section>
  )
}

function aboutOf({ subject, path }: TimelineAnswer, at: Millis | null, zone: string): string {
  if (subject === null) return ''
  const steps = `${path.length} step${path.length === 1 ? '' : 's'}`
  return at === null
    ? `path, ${steps}, worst of the view`
    : `path at ${clockTime(at, zone)}, ${steps}`
}

function Steps(props: ViewProps & { readonly answer: TimelineAnswer }) {
  const { answer, view, change, zone, range } = props
  const navigate = useNavigate()
  const row = useRef<HTMLDivElement>(null)
  const [area, width] = useWidth()
  const isWide = useMedia(WIDE)
  const [isUnfolded, setUnfolded] = useState(false)
  const cursor = useMoving((moving) => moving.cursor)
  const start = Date.parse(answer.from)
  const column = cursor === null ? null : Math.floor((cursor - start) / answer.columnMs)
  const selection = readSelection(view.sel)
  const laneOf = new Map(answer.lanes.map((lane) => [lane.entity.id, lane]))
  const sharing = answer.sharing === null ? null : sharingText(answer.sharing)

  const chips = answer.path.map((step) => {
    const lane = laneOf.get(step.id)
    const worst = chipValue(lane, null)
    const name = chipName(step, isWide)
    const value = chipValue(lane, column)
    const since =
      isWide && step.since !== null ? ` since ${clockTime(Date.parse(step.since), zone)}` : ''
    const text = Math.max(
      textWidth(name + since, true),
      textWidth(worst.text),
      textWidth(value.text),
    )
    return { step, name, since, value, worst, width: text + CHIP_PADDING }
  })
  const shareWidth =
    sharing === null
      ? 0
      : 30 +
        Math.max(textWidth(sharing.where), textWidth(sharing.who)) +
        Math.max(textWidth(sharing.largest, true), textWidth(sharing.share)) +
        CHIP_PADDING
  const shown = isUnfolded
    ? chips.map(() => true)
    : shownChips(
        chips.map(({ width: own, worst }) => ({
          width: own + SEPARATOR,
          isCalm: worst.level === 'usual' || worst.level === 'unknown',
        })),
        width - shareWidth + SEPARATOR - 12,
        96,
      )
  const folded = shown.filter((isShown) => !isShown).length

  const select = (id: EntityId): void => change({ sel: printSelection({ kind: 'entity', id }) })
  const open = (id: EntityId): void => {
    const at = cursor ?? (range.from + range.to) / 2
    void navigate({
      to: '/entities/{-$id}',
      params: { id },
      search: { at: printMillis(at), ...(view.zone === undefined ? {} : { zone: view.zone }) },
    })
  }
  const actions = (id: EntityId): Pick<ChipProps, 'onSelect' | 'onOpen' | 'isSelected'> => ({
    onSelect: () => select(id),
    onOpen: () => open(id),
    isSelected: selection?.kind === 'entity' && selection.id === id,
  })
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    const buttons = [...(row.current?.querySelectorAll('button') ?? [])]
    const next = buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + by]
    event.preventDefault()
    next?.focus()
  }
  return (
    <div ref={area} className={styles['area']}>
      <div ref={row} className={styles['row']} onKeyDown={onKeyDown}>
        <ol className={styles['steps']}>
          {chips.map(({ step, name, since, value, width: minWidth }, i) =>
            shown[i] === false ? null : (
              <Fragment key={step.id}>
                {i > 0 && (
                  <li aria-hidden="true" className={styles['arrow']}>
                    ›
                  </li>
                )}
                <li>
                  <Chip
                    layer={step.layer}
                    name={name}
                    since={since}
                    fullName={step.name}
                    value={value}
                    minWidth={minWidth}
                    {...actions(step.id)}
                  />
                </li>
              </Fragment>
            ),
          )}
          {folded > 0 && (
            <>
              <li aria-hidden="true" className={styles['arrow']}>
                ›
              </li>
              <li>
                <button type="button" className={styles['chip']} onClick={() => setUnfolded(true)}>
                  <span className={styles['chipName']}>{folded} more</span>
                  <span className={styles['value']}>as usual</span>
                </button>
              </li>
            </>
          )}
        </ol>
        {sharing !== null && answer.sharing !== null && (
          <div className={styles['sharing']}>
            <p className={styles['who']}>
              {sharing.where}
              <br />
              {sharing.who}
            </p>
            <Chip
              layer={answer.sharing.largest.layer}
              name={sharing.largest}
              since=""
              fullName={sharing.largest}
              value={{ level: 'unusual', text: sharing.share }}
              minWidth={0}
              isOutlined
              {...actions(answer.sharing.largest.id)}
            />
          </div>
        )}
      </div>
    </div>
  )
}
