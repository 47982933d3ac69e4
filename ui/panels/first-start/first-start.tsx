import type { SampleStatus, StartFacts } from '../../../model/api.ts'
import { openTopic } from '../../data/overlays.ts'
import { useSampleActions } from '../../data/sample.ts'
import type { Viewport } from '../../data/viewport.ts'
import { sendTopic } from '../../lib/help-topics.ts'
import { LAYER_NAMES, layerColour } from '../../lib/layers.ts'
import { clockMinute, zoneLabel } from '../../lib/zoned-time.ts'
import { Button } from '../../widgets/button.tsx'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { CopyButton } from '../copy/copy-button.tsx'
import { ImportFiles } from '../import/import-files.tsx'
import {
  addresses,
  loadingTime,
  loadWords,
  roomText,
  sampleText,
  WAITING,
} from './first-start-words.ts'
import styles from './first-start.module.css'

interface FirstStartProps {
  readonly start: StartFacts
  readonly sample: SampleStatus
  readonly range: Viewport
  readonly zone: string
}

/** What stands where the timeline will: nothing has arrived, and three ways to change that. */
export function FirstStart({ start, sample, range, zone }: FirstStartProps) {
  return (
    <div className={styles['page']}>
      <div className={styles['top']}>
        <div className={styles['left']}>
          <h2>First start</h2>
          <p>Data folder {start.dataFolder.given}</p>
          <p>{roomText(start)}</p>
        </div>
        <div className={styles['ways']}>
          <h1>Nothing has arrived yet</h1>
          <p>
            Plumbline is listening. Load the sample to look around, read files you have, or point a
            source at one of the addresses.
          </p>
          <div className={styles['columns']}>
            <LookAround sample={sample} />
            <section>
              <h2>Read files</h2>
              <p>Log files, folders and .gz, any vendor. From a shell:</p>
              <p className={styles['command']}>
                <code>npx plumbline import PATH</code>
                <CopyButton text="npx plumbline import PATH" what="the command" />
              </p>
              <div className={styles['drop']}>
                Drop files here or <ImportFiles kind="quiet" />
              </div>
            </section>
            <section>
              <h2>Send live</h2>
              <dl className={styles['addresses']}>
                {addresses(start.listeners, location.origin).map(([name, address]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>
                      <span>{address}</span>
                      <CopyButton text={address} what={`address for ${name}`} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          </div>
        </div>
      </div>
      <Axis range={range} zone={zone} />
      <ul className={styles['lanes']} aria-label="Layers that wait">
        {WAITING.map(({ layer, shows, comesFrom }) => (
          <li key={layer} style={{ borderLeftColor: layerColour(layer) }}>
            <span className={styles['label']}>
              <LayerSwatch layer={layer} />
              <b>{LAYER_NAMES[layer]}</b>
              <span>silent</span>
            </span>
            <span className={styles['lane']}>
              <span className={styles['plate']}>
                <b>{shows}</b> {comesFrom}
              </span>
              <span className={styles['plate']}>
                waiting, 0 received
                <button type="button" onClick={() => openTopic(sendTopic(layer))}>
                  Show how<span className="visually-hidden"> to fill {LAYER_NAMES[layer]}</span>
                </button>
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function LookAround({ sample }: { readonly sample: SampleStatus }) {
  const { load } = useSampleActions()
  const isLoading = sample.state === 'loading'
  const percent = Math.round(sample.progress * 100)
  return (
    <section>
      <h2>Look around</h2>
      <p>{sampleText(sample)}</p>
      {sample.available || isLoading ? (
        <div className={styles['load']}>
          <Button
            kind="primary"
            disabled={isLoading || load.isPending}
            onClick={() => load.mutate()}
          >
            {loadWords(sample)}
          </Button>
          {isLoading ? (
            <>
              <progress value={sample.progress} aria-label="Loading the sample" />
              <span>{percent} %</span>
            </>
          ) : (
            <span>{sample.state === 'absent' && loadingTime(sample)}</span>
          )}
        </div>
      ) : (
        <p className={styles['missing']}>{sample.missing}</p>
      )}
      {(load.error?.message ?? sample.failure) !== null && (
        <p role="alert" className={styles['failure']}>
          {load.error?.message ?? sample.failure}
        </p>
      )}
    </section>
  )
}

/** Times of the window that is waited for. */
const TICKS = [0, 1, 2, 3, 4, 5, 6, 7]

function Axis({ range, zone }: { readonly range: Viewport; readonly zone: string }) {
  const step = (range.to - range.from) / TICKS.length
  return (
    <div className={styles['axis']}>
      <span>{zoneLabel(zone, range.to)}</span>
      <span className={styles['ticks']} aria-hidden="true">
        {TICKS.map((tick) => (
          <span key={tick}>{clockMinute(range.from + tick * step, zone)}</span>
        ))}
      </span>
    </div>
  )
}
