import { Tabs } from 'radix-ui'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { ApiEntity } from '../../model/api.ts'
import type { EntityView } from '../data/entity-view.ts'
import { lastView } from '../data/last-view.ts'
import { useEntity, useHistory } from '../data/questions.ts'
import { printSelection, readSearchView } from '../data/search-view.ts'
import type { UseEntityView } from '../data/use-entity-view.ts'
import { printMillis, readMillis, zoneOf } from '../data/use-search-view.ts'
import { useKeys } from '../lib/keys.ts'
import type { Millis } from '../lib/zoned-time.ts'
import { CompareDock } from '../panels/entity/compare-dock.tsx'
import { EntitiesHeader } from '../panels/entity/entities-header.tsx'
import { EntityStrip } from '../panels/entity/entity-strip.tsx'
import { movesOf } from '../panels/entity/moves.ts'
import { moverWindow } from '../panels/entity/mover-bars.ts'
import { MoverRows } from '../panels/entity/mover-rows.tsx'
import { MovesList } from '../panels/entity/moves-list.tsx'
import { NamesTab } from '../panels/entity/names-tab.tsx'
import { RecordsTab } from '../panels/entity/records-tab.tsx'
import { StatusLineOf } from '../panels/entity/status-line-of.tsx'
import { Button } from '../widgets/button.tsx'
import { ScreenFrame } from '../widgets/screen-frame.tsx'
import { MetricRows } from '../timeline/metric-rows.tsx'
import { EntityTimeline } from './entity-timeline.tsx'
import styles from './entity-page.module.css'

const DAY_MS = 86_400_000

/** One entity as of a time: where it stands, its lanes, what moved, its names and its records. */
export function EntityPage(props: UseEntityView & { readonly id: string }) {
  const { id, view } = props
  const { data, error, isLoading } = useEntity(id, view.at)
  const history = useHistory(id)
  // The name in the address may be any of the entity's; everything else goes by its id.
  const entity = data?.entity
  const moves = useMemo(
    () =>
      entity === undefined || history.data === undefined
        ? []
        : movesOf(entity.id, history.data.history, history.data.entities),
    [entity, history.data],
  )
  const stops = useMemo(
    () => [...new Set(moves.map(({ at }) => at))].sort((a, b) => a - b),
    [moves],
  )
  const [now] = useState(() => Date.now())
  const at = readMillis(view.at, now) ?? now
  const marks = useMarks(props, at, now)
  const isComparing = view.tab === 'moves'
  return (
    <ScreenFrame
      header={<EntitiesHeader {...props} stops={stops} />}
      dock={
        isComparing && entity !== undefined ? (
          <Compare {...props} entity={entity} stops={stops} marks={marks} />
        ) : null
      }
      dockLabel="A and B"
      dockNarrow="below"
      status={
        <StatusLineOf
          keys={[
            ['M', 'mark A, B'],
            ['Enter', 'open'],
            ['Alt ←', 'back'],
          ]}
        />
      }
    >
      {entity === undefined ? (
        <div className={styles['none']}>
          <h1>{isLoading ? 'Reading the entity' : `“${id}” is not known`}</h1>
          {error !== null && <p>{error.message}</p>}
        </div>
      ) : (
        <Page {...props} entity={entity} moves={moves} at={at} now={now} marks={marks} />
      )}
    </ScreenFrame>
  )
}

interface Marks {
  readonly a: Millis
  readonly b: Millis
  /** Puts A, then B, then takes both away. */
  readonly put: (at: Millis) => void
}

/** The marks of the address; without them a day that ends at the page's time. */
function useMarks({ view, change }: UseEntityView, at: Millis, now: Millis): Marks {
  const [a, b] = [readMillis(view.a, now), readMillis(view.b, now)]
  const put = (time: Millis): void => {
    const word = printMillis(time)
    if (a === undefined) change({ a: word }, 'replace')
    else if (b === undefined) change({ b: word }, 'replace')
    else change({ a: undefined, b: undefined }, 'replace')
  }
  useKeys([{ keys: ['m'], does: 'mark A, then B, then none', run: () => put(at) }])
  return { a: a ?? (b ?? at) - DAY_MS, b: b ?? at, put }
}

