import { useRecord } from '../../data/questions.ts'
import type { Selection } from '../../data/search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'

/** What is selected, in full. */
export function Dock({ selection }: ViewProps & { readonly selection: Selection }) {
  const { data } = useRecord(selection.kind === 'record' ? selection.id : null)
  return <pre>{data?.raw}</pre>
}
