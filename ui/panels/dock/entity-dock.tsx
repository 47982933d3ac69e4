import { Link } from '@tanstack/react-router'
import type { ApiAlias } from '../../../model/api.ts'
import type { Lane, MetricLane } from '../../../model/timeline.ts'
import { useEntity, usePath } from '../../data/questions.ts'
import { printSelection } from '../../data/search-view.ts'
import { printMillis, readMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { LAYER_NAMES } from '../../lib/layers.ts'
import { leftText } from '../../lib/left-usual.ts'
import { count, quantity, times, unitOf } from '../../lib/quantity.ts'
import { standingOf } from '../../lib/standing.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { clockTime } from '../../lib/zoned-time.ts'
import { Button } from '../../widgets/button.tsx'
import { InertText } from '../../widgets/inert-text.tsx'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { choose } from '../../data/filter-choice.ts'
import { entityText } from '../../data/filter-edit.ts'
import { DockFrame, Section } from './dock-frame.tsx'
import { useDockKeys } from './use-dock-keys.ts'
import styles from './dock.module.css'

type List = 'pin' | 'hide' | 'open' | 'add'

/** One entity as of the cursor: what it is, what its metrics do in the view, what it depends on. */
export function EntityDock(props: ViewProps & { readonly id: string }) {
  const { id, view, change, zone, range, answer } = props
  const atMs = readMillis(view.at, range.to) ?? (range.from + range.to) / 2
  const at = printMillis(atMs)
  const { data, error } = useEntity(id, at)
  const path = usePath(id, at)
  const onClose = (): void => change({ sel: undefined })
  const onEntity = (other: string): void =>
    change({ sel: printSelection({ kind: 'entity', id: other }) })
  useDockKeys({ onClose, current: null, related: [], onRecord: () => undefined })
  const lane = answer?.lanes.find(({ entity }) => entity.id === id)
  const entity = data?.entity.id === id ? data.entity : undefined
  const summary = entity ?? lane?.entity
  const toggle = (list: List): void => {
    const before = view[list] ?? []
    const after = before.includes(id) ? before.filter((one) => one !== id) : [...before, id]
    change({ [list]: after.length === 0 ? undefined : after })
  }
  const has = (list: List): boolean => view[list]?.includes(id) ?? false
  if (summary === undefined) {
    return (
      <DockFrame title="Entity" onClose={onClose}>
        <p className={styles['section']}>{error?.message ?? 'The entity is being read.'}</p>
      </DockFrame>
    )
  }
  const steps = path.data?.entity === id ? path.data.entities.filter((one) => one.id !== id) : []
  const kind = summary.type.replaceAll('_', ' ')
  return (
    <DockFrame
      title={
        <>
          <LayerSwatch layer={summary.layer} />
          {shortKey(summary.name)}
        </>
      }
      about={[kind, ...(summary.team === null ? [] : [`team ${summary.team}`])].join(' · ')}
      onClose={onClose}
    >
      <div className={styles['section']}>
        <p>
          {kind}
          {summary.layer !== null && `, ${LAYER_NAMES[summary.layer].toLowerCase()}`}
          {(lane?.relation ?? '') !== '' && `, ${lane!.relation}`}
        </p>
        <p className={styles['quiet']}>as of {clockTime(atMs, zone)}</p>
        {lane !== undefined && <Counts lane={lane} />}
        <div className={styles['buttons']}>
          <Link to="/entities/{-$id}" params={{ id }} search={{ at }}>
            Open its page
          </Link>
          <Button isSmall aria-pressed={has('pin')} onClick={() => toggle('pin')}>
            {has('pin') ? 'Unpin lane' : 'Pin lane'}
          </Button>
          <Button isSmall aria-pressed={has('hide')} onClick={() => toggle('hide')}>
            {has('hide') ? 'Show lane' : 'Hide lane'}
          </Button>
          {lane === undefined && !has('add') && (
            <Button isSmall onClick={() => toggle('add')}>
              Add lane
            </Button>
          )}
          <Button
            isSmall
            onClick={() => change({ q: choose(view.q ?? '', 'entity', entityText(id)) })}
          >
            Only its records
          </Button>
        </div>
      </div>
      {lane !== undefined && (
        <Metrics
          lane={lane}
          from={Date.parse(answer!.from)}
          columnMs={answer!.columnMs}
          zone={zone}
          isOpen={has('open')}
          onOpen={() => toggle('open')}
        />
      )}
      <Section title="Depends on" note={steps.length === 0 ? '' : count(steps.length)}>
        {path.error !== null && <p className={styles['caution']}>{path.error.message}</p>}
        {path.error === null && steps.length === 0 && (
          <p className={styles['quiet']}>
            {path.isFetching ? 'being read' : 'The inventory names nothing that it depends on.'}
          </p>
        )}
        <ul>
          {steps.map((step) => (
            <li key={step.id}>
              <button type="button" className={styles['pattern']} onClick={() => onEntity(step.id)}>
                <LayerSwatch layer={step.layer} />
                <span>{shortKey(step.name)}</span>
                <span className={styles['quiet']}>{step.type.replaceAll('_', ' ')}</span>
              </button>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Names" note={entity === undefined ? '' : count(entity.aliases.length)}>
        <dl className={styles['facts']}>
          <dt>id</dt>
          <dd className={styles['mono']}>{id}</dd>
          {entity?.aliases.map((alias) => (
            <Alias key={JSON.stringify(alias)} alias={alias} />
          ))}
        </dl>
      </Section>
    </DockFrame>
  )
}

function Alias({ alias: { kind, value, scope } }: { readonly alias: ApiAlias }) {
  return (
    <>
      <dt>{kind.replaceAll('_', ' ')}</dt>
      <dd className={styles['mono']}>
        <InertText text={value} most={200} keepLines />
        {scope !== undefined && <span className={styles['quiet']}> in {scope}</span>}
      </dd>
    </>
  )
}

function Counts({ lane: { counts } }: { readonly lane: Lane }) {
  const { info, warning, error, fatal } = counts
  const total = info + warning + error + fatal
  return (
    <p>
      {count(total)} {total === 1 ? 'record' : 'records'} in view: {count(fatal + error)} errors,{' '}
      {count(warning)} warnings
    </p>
  )
}

interface MetricsProps {
  readonly lane: Lane
  readonly from: number
  readonly columnMs: number
  readonly zone: string
  readonly isOpen: boolean
  readonly onOpen: () => void
}

function Metrics({ lane, from, columnMs, zone, isOpen, onOpen }: MetricsProps) {
  const { metrics, moreMetrics } = lane
  const all = metrics.length + moreMetrics.length
  return (
    <Section
      title="Metrics in view"
      note={all === metrics.length ? all : `${metrics.length} of ${all}`}
    >
      {metrics.length > 0 && (
        <table className={styles['bars']}>
          <thead>
            <tr>
              <th scope="col">metric</th>
              <th scope="col">worst</th>
              <th scope="col">usual</th>
              <th scope="col">ratio</th>
              <th scope="col">left at</th>
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <tr key={`${metric.metric} ${JSON.stringify(metric.attributes)}`}>
                <th scope="row">{metric.label}</th>
                <td data-tone={standingOf(metric.worst, metric)}>
                  {quantity(metric.worst, unitOf(metric))}
                </td>
                <td>{usualText(metric)}</td>
                <td>{metric.ratio === null ? '' : times(metric.ratio)}</td>
                <td>
                  {metric.leftMs === null ? '' : leftText(from + metric.leftMs, columnMs, zone)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {metrics.length === 0 && <p className={styles['quiet']}>No samples in this view.</p>}
      {(moreMetrics.length > 0 || isOpen) && (
        <button type="button" className={styles['more']} onClick={onOpen}>
          {isOpen ? 'Show only the worst' : `Show all ${all} metrics in the plot`}
        </button>
      )}
    </Section>
  )
}

const usualText = (metric: MetricLane): string => {
  const { usual } = metric
  if (usual === null) return 'not known'
  return `${quantity(usual.low, unitOf(metric))} – ${quantity(usual.high, unitOf(metric))}`
}
