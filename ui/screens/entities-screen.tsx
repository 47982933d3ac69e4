import { useEntities } from '../data/questions.ts'

/** One entity as of a time. */
export function EntitiesScreen() {
  const { data } = useEntities({})
  return (
    <main>
      <ul>
        {data?.entities.slice(0, 50).map((entity) => (
          <li key={entity.id}>{entity.name}</li>
        ))}
      </ul>
    </main>
  )
}
