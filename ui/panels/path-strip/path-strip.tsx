import type { ViewProps } from '../../data/use-view.ts'

/** The subject's path, effect to cause, and who else uses the worst shared resource. */
export function PathStrip({ answer }: ViewProps) {
  return <div>{answer?.path.map((step) => step.name).join(' › ')}</div>
}