interface PageProps extends UseEntityView {
  readonly entity: ApiEntity
  readonly moves: ReturnType<typeof movesOf>
  readonly at: Millis
  readonly now: Millis
  readonly marks: Marks
}

function Page({ entity, moves, view, change, goTo, at, now, marks }: PageProps) {
  const navigate = useNavigate()
  const zone = zoneOf(view)
  const query = `entity:"${entity.id.replace(/["\\]/g, '\\$&')}"`
  const window = { from: printMillis(at - DAY_MS), to: printMillis(at) }
  const addLanes = (): void => {
    const before = lastView()
    const add = [...new Set([...(before.add ?? []), entity.id])]
    void navigate({ to: '/', search: readSearchView({ ...before, add }) })
  }
  return (
    <Tabs.Root
      className={styles['page']}
      value={view.tab ?? 'timeline'}
      onValueChange={(tab) => change({ tab: tab as NonNullable<EntityView['tab']> })}
    >
      <EntityStrip entity={entity} at={view.at} moment={at} zone={zone} onOpen={(id) => goTo(id)} />
      <div className={styles['tabs']}>
        <Tabs.List aria-label="Of the entity">
          <Tabs.Trigger value="timeline">Timeline</Tabs.Trigger>
          <Tabs.Trigger value="moves">
            Moves and changes <span>{moves.length}</span>
          </Tabs.Trigger>
          <Tabs.Trigger value="names">
            Names <span>{entity.aliases.length + 2}</span>
          </Tabs.Trigger>
          <Tabs.Trigger value="records">Records</Tabs.Trigger>
        </Tabs.List>
        <div className={styles['actions']}>
          <Button
            isSmall
            onClick={() => void navigate({ to: '/', search: { q: query, ...window } })}
          >
            Search its records
          </Button>
          <Button isSmall onClick={addLanes}>
            Add lanes to search
          </Button>
        </div>
      </div>
      <Tabs.Content value="timeline" className={styles['body']}>
        <EntityTimeline query={query} id={entity.id} at={at} now={now} zone={zone} />
      </Tabs.Content>
      <Tabs.Content value="moves" className={styles['moves']}>
        <MetricRows
          id={entity.id}
          window={moverWindow(marks.a, marks.b)}
          marks={[marks.a, marks.b]}
          zone={zone}
        />
        <MoverRows moves={moves} marks={marks} zone={zone} onOpen={(id) => goTo(id)} />
        <MovesList
          moves={moves}
          marks={marks}
          zone={zone}
          onOpen={(id) => goTo(id)}
          onMark={marks.put}
        />
      </Tabs.Content>
      <Tabs.Content value="names" className={styles['body']}>
        <NamesTab entity={entity} zone={zone} />
      </Tabs.Content>
      <Tabs.Content value="records" className={styles['body']}>
        <RecordsTab
          query={query}
          {...window}
          zone={zone}
          onOpen={({ id }) =>
            void navigate({
              to: '/',
              search: { q: query, ...window, sel: printSelection({ kind: 'record', id }) },
            })
          }
        />
      </Tabs.Content>
    </Tabs.Root>
  )
}

interface CompareProps extends UseEntityView {
  readonly entity: ApiEntity
  readonly stops: readonly Millis[]
  readonly marks: Marks
}

function Compare({ entity, stops, marks, view, change, goTo }: CompareProps) {
  const navigate = useNavigate()
  return (
    <CompareDock
      entity={entity}
      a={marks.a}
      b={marks.b}
      zone={zoneOf(view)}
      stops={stops}
      onMarks={(put) => change(put, 'replace')}
      onOpen={(id) => goTo(id)}
      onSearch={(from, to) => {
        const [first, last] = [from, to].sort()
        void navigate({
          to: '/',
          search: { q: `entity:"${entity.id}"`, from: first!, to: last! },
        })
      }}
    />
  )
}
