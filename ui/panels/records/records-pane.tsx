import { Tabs } from 'radix-ui'
import { useEffect, useMemo, useState } from 'react'
import { listed } from '../../data/listed-records.ts'
import type { SearchAnswer } from '../../../model/api.ts'
import { usePatterns, useSearchAnswer } from '../../data/questions.ts'
import { MOST_IN_CSV } from '../../data/save-file.ts'
import { useIsReadable } from '../../data/read-query.ts'
import { readSelection, TABS, type Tab } from '../../data/search-view.ts'
import { useEntityNames } from '../../data/use-entity-names.ts'
import { useKept } from '../../data/use-kept.ts'
import { useLinks } from '../../data/use-links.ts'
import { printMillis, readMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { comparisonsOf, isNew } from '../../lib/pattern-windows.ts'
import { laneRows, mayLackRecords } from '../../lib/lane-rows.ts'
import { atLeast } from '../../lib/quantity.ts'
import { calendarDay } from '../../lib/zoned-time.ts'
import { Menu, MenuCheck } from '../../widgets/menu.tsx'
import {
  addCondition,
  equalsText,
  hasCondition,
  onlyCondition,
  removeCondition,
} from '../../data/filter-edit.ts'
import { filterPart } from '../../data/filter-part.ts'
import { hasPipes, phrasesOf } from '../query/query-hits.ts'
import { choices, columnsOf, USUAL_COLUMNS } from './columns.ts'
import { ExportMenu, type SavedTable } from './export-menu.tsx'
import { laneColumns, LanesTab } from './lanes-tab.tsx'
import { areaOf } from './listed-area.ts'
import { PatternsTab } from './patterns-tab.tsx'
import type { RowStyle } from './record-row.tsx'
import { RecordsTab, WholeAnswerTab } from './records-tab.tsx'
import { Splitter } from './splitter.tsx'
import { StatisticsTab } from './statistics-tab.tsx'
import { useRecordKeys } from './use-record-keys.ts'
import styles from './records-pane.module.css'

const GRAVE = 'severity>=warn'
const isIds = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((id) => typeof id === 'string')
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'

/** The view's records, its patterns, its counts and its lanes in figures. */
export function RecordsPane(props: ViewProps) {
  const { view, change, zone, answer } = props
  const query = view.q ?? ''
  const isReadable = useIsReadable(query)
  const isPartial = answer !== undefined && mayLackRecords(answer)
  const selection = readSelection(view.sel)
  const tab = view.tab ?? 'records'
  const [ids, setIds] = useKept('columns', USUAL_COLUMNS, isIds)
  const [isWrapped, setWrapped] = useKept('wrap', false, isFlag)
  const columns = useMemo(() => columnsOf(ids), [ids])
  const names = useEntityNames(answer ?? props.before)
  const links = useLinks(selection?.kind === 'record' ? selection.id : null)
  const rowStyle = useRowStyle(props, { columns, names, isWrapped })
  const patterns = usePatternComparison(props)
  useRecordKeys(props, selection)

  const isWhole = hasPipes(query)
  const whole = useSearchAnswer({ ...props.window, limit: MOST_IN_CSV }, isWhole)
  const filtered = { ...props.window, query: filterPart(query) }
  const isGrave = hasCondition(query, GRAVE)
  const area = useMemo(() => areaOf(props, selection), [props.range, props.window, view.sel])
  const shared = {
    ...props,
    area,
    rowStyle,
    selected: selection?.kind === 'record' ? selection.id : null,
    links: links.byRecord,
  }
  return (
    <section className={styles['pane']} aria-label="Records, patterns, statistics, lanes">
      <Splitter
        onMoved={() => view.split !== undefined && change({ split: undefined }, 'replace')}
      />
      <Tabs.Root
        className={styles['tabs']}
        value={tab}
        onValueChange={(to) =>
          change({ tab: to === 'records' ? undefined : (to as Tab) }, 'replace')
        }
      >
        <div className={styles['head']}>
          <Tabs.List className={styles['names']} aria-label="What is shown of the records">
            {TABS.map((name) => (
              <Tabs.Trigger key={name} value={name} className={styles['tab']}>
                {TITLES[name]}
                <span className={styles['count']}>
                  {name === 'records' &&
                    answer !== undefined &&
                    ` ${atLeast(totalOf(answer.total), isPartial)}`}
                  {name === 'patterns' && patterns.countText}
                </span>
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <div className={styles['tools']}>
            {answer !== undefined && (
              <button
                type="button"
                className={styles['tool']}
                data-strong="true"
                aria-pressed={isGrave}
                onClick={() =>
                  change({
                    q: isGrave ? removeCondition(query, GRAVE) : addCondition(query, GRAVE),
                  })
                }
              >
                {graveText(totalOf({ ...answer.total, info: 0 }), isPartial)}
              </button>
            )}
            <Menu
              trigger={
                <button type="button" className={styles['tool']} disabled={tab !== 'records'}>
                  Columns
                </button>
              }
            >
              <ColumnChoices ids={ids} setIds={setIds} />
            </Menu>
            <button
              type="button"
              className={styles['tool']}
              aria-pressed={isWrapped}
              disabled={tab !== 'records'}
              onClick={() => setWrapped(!isWrapped)}
            >
              Wrap
            </button>
            <ExportMenu
              window={filtered}
              columns={columns}
              names={names}
              table={tableOf(tab, props, patterns.rows, isWhole ? whole.data : undefined)}
            />
          </div>
        </div>
        {isReadable ? (
          <>
            <Tabs.Content value="records" className={styles['content']} tabIndex={-1}>
              {isWhole ? <WholeAnswerTab {...shared} /> : <RecordsTab {...shared} />}
            </Tabs.Content>
            <Tabs.Content value="patterns" className={styles['content']} tabIndex={-1}>
              <PatternsTab
                {...patterns.tab}
                zone={zone}
                onPick={(template) =>
                  change({
                    q: onlyCondition(query, 'template', equalsText('template', template)),
                    tab: undefined,
                  })
                }
              />
            </Tabs.Content>
            <Tabs.Content value="statistics" className={styles['content']} tabIndex={-1}>
              <StatisticsTab window={filtered} names={names} />
            </Tabs.Content>
            <Tabs.Content value="lanes" className={styles['content']} tabIndex={-1}>
              <LanesTab {...props} selection={selection?.kind === 'entity' ? selection.id : null} />
            </Tabs.Content>
          </>
        ) : (
          <Tabs.Content value={tab} className={styles['content']} tabIndex={-1}>
            <p className={styles['note']}>Nothing was read: the query was not run.</p>
          </Tabs.Content>
        )}
      </Tabs.Root>
    </section>
  )
}

const TITLES: Readonly<Record<Tab, string>> = {
  records: 'Records',
  patterns: 'Patterns',
  statistics: 'Statistics',
  lanes: 'Lanes',
}

const totalOf = (counts: { info: number; warning: number; error: number; fatal: number }): number =>
  counts.info + counts.warning + counts.error + counts.fatal

const graveText = (n: number, isPartial: boolean): string =>
  n === 1 && !isPartial ? '1 warning or error' : `${atLeast(n, isPartial)} warnings and errors`

function useRowStyle(
  { view, zone, range }: ViewProps,
  rest: Pick<RowStyle, 'columns' | 'names' | 'isWrapped'>,
): RowStyle {
  const { columns, names, isWrapped } = rest
  const withDay = calendarDay(range.from, zone) !== calendarDay(range.to - 1, zone)
  const isRaw = view.raw === '1'
  const query = view.q ?? ''
  return useMemo(
    () => ({ columns, names, isWrapped, zone, isRaw, withDay, phrases: phrasesOf(query) }),
    [columns, names, isWrapped, zone, isRaw, withDay, query],
  )
}

/** The patterns of the view against what the reader chose to compare them with. */
function usePatternComparison({ view, range, window }: ViewProps) {
  const [id, setId] = useState('window')
  const [a, b] = [readMillis(view.a, range.to), readMillis(view.b, range.to)]
  const comparisons = useMemo(() => comparisonsOf(range, a, b), [range, a, b])
  const comparison = comparisons.find((one) => one.id === id) ?? comparisons[0]!
  const print = (span: { from: number; to: number }) => ({
    from: printMillis(span.from),
    to: printMillis(span.to),
  })
  const { data, error, isFetching, refetch } = usePatterns({
    query: filterPart(window.query),
    ...print(comparison.now),
    baseline: print(comparison.before),
    limit: 2_000,
  })
  const rows = useMemo(() => data?.patterns ?? [], [data])
  const present = rows.filter((pattern) => pattern.count > 0).length
  const fresh = rows.filter(isNew).length
  const isPartial = data?.coverage.complete === false
  const freshText = fresh > 0 ? `, ${atLeast(fresh, isPartial)} new` : ''
  return {
    rows,
    countText: data === undefined ? '' : ` ${atLeast(present, isPartial)}${freshText}`,
    tab: {
      patterns: rows,
      isPartial,
      notes: data?.coverage.notes ?? [],
      isLoading: isFetching,
      error,
      onRetry: () => void refetch(),
      comparison,
      comparisons,
      setComparison: setId,
    },
  }
}

interface ColumnChoicesProps {
  readonly ids: readonly string[]
  readonly setIds: (ids: readonly string[]) => void
}

function ColumnChoices({ ids, setIds }: ColumnChoicesProps) {
  const [records, setRecords] = useState(listed.getState().records)
  useEffect(() => setRecords(listed.getState().records), [])
  return choices(records, ids).map(({ id, label }) => (
    <MenuCheck
      key={id}
      isOn={ids.includes(id)}
      onChange={(isOn) => setIds(isOn ? [...ids, id] : ids.filter((other) => other !== id))}
    >
      {label}
    </MenuCheck>
  ))
}

function tableOf(
  tab: Tab,
  { answer, zone }: ViewProps,
  patterns: ReturnType<typeof usePatternComparison>['rows'],
  whole: SearchAnswer | undefined,
): SavedTable | null {
  if (tab === 'records' && whole !== undefined && 'columns' in whole) {
    return { name: 'answer', header: whole.columns.map(({ name }) => name), rows: whole.rows }
  }
  if (tab === 'lanes' && answer !== undefined) {
    const columns = laneColumns(zone, answer.columnMs)
    return {
      name: 'lanes',
      header: columns.map(({ label }) => label),
      rows: laneRows(answer, null).map((row) => columns.map(({ text }) => text(row))),
    }
  }
  if (tab !== 'patterns') return null
  return {
    name: 'patterns',
    header: ['severity', 'now', 'before', 'first', 'last', 'pattern', 'id'],
    rows: patterns.map((pattern) => [
      pattern.severity,
      pattern.count,
      Math.round(pattern.before ?? 0),
      pattern.first,
      pattern.last,
      pattern.text,
      pattern.template,
    ]),
  }
}
