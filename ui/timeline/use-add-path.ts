import { useEffect, useState } from 'react'
import type { EntityId } from '../../model/entity.ts'
import { usePath } from '../data/questions.ts'
import type { SearchView } from '../data/search-view.ts'
import type { ViewProps } from '../data/use-view.ts'

/** What of a path gets a lane of its own. */
const ADDED: readonly string[] = ['hypervisor', 'volume', 'fc_port', 'switch_port']

/** Adds the lanes of an entity's host, disk and ports, as the inventory has them at the cursor or in the view. */
export function useAddPath(
  view: SearchView,
  change: ViewProps['change'],
): (entity: EntityId) => void {
  const [asked, setAsked] = useState<EntityId | null>(null)
  const { data } = usePath(asked, view.at)
  useEffect(() => {
    if (asked === null || data?.entity !== asked) return
    setAsked(null)
    const found = data.entities.filter(({ type }) => ADDED.includes(type)).map(({ id }) => id)
    if (found.length > 0) change({ add: [...new Set([...(view.add ?? []), ...found])] })
  }, [asked, data, view.add, change])
  return setAsked
}
