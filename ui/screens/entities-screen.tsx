import { useEntityView } from '../data/use-entity-view.ts'
import { EntityList } from '../panels/entity/entity-list.tsx'
import { EntitiesHeader } from '../panels/entity/entities-header.tsx'
import { StatusLineOf } from '../panels/entity/status-line-of.tsx'
import { ScreenFrame } from '../widgets/screen-frame.tsx'
import { EntityPage } from './entity-page.tsx'

/** One entity as of a time, or the list of all of them. */
export function EntitiesScreen() {
  const asked = useEntityView()
  if (asked.id !== null) return <EntityPage key={asked.id} {...asked} id={asked.id} />
  return (
    <ScreenFrame
      header={<EntitiesHeader {...asked} stops={[]} />}
      status={
        <StatusLineOf
          keys={[
            ['↑ ↓', 'entity'],
            ['Enter', 'open'],
          ]}
        />
      }
    >
      <EntityList {...asked} />
    </ScreenFrame>
  )
}
