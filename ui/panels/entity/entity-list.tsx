import { useDeferredValue, useMemo, useState } from 'react'
import type { ApiEntity } from '../../../model/api.ts'
import { useEntities } from '../../data/questions.ts'
import type { UseEntityView } from '../../data/use-entity-view.ts'
import { TYPE_WORDS, typeWord } from '../../lib/entity-words.ts'
import { count } from '../../lib/quantity.ts'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { RowList } from '../../widgets/row-list.tsx'
import { byLayer, otherNames, typesOf } from './entity-rows.ts'
import { KindFilter } from './kind-filter.tsx'
import styles from './entity-list.module.css'

/** As many as the server lists at once; the palette's index asks the same, so that one answer serves both. */
const LISTED = '10000'

/** Every entity as of the time, by layer and type, and by name. */
export function EntityList({ view, change, goTo }: UseEntityView) {
  const at = view.at === undefined ? {} : { at: view.at }
  const all = useEntities({ limit: LISTED, ...at })
  const q = useDeferredValue(view.q ?? '')
  const isFiltered = q !== '' || view.type !== undefined
  const filtered = useEntities(
    {
      limit: LISTED,
      ...at,
      ...(q === '' ? {} : { q }),
      ...(view.type === undefined ? {} : { type: view.type }),
    },
    isFiltered,
  )
  const { data, error } = isFiltered ? filtered : all
  const [active, setActive] = useState(0)
  const rows = useMemo(
    () => (data === undefined ? [] : q === '' ? byLayer(data.entities) : data.entities),
    [data, q],
  )
  const types = useMemo(() => typesOf(all.data?.entities ?? []), [all.data])
  const notes = data?.coverage.notes.filter((note) => note.includes('entities')) ?? []
  const isCut = (all.data?.entities.length ?? 0) >= Number(LISTED)
  return (
    <div className={styles['list']}>
      <h1 className="visually-hidden">Entities</h1>
      <KindFilter
        title="type"
        label="Filter by type"
        kinds={types.map(({ type, n }) => ({
          kind: type,
          word: TYPE_WORDS[type][1],
          n: isCut ? '' : count(n),
        }))}
        only={view.type}
        onOnly={(type) => {
          setActive(0)
          change({ type })
        }}
      />
      <div className={styles['table']}>
        <div className={styles['head']}>
          <span role="status">
            {error !== null
              ? `Could not read the entities: ${error.message}`
              : data === undefined
                ? 'Reading the entities'
                : saidCount(rows.length, view.q)}
          </span>
          {notes.map((note) => (
            <span key={note} className={styles['note']}>
              {note.replace('raise limit for more', 'a name or a type narrows them')}
            </span>
          ))}
        </div>
        <RowList<ApiEntity>
          label="Entities"
          rows={rows}
          keyOf={({ id }) => id}
          rowHeight={28}
          active={Math.min(active, rows.length - 1)}
          onActive={setActive}
          onOpen={({ id }) => goTo(id)}
          render={(entity) => (
            <div className={styles['row']}>
              <LayerSwatch layer={entity.layer} />
              <span className={styles['name']}>{entity.name}</span>
              <span>{typeWord(entity.type)}</span>
              <span>{entity.team ?? ''}</span>
              <span className={styles['others']}>{otherNames(entity, 4)}</span>
            </div>
          )}
        />
      </div>
    </div>
  )
}

function saidCount(n: number, q: string | undefined): string {
  const entities = `${count(n)} ${n === 1 ? 'entity' : 'entities'}`
  if (q !== undefined && q !== '')
    return n === 0 ? `Nothing is called “${q}”` : `${entities} with “${q}” in a name`
  return n === 0
    ? 'No inventory has been read and no record names an entity yet. Send live, in the help, says how.'
    : entities
}
