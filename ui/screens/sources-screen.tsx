import { useSources } from '../data/questions.ts'

/** Who sends, how well, and what became of it. */
export function SourcesScreen() {
  const { data } = useSources()
  return (
    <main>
      <ul>
        {data?.sources.map(({ source, state }) => (
          <li key={source}>
            {source} {state}
          </li>
        ))}
      </ul>
    </main>
  )
}
