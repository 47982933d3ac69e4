import { Fragment, useEffect, useRef } from 'react'
import type { TimelineAnswer } from '../../../model/timeline.ts'
import { count } from '../../lib/quantity.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { Kbd } from '../../widgets/kbd.tsx'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import type { Option, Section } from './completion-options.ts'
import styles from './query-bar.module.css'

interface CompletionListProps {
  readonly id: string
  /** From the bar's left edge, CSS pixels. */
  readonly x: number
  readonly options: readonly Option[]
  readonly active: number
  readonly typed: string
  readonly answer: TimelineAnswer | undefined
  readonly onChoose: (index: number) => void
}

const MARKS: Readonly<Record<Section, string>> = {
  Fields: 'ƒ',
  Values: '=',
  Entities: '',
  Pipes: '|',
  History: '↺',
}

/** What may stand at the caret, by kind; the editor keeps the focus and moves what is active. */
export function CompletionList(props: CompletionListProps) {
  const { id, x, options, active, typed, answer, onChoose } = props
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [active])
  const sections = [...new Set(options.map(({ section }) => section))]
  return (
    <div className={styles['panel']} style={{ left: x }} data-kind="list">
      <div ref={list} id={id} role="listbox" aria-label="Completions" className={styles['list']}>
        {sections.map((section) => (
          <div key={section} role="group" aria-label={section}>
            <p className={styles['section']} aria-hidden="true">
              <span>{section}</span>
              <span>{noteOf(section, answer)}</span>
            </p>
            {options.map((option, i) =>
              option.section === section ? (
                <div
                  key={`${option.label} ${option.text}`}
                  id={`${id}-${i}`}
                  role="option"
                  aria-selected={i === active}
                  className={styles['option']}
                  onMouseDown={(event) => {
                    event.preventDefault()
                    onChoose(i)
                  }}
                >
                  <span aria-hidden="true" className={styles['mark']}>
                    {option.layer === undefined ? (
                      MARKS[section]
                    ) : (
                      <LayerSwatch layer={option.layer} />
                    )}
                  </span>
                  <span className={styles['label']}>
                    <Marked label={option.label} typed={typed} fieldLength={option.fieldLength} />
                  </span>
                  <span className={styles['about']}>{option.about}</span>
                  <span className={styles['right']}>{option.right}</span>
                </div>
              ) : null,
            )}
          </div>
        ))}
      </div>
      <p className={styles['keys']} aria-hidden="true">
        <Kbd>↑</Kbd>
        <Kbd>↓</Kbd> choose <Kbd>Tab</Kbd> accept <Kbd>Enter</Kbd> run as typed <Kbd>Esc</Kbd> close
      </p>
    </div>
  )
}

function noteOf(section: Section, answer: TimelineAnswer | undefined): string {
  if (section === 'Values') return 'records'
  if (section !== 'Fields' || answer === undefined) return ''
  const { info, warning, error, fatal } = answer.total
  return `in the ${count(info + warning + error + fatal)} records of this range`
}

/** The label, its field in accent ink, what was typed underlined. */
function Marked({
  label,
  typed,
  fieldLength,
}: {
  readonly label: string
  readonly typed: string
  readonly fieldLength: number
}) {
  const wanted = typed.replace(/^"/, '').toLowerCase()
  const at = wanted === '' ? -1 : label.toLowerCase().indexOf(wanted)
  const edges = [0, fieldLength, ...(at < 0 ? [] : [at, at + wanted.length]), label.length]
  const cuts = [...new Set(edges)].sort((a, b) => a - b)
  return cuts.slice(0, -1).map((from, i) => {
    const to = cuts[i + 1]!
    return (
      <Fragment key={from}>
        <span
          data-field={to <= fieldLength || undefined}
          data-typed={(at >= 0 && from >= at && to <= at + wanted.length) || undefined}
        >
          <InertText text={label.slice(from, to)} most={200} canGrow={false} />
        </span>
      </Fragment>
    )
  })
}
