import { useEntityView } from '../data/use-entity-view.ts'
import { EntityList } from '../panels/entity/entity-list.tsx'
import { EntitiesHeader } from '../panels/entity/entities-header.tsx'
import { StatusLineOf } from '../panels/entity/status-line-of.tsx'
import { EntityPage } from './entity-page.tsx'
import styles from './entities-screen.module.css'

/** One entity as of a time, or the list of all of them. */
export function EntitiesScreen() {
  const asked = useEntityView()
  if (asked.id !== null) return <EntityPage key={asked.id} {...asked} id={asked.id} />
  return (
    <div className={styles['screen']}>
      <header className={styles['header']}>
        <EntitiesHeader {...asked} stops={[]} />
      </header>
      <main className={styles['main']}>
        <EntityList {...asked} />
      </main>
      <footer className={styles['status']}>
        <StatusLineOf
          keys={[
            ['↑ ↓', 'entity'],
            ['Enter', 'open'],
          ]}
        />
      </footer>
    </div>
  )
}
