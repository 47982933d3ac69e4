import type { ViewProps } from '../../data/use-view.ts'

/** Coverage on the left, keys on the right. */
export function StatusLine({ answer }: ViewProps) {
  if (answer === undefined) return null
  const { complete, late, silent, rejected } = answer.coverage.sources
  return (
    <span>
      {complete} of {complete + late + silent + rejected} sources complete
    </span>
  )
}
