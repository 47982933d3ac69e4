import { Link } from '@tanstack/react-router'
import type { ApiSource, ApiSourceRate } from '../../../model/api.ts'
import { useSearchAnswer } from '../../data/questions.ts'
import { printSelection } from '../../data/search-view.ts'
import { printMillis } from '../../data/use-search-view.ts'
import { LAYER_NAMES } from '../../lib/layers.ts'
import type { Layer } from '../../../model/entity.ts'
import { clockTime, type Millis } from '../../lib/zoned-time.ts'
import { Button } from '../../widgets/button.tsx'
import { InertText } from '../../widgets/inert-text.tsx'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { CopyButton } from '../copy/copy-button.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { originText, uncertaintyText } from './rate-words.ts'
import { ledgerOf, ledgerText } from './source-rows.ts'
import { momentText, sentenceOf } from './source-words.ts'
import styles from './source-dock.module.css'

interface SourceDockProps {
  readonly source: ApiSource
  /** What is known of its times in the window of the rates. */
  readonly known: ApiSourceRate | undefined
  readonly asOf: Millis
  readonly zone: string
  readonly onClose: () => void
}

const LAST_LINES = 9
/** What of a source is shown when it is looked at on the Search screen. */
const LOOK_BACK_MS = 900_000

/** One source: what there is to say, what was refused, what came last, where it comes from. */
export function SourceDock({ source, known, asOf, zone, onClose }: SourceDockProps) {
  const query = `source:"${source.source.replace(/["\\]/g, '\\$&')}"`
  const end = source.watermark === null ? asOf : Date.parse(source.watermark)
  // Half open: the newest record itself is to be in it.
  const window = { from: printMillis(end - LOOK_BACK_MS), to: printMillis(end + 1_000) }
  return (
    <div className={styles['dock']}>
      <h2>
        <LayerSwatch layer={source.layer as Layer | null} />
        <span>{source.source}</span>
        <small>
          source
          {source.layer === null ? '' : `, ${LAYER_NAMES[source.layer as Layer].toLowerCase()}`}
        </small>
        <Button isSmall kind="quiet" onClick={onClose} aria-label="Close what is selected">
          Esc
        </Button>
      </h2>
      <p className={styles['lead']}>
        {sentenceOf(source, zone, asOf).map(({ text, isStrong }, i) =>
          isStrong === true ? <b key={i}>{text}</b> : text,
        )}
      </p>
      <div className={styles['buttons']}>
        <Link to="/" search={{ q: query, ...window }} className={styles['link']}>
          Show its records
        </Link>
        <CopyButton text={location.href} what="to this source">
          Copy link
        </CopyButton>
      </div>
      <Clock known={known} />
      {source.counts.deadLettered > 0 && <DeadLetters source={source} zone={zone} asOf={asOf} />}
      <LastLines query={query} end={end} zone={zone} window={window} />
      <Origin source={source} zone={zone} asOf={asOf} />
    </div>
  )
}

type PartProps = Pick<SourceDockProps, 'source' | 'asOf' | 'zone'>

/** How sure its times are. No clock is compared with another yet, so there is nothing to correct by. */
function Clock({ known }: { readonly known: ApiSourceRate | undefined }) {
  return (
    <section>
      <h3>Clock</h3>
      <dl>
        <div>
          <dt>Corrected by</dt>
          <dd>nothing: clocks are not compared yet, its times stand as written</dd>
        </div>
        {known !== undefined && (
          <>
            <div>
              <dt>Uncertain by</dt>
              <dd>{uncertaintyText(known, false)}</dd>
            </div>
            <div>
              <dt>Zone known from</dt>
              <dd>{originText(known)}</dd>
            </div>
          </>
        )}
      </dl>
    </section>
  )
}

interface LastLinesProps {
  readonly query: string
  readonly end: Millis
  readonly zone: string
  readonly window: { readonly from: string; readonly to: string }
}

function LastLines({ query, end, zone, window }: LastLinesProps) {
  const { data, error } = useSearchAnswer({
    query,
    from: '1970-01-01T00:00:00Z',
    to: printMillis(end + 1_000),
    limit: LAST_LINES,
  })
  const records = data !== undefined && 'records' in data ? data.records : []
  return (
    <section>
      <h3>Last lines received</h3>
      {error !== null && <p>Could not read them: {error.message}</p>}
      {data !== undefined && records.length === 0 && <p>No log lines of it are stored.</p>}
      <ul>
        {records.map(({ id, time, severity, body }) => (
          <li key={id}>
            <Link
              to="/"
              search={{ q: query, ...window, sel: printSelection({ kind: 'record', id }) }}
              className={styles['line']}
            >
              <SeverityGlyph severity={severity} />
              <span className="mono">{clockTime(Date.parse(time), zone, 1)}</span>
              <span className={styles['body']}>
                <InertText text={body} most={160} canGrow={false} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Origin({ source, asOf, zone }: PartProps) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['Ledger', ledgerText(ledgerOf([source]))],
    ['Host', source.host],
    ['Format', source.format],
    ['Complete to', source.watermark === null ? null : momentText(source.watermark, zone, asOf)],
    [
      'Last received',
      source.lastReceived === null ? null : momentText(source.lastReceived, zone, asOf),
    ],
    ['Zone', source.zone.name],
  ]
  return (
    <section>
      <h3>Where it comes from</h3>
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  )
}
