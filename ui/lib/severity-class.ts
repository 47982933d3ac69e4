import { severityName } from '../../model/severity.ts'

/** The four classes that the screens tell apart, by shape and colour (OpenTelemetry numbers). */
export const SEVERITY_CLASSES = ['info', 'warning', 'error', 'fatal'] as const
export type SeverityClass = (typeof SEVERITY_CLASSES)[number]

/** Class of a severity number 0–24; unknown (0) and everything below warning is `info`. */
export function severityClass(severity: number): SeverityClass {
  if (severity >= 21) return 'fatal'
  if (severity >= 17) return 'error'
  return severity >= 13 ? 'warning' : 'info'
}

/** The name of a severity's band for people: `fatal error warning info debug trace`, or `unknown`. */
export const severityBand = (severity: number): string =>
  severityName(severity).replace(/^warn$/, 'warning')
