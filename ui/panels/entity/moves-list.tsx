import { useMemo, useState } from 'react'
import { calendarDay, clockTime, type Millis } from '../../lib/zoned-time.ts'
import { layerColour } from '../../lib/layers.ts'
import { count } from '../../lib/quantity.ts'
import { RowList } from '../../widgets/row-list.tsx'
import { KindFilter } from './kind-filter.tsx'
import type { Move } from './moves.ts'
import styles from './moves-list.module.css'

interface MovesListProps {
  readonly moves: readonly Move[]
  readonly marks: { readonly a: Millis; readonly b: Millis }
  readonly zone: string
  readonly onOpen: (id: string) => void
  /** A mark is put at this time: A, then B. */
  readonly onMark: (at: Millis) => void
}

type Row = Move | { readonly key: string; readonly cut: 'A' | 'B'; readonly at: Millis }

/** What came, went and changed, newest first, with the marks between; what lies outside them is faint. */
export function MovesList({ moves, marks, zone, onOpen, onMark }: MovesListProps) {
  const [only, setOnly] = useState<string>()
  const [active, setActive] = useState(0)
  const kinds = useMemo(() => kindsOf(moves), [moves])
  const rows = useMemo(
    () => withCuts(only === undefined ? moves : moves.filter(({ what }) => what === only), marks),
    [moves, only, marks],
  )
  if (moves.length === 0) {
    return (
      <p className={styles['none']}>
        The inventory tells of no change: its relations and names hold since ever, or since before
        anything was known.
      </p>
    )
  }
  return (
    <div className={styles['moves']}>
      <KindFilter
        title="what"
        label="Filter by what changed"
        kinds={kinds}
        only={only}
        onOnly={(kind) => {
          setOnly(kind)
          setActive(0)
        }}
      />
      <div className={styles['table']}>
        <div className={styles['head']} aria-hidden="true">
          <span />
          <span>time</span>
          <span>who</span>
          <span>what</span>
          <span>from, to</span>
          <span>by</span>
        </div>
        <RowList<Row>
          label="Moves and changes, newest first"
          rows={rows}
          keyOf={({ key }) => key}
          rowHeight={24}
          active={Math.min(active, rows.length - 1)}
          onActive={setActive}
          onOpen={(row) => {
            if (!('cut' in row) && row.who !== null) onOpen(row.who.id)
          }}
          onKey={({ key, shiftKey }, row) => {
            if (key !== 'm' || shiftKey) return false
            onMark(row.at)
            return true
          }}
          render={(row) =>
            'cut' in row ? (
              <Cut row={row} zone={zone} />
            ) : (
              <MoveRow move={row} isInside={row.at >= marks.a && row.at <= marks.b} zone={zone} />
            )
          }
        />
      </div>
    </div>
  )
}

function kindsOf(moves: readonly Move[]) {
  const counts = new Map<string, number>()
  for (const { what } of moves) counts.set(what, (counts.get(what) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([what, n]) => ({ kind: what, word: what, n: count(n) }))
}

function withCuts(moves: readonly Move[], { a, b }: MovesListProps['marks']): readonly Row[] {
  const cuts: readonly Row[] = [
    { key: 'B', cut: 'B', at: b },
    { key: 'A', cut: 'A', at: a },
  ]
  // Newest first: a change at B itself happened before B was looked at, one at A after A.
  return cuts.reduce<readonly Row[]>((rows, cut) => {
    const place = rows.findIndex((row) => (cut.key === 'B' ? row.at <= cut.at : row.at < cut.at))
    return place < 0 ? [...rows, cut] : rows.toSpliced(place, 0, cut)
  }, moves)
}

function Cut({
  row,
  zone,
}: {
  readonly row: Extract<Row, { cut: string }>
  readonly zone: string
}) {
  return (
    <div className={styles['cut']}>
      <span>
        {row.cut} {calendarDay(row.at, zone)} {clockTime(row.at, zone)}
      </span>
    </div>
  )
}

interface MoveRowProps {
  readonly move: Move
  readonly isInside: boolean
  readonly zone: string
}

/** Both ends of a change; of what only came or went the end is `who`. */
const fromTo = ({ mark, who, from, to }: Move): string =>
  mark === '~' ? `${from} → ${to}` : who === null ? '' : '–'

const SAID = { '+': 'came', '−': 'went', '~': 'changed' } as const

function MoveRow({ move, isInside, zone }: MoveRowProps) {
  const { mark, at, who, what, from, to, by } = move
  return (
    <div className={styles['row']} data-inside={isInside}>
      <span>
        <span aria-hidden="true">{mark}</span>
        <span className="visually-hidden">{SAID[mark]}</span>
      </span>
      <span className="mono">
        {calendarDay(at, zone)} {clockTime(at, zone)}
      </span>
      <span className={styles['who']} style={{ borderLeftColor: layerColour(who?.layer ?? null) }}>
        {who?.name ?? to ?? from}
      </span>
      <span>{what}</span>
      <span>{fromTo(move)}</span>
      <span>{by}</span>
    </div>
  )
}
