import { X } from 'lucide-react'
import { useState } from 'react'
import type { SampleStatus } from '../../../model/api.ts'
import { openTopic } from '../../data/overlays.ts'
import { useSampleActions } from '../../data/sample.ts'
import { startTour, wasTourSeen } from '../../data/tour.ts'
import { count } from '../../lib/quantity.ts'
import { spanText } from '../../lib/zoned-time.ts'
import styles from './sample-banner.module.css'

const KEY = 'plumbline.sample-banner'

const spanOf = ({ about }: SampleStatus): string =>
  about === null ? '' : `${spanText(Date.parse(about.to) - Date.parse(about.from))} `

/** Says that what is shown is invented, and how to go on; once it is closed it stays away in this browser. */
export function SampleBanner({ sample }: { readonly sample: SampleStatus }) {
  const { show, remove } = useSampleActions()
  const [isClosed, setClosed] = useState(() => localStorage.getItem(KEY) === 'closed')
  if (sample.state === 'loading') return <Loading sample={sample} />
  if (isClosed) return null
  const close = (): void => {
    localStorage.setItem(KEY, 'closed')
    setClosed(true)
  }
  return (
    <section className={styles['banner']} aria-label="Sample data">
      <p>
        Sample data: {spanOf(sample)}of an invented data centre.
        {sample.ownRecords > 0 &&
          ` ${count(sample.ownRecords)} of your own records wait beside it.`}
        {show.error !== null && ` Could not show your own: ${show.error.message}`}
        {remove.error !== null && ` Could not remove it: ${remove.error.message}`}
      </p>
      <button type="button" disabled={show.isPending} onClick={() => show.mutate(false)}>
        Show your own data
      </button>
      <button type="button" onClick={startTour}>
        {wasTourSeen() ? 'Take the tour again' : 'Take the tour, five steps'}
      </button>
      <button type="button" onClick={() => openTopic('send')}>
        Begin with your own
      </button>
      <button type="button" disabled={remove.isPending} onClick={() => remove.mutate()}>
        Remove the sample
      </button>
      <button
        type="button"
        aria-label="Close this line"
        className={styles['close']}
        onClick={close}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </section>
  )
}

/** The sample on its way beside own data, which is not seen meanwhile. */
function Loading({ sample }: { readonly sample: SampleStatus }) {
  const { remove } = useSampleActions()
  return (
    <section className={styles['banner']} aria-label="Sample data">
      <p>Sample data is being loaded, {Math.round(sample.progress * 100)} %.</p>
      <progress value={sample.progress} aria-label="Loading the sample" />
      <button type="button" disabled={remove.isPending} onClick={() => remove.mutate()}>
        Stop and show your own data
      </button>
    </section>
  )
}
