import type { Selection } from '../../data/search-view.ts'
import { readMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { AreaDock } from './area-dock.tsx'
import { EntityDock } from './entity-dock.tsx'
import { RecordDock } from './record-dock.tsx'

/** What is selected, in full: a record, an entity, or a stretch of time. */
export function Dock({ selection, ...view }: ViewProps & { readonly selection: Selection }) {
  if (selection.kind === 'record') return <RecordDock {...view} id={selection.id} />
  if (selection.kind === 'entity')
    return <EntityDock key={selection.id} {...view} id={selection.id} />
  const from = readMillis(selection.from, view.range.to) ?? view.range.from
  const to = readMillis(selection.to, view.range.to) ?? view.range.to
  return (
    <AreaDock
      {...view}
      from={Math.min(from, to)}
      to={Math.max(from, to)}
      where={selection.where ?? ''}
    />
  )
}
