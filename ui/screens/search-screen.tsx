import { Dock } from '../panels/dock/dock.tsx'
import { FirstStart } from '../panels/first-start/first-start.tsx'
import { SampleBanner } from '../panels/first-start/sample-banner.tsx'
import { WaitingStatus } from '../panels/first-start/waiting-status.tsx'
import { FilterRail } from '../panels/filter-rail/filter-rail.tsx'
import { Header } from '../panels/header/header.tsx'
import { PathStrip } from '../panels/path-strip/path-strip.tsx'
import { RecordsPane } from '../panels/records/records-pane.tsx'
import { StatusLine } from '../panels/status-line/status-line.tsx'
import { Timeline } from '../timeline/timeline.tsx'
import { useBeginning } from '../data/use-beginning.ts'
import { useNotRun } from '../data/not-run.ts'
import { readSelection } from '../data/search-view.ts'
import { useView } from '../data/use-view.ts'
import styles from './search-screen.module.css'

/** Query, timeline and records of one view, on one time axis. */
export function SearchScreen() {
  const view = useView()
  const selection = readSelection(view.view.sel)
  const isOld = useNotRun() !== null
  const beginning = useBeginning(view.view, view.change)
  if (beginning.kind === 'first') {
    return (
      <div className={styles['screen']} data-tour="screen">
        <header className={styles['header']} data-tour="query">
          <Header {...view} />
        </header>
        <main className={styles['first']}>
          <FirstStart {...beginning} range={view.range} zone={view.zone} />
        </main>
        <footer className={styles['status']}>
          <WaitingStatus start={beginning.start} />
        </footer>
      </div>
    )
  }
  return (
    <div className={styles['screen']} data-tour="screen">
      <header className={styles['header']} data-tour="query">
        <Header {...view} />
      </header>
      {beginning.kind === 'sample' && (
        <div className={styles['banner']}>
          <SampleBanner sample={beginning.sample} />
        </div>
      )}
      <main className={styles['main']} data-old={isOld || undefined}>
        <div className={styles['part']} data-tour="path">
          <PathStrip {...view} />
        </div>
        <div className={styles['part']} data-tour="timeline">
          <Timeline {...view} />
        </div>
        <div
          className={styles['below']}
          data-split={view.view.split ?? 'small'}
          data-tour="records"
        >
          <FilterRail {...view} />
          <RecordsPane {...view} />
        </div>
      </main>
      {selection !== null && (
        <aside className={styles['dock']} aria-label="What is selected">
          <Dock {...view} selection={selection} />
        </aside>
      )}
      <footer className={styles['status']}>
        <StatusLine {...view} />
      </footer>
    </div>
  )
}
