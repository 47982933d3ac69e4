import { useMemo } from 'react'
import { useDependants, usePath } from '../../data/questions.ts'
import type { Standing } from './moves.ts'

/** What holds for an entity as of a time; undefined while it is not known. */
export function useStanding(id: string | null, at: string | undefined): Standing | undefined {
  const dependants = useDependants(id, at).data
  const path = usePath(id, at).data
  return useMemo(() => {
    if (dependants === undefined || path === undefined) return undefined
    const [missing = null] = dependants.coverage.notes.filter((note) => note.includes('dependants'))
    return {
      relations: [...dependants.relations, ...path.relations],
      entities: [...dependants.entities, ...path.entities],
      missing,
    }
  }, [dependants, path])
}
