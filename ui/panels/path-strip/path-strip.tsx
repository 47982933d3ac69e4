import { useNavigate } from '@tanstack/react-router'
import { Fragment, useMemo, useState } from 'react'
import type { EntityId } from '../../../model/entity.ts'
import type { TimelineAnswer } from '../../../model/timeline.ts'
import { printSelection, readSelection } from '../../data/search-view.ts'
import { printMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { useMoving } from '../../data/viewport.ts'
import { calendarDay, clockMinute, clockTime, type Millis } from '../../lib/zoned-time.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { Chip, type ChipProps } from './chip-button.tsx'
import { chipName, chipValue, foldedText, foldOrder, shownChips, type ChipValue } from './chip.ts'
import { sharingText, type SharingText } from './sharing-text.ts'
import { textWidth, useMedia, useWidth } from '../../lib/use-width.ts'
import styles from './path-strip.module.css'

const CHIP_PADDING = 23
const SEPARATOR = 18
const SHARING_PADDING = 34
/** Of the chip for those left out, with the widest it may say. */
const FOLD_WIDTH = 150
/** A strip below this, in CSS pixels, says everything shorter: of a narrow window, or beside an open dock. */
const SHORT_BELOW = 1_300

/** The subject's path, effect to cause, and who else uses the worst shared resource. */
export function PathStrip(props: ViewProps) {
  const { isUnread, zone } = props
  const answer = props.answer ?? props.before
  const at = useMoving(({ cursor }) => cursor)
  return (
    <section className={styles['strip']} aria-label="Path">
      <div className={styles['subject']}>
        {answer !== undefined && (
          <>
            <h1 className={styles['name']}>
              <InertText
                text={answer.subject?.name ?? 'No one subject'}
                most={200}
                canGrow={false}
              />
            </h1>
            <p className={styles['about']}>
              {isUnread ? 'path not read' : aboutOf(answer, at, zone)}
            </p>
          </>
        )}
      </div>
      {answer === undefined && isUnread && <p className={styles['none']}>Not read.</p>}
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
  const { answer, view, change, zone, range, isUnread } = props
  const navigate = useNavigate()
  const [row, width] = useWidth()
  const isWide = useMedia('(min-width: 2400px)')
  const isNarrow = width < SHORT_BELOW
  const [isUnfolded, setUnfolded] = useState(false)
  const cursor = useMoving((moving) => moving.cursor)
  const selection = readSelection(view.sel)
  const sharing = isUnread ? null : answer.sharing
  const shared = sharing === null ? null : sharingText(sharing, isNarrow)
  const room = width - (shared === null ? 0 : sharingWidth(shared)) + SEPARATOR
  const chips = useMemo(() => {
    const context = { cursor, zone, isNarrow, isUnread }
    const full = isWide ? chipsOf(answer, { ...context, isWide }) : null
    // What is wrong comes before since when it is so.
    return full !== null && full.reduce((sum, chip) => sum + chip.width, 0) <= room
      ? full
      : chipsOf(answer, { ...context, isWide: false })
  }, [answer, cursor, zone, isWide, isNarrow, isUnread, room])
  const shown = isUnfolded ? chips.map(() => true) : shownChips(chips, room, FOLD_WIDTH)
  const folded = chips.filter((_, i) => !shown[i]).map(({ worst }) => worst.level)
  const isMissed = isUnread || answer.metricsUnread !== null
  const rest = isMissed ? NOT_READ : foldedText(folded)

  const actions = (id: EntityId): Pick<ChipProps, 'onSelect' | 'onOpen' | 'isSelected'> => ({
    onSelect: () => change({ sel: printSelection({ kind: 'entity', id }) }),
    onOpen: () => {
      const at = printMillis(cursor ?? (range.from + range.to) / 2)
      const search = { at, ...(view.zone === undefined ? {} : { zone: view.zone }) }
      void navigate({ to: '/entities/{-$id}', params: { id }, search })
    },
    isSelected: selection?.kind === 'entity' && selection.id === id,
  })
  return (
    <div ref={row} className={styles['row']} onKeyDown={moveFocus}>
      <ol className={styles['steps']}>
        {chips.map(({ step, name, since, value, width: chipWidth }, i) =>
          shown[i] === false ? null : (
            <Fragment key={step.id}>
              {i > 0 && <Arrow />}
              <li>
                <Chip
                  {...{ name, since, value, layer: step.layer, fullName: step.name }}
                  minWidth={chipWidth - SEPARATOR}
                  {...actions(step.id)}
                />
              </li>
            </Fragment>
          ),
        )}
        {folded.length > 0 && (
          <>
            <Arrow />
            <li>
              <button
                type="button"
                className={styles['chip']}
                data-level={rest.level}
                onClick={() => setUnfolded(true)}
              >
                <span className={styles['chipName']}>{folded.length} more</span>
                <span className={styles['value']}>{rest.text}</span>
              </button>
            </li>
          </>
        )}
      </ol>
      {sharing !== null && shared !== null && (
        <div className={styles['sharing']}>
          <p className={styles['who']}>
            {shared.where}
            <br />
            {shared.who}
          </p>
          <Chip
            {...{ name: shared.largest, since: '', fullName: sharing.largest.name, minWidth: 0 }}
            layer={sharing.largest.layer}
            value={{ level: 'unusual', text: shared.share }}
            isOutlined
            {...actions(sharing.largest.id)}
          />
        </div>
      )}
    </div>
  )
}

const Arrow = () => (
  <li aria-hidden="true" className={styles['arrow']}>
    ›
  </li>
)

interface ChipContext {
  readonly cursor: Millis | null
  readonly zone: string
  readonly isWide: boolean
  readonly isNarrow: boolean
  readonly isUnread: boolean
}

const NOT_READ: ChipValue = { level: 'unknown', text: 'not read' }

/** The steps as chips, each as wide as its widest text, so that nothing moves with the cursor. */
function chipsOf(
  answer: TimelineAnswer,
  { cursor, zone, isWide, isNarrow, isUnread }: ChipContext,
) {
  const column =
    cursor === null ? null : Math.floor((cursor - Date.parse(answer.from)) / answer.columnMs)
  const laneOf = new Map(answer.lanes.map((lane) => [lane.entity.id, lane]))
  return answer.path.map((step, i) => {
    const lane = laneOf.get(step.id)
    const isMissed = answer.metricsUnread !== null && (lane?.metrics.length ?? 0) === 0
    const isUnknown = isUnread || isMissed
    const worst = isMissed ? NOT_READ : chipValue(lane, null)
    const { level, text, short = text } = isUnknown ? NOT_READ : chipValue(lane, column)
    const value = { level, text: isNarrow ? short : text }
    const name = chipName(step, isWide)
    const isDated = isWide && step.since !== null
    const since = isDated
      ? ` since ${sinceText(Date.parse(step.since), Date.parse(answer.from), zone)}`
      : ''
    const widest = [isNarrow ? (worst.short ?? worst.text) : worst.text, value.text].map((one) =>
      textWidth(one),
    )
    const width = Math.max(textWidth(name + since, true), ...widest) + CHIP_PADDING + SEPARATOR
    const isMain =
      i === 0 || step.id === answer.subject?.id || step.id === answer.sharing?.resource.id
    const order = isMain ? null : foldOrder(worst.level)
    return { step, name, since, value, worst, width, order }
  })
}

/** `08:12` of the day in view, else the day: `Wed 21 Oct`. */
function sinceText(at: Millis, seen: Millis, zone: string): string {
  const day = calendarDay(at, zone)
  return day === calendarDay(seen, zone) ? clockMinute(at, zone) : day
}

const sharingWidth = ({ where, who, largest, share }: SharingText): number =>
  SHARING_PADDING +
  Math.max(textWidth(where), textWidth(who)) +
  Math.max(textWidth(largest, true), textWidth(share)) +
  CHIP_PADDING

/** Left and right from chip to chip. */
function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (by === 0) return
  event.preventDefault()
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + by]?.focus()
}
