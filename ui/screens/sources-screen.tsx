import { useMemo, useState } from 'react'
import type { ApiSource } from '../../model/api.ts'
import { openTopic } from '../data/overlays.ts'
import { useSourceRates, useSources } from '../data/questions.ts'
import type { SourcesView } from '../data/sources-view.ts'
import { useSourcesView } from '../data/use-sources-view.ts'
import { printMillis, zoneOf } from '../data/use-search-view.ts'
import { useKeys } from '../lib/keys.ts'
import { isAsked, rowsOf, type SourceRow } from '../panels/sources/source-rows.ts'
import { SourceDock } from '../panels/sources/source-dock.tsx'
import { askedWindow, rateWindow } from '../panels/sources/rate-words.ts'
import { SourceTable, type Rates } from '../panels/sources/source-table.tsx'
import { SourcesHeader } from '../panels/sources/sources-header.tsx'
import { SourcesStatus } from '../panels/sources/sources-status.tsx'
import { TroubleChips } from '../panels/sources/trouble-chips.tsx'
import { Button } from '../widgets/button.tsx'
import { ScreenFrame } from '../widgets/screen-frame.tsx'
import styles from './sources-screen.module.css'

const NONE: ReadonlySet<string> = new Set()

/** Who sends, how well, and what became of it. */
export function SourcesScreen() {
  const asked = useSourcesView()
  const { view, change } = asked
  const { data, error, dataUpdatedAt } = useSources()
  const zone = zoneOf(view)
  const [folds, setFolds] = useState({ open: NONE, closed: NONE })
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const sources = useMemo(() => data?.sources ?? [], [data])
  const shown = useMemo(
    () => sources.filter((source) => isAsked(source, view.q ?? '')),
    [sources, view.q],
  )
  const rows = useMemo(() => rowsOf(shown, folds.open, folds.closed), [shown, folds])
  const selected = sources.find(({ source }) => source === view.source)
  const wanted = activeKey ?? (selected === undefined ? '' : `source ${selected.source}`)
  // By its key and not its place, so that a refresh moves nothing under the reader.
  const active = rows.findIndex(({ key }) => key === wanted)
  useKeys([
    {
      keys: ['Escape'],
      does: 'close what is selected',
      isOn: () => selected !== undefined,
      run: () => change({ source: undefined }, 'replace'),
    },
  ])
  const rates = useRates(sources, view)
  const asOf = dataUpdatedAt === 0 ? Date.now() : dataUpdatedAt
  return (
    <ScreenFrame
      header={
        <SourcesHeader
          {...asked}
          shown={shownText(shown.length, sources.length)}
          range={rates.window}
          zone={zone}
        />
      }
      status={<SourcesStatus sources={sources} asOf={asOf} zone={zone} />}
      dockLabel="What is selected"
      dock={
        selected === undefined ? null : (
          <SourceDock
            key={selected.source}
            source={selected}
            known={rates.of.get(selected.source)}
            asOf={asOf}
            zone={zone}
            onClose={() => change({ source: undefined }, 'replace')}
          />
        )
      }
    >
      <div className={styles['main']}>
        <TroubleChips
          sources={sources}
          asOf={asOf}
          zone={zone}
          q={view.q ?? ''}
          onFilter={(q) => change({ q })}
        />
        {rows.length === 0 ? (
          <Nothing error={error} isRead={data !== undefined} isFiltered={sources.length > 0} />
        ) : (
          <SourceTable
            rows={rows}
            active={active}
            asOf={asOf}
            zone={zone}
            rates={rates}
            onActive={(index) => setActiveKey(rows[index]!.key)}
            onOpen={(row) =>
              row.kind === 'source' && change({ source: row.source.source }, 'replace')
            }
            onFold={(row) => setFolds(toggled(folds, row))}
          />
        )}
      </div>
    </ScreenFrame>
  )
}

/** The rates of the window asked for, else of the last hour there is; asked for again when a minute has passed. */
function useRates(sources: readonly ApiSource[], view: SourcesView): Rates {
  const { from, to } = askedWindow(view, Date.now()) ?? rateWindow(sources, Date.now())
  const { data } = useSourceRates(printMillis(from), printMillis(to), sources.length > 0)
  return useMemo(
    () => ({ window: { from, to }, of: new Map(data?.rates.map((rate) => [rate.source, rate])) }),
    [from, to, data],
  )
}

const shownText = (shown: number, all: number): string =>
  shown === all ? `${all} ${all === 1 ? 'source' : 'sources'}` : `${shown} of ${all} sources`

interface Folds {
  readonly open: ReadonlySet<string>
  readonly closed: ReadonlySet<string>
}

function toggled({ open, closed }: Folds, row: SourceRow): Folds {
  const flip = (set: ReadonlySet<string>): ReadonlySet<string> => {
    const next = new Set(set)
    if (!next.delete(row.key)) next.add(row.key)
    return next
  }
  return row.kind === 'group' ? { open, closed: flip(closed) } : { open: flip(open), closed }
}

interface NothingProps {
  readonly error: Error | null
  readonly isRead: boolean
  readonly isFiltered: boolean
}

function Nothing({ error, isRead, isFiltered }: NothingProps) {
  if (error !== null)
    return <p className={styles['none']}>Could not read the sources: {error.message}</p>
  if (!isRead) return <p className={styles['none']}>Reading the sources</p>
  if (isFiltered) return <p className={styles['none']}>No source is what the filter asks for.</p>
  return (
    <div className={styles['none']}>
      <p>Nothing has been received yet. A source appears with its first record.</p>
      <Button kind="primary" onClick={() => openTopic('send')}>
        Add a source
      </Button>
    </div>
  )
}
