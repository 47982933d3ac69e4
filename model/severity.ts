/** OpenTelemetry severity number, 1 (trace) to 24 (fatal); 0 when unknown (formats table: formats.md 2.4). */
export type Severity = number

export const SEVERITY = {
  unknown: 0,
  trace: 1,
  debug: 5,
  info: 9,
  notice: 10,
  warn: 13,
  error: 17,
  critical: 18,
  alert: 19,
  fatal: 21,
} as const

/** Syslog severity 0–7 (RFC 5424 §6.2.1) to OpenTelemetry (logs data model, appendix B). */
const FROM_SYSLOG = [21, 19, 18, 17, 13, 10, 9, 5] as const

/** The OpenTelemetry number of a syslog severity 0–7; 0 outside that range. */
export function severityFromSyslog(code: number): Severity {
  return FROM_SYSLOG[code] ?? SEVERITY.unknown
}

const WORDS: Readonly<Record<string, Severity>> = {
  trace: 1,
  trivia: 1,
  verbose: 5,
  dbg: 5,
  debug: 5,
  fine: 5,
  inf: 9,
  info: 9,
  information: 9,
  informational: 9,
  ok: 9,
  audit: 9,
  notice: 10,
  note: 10,
  wrn: 13,
  warn: 13,
  warning: 13,
  minor: 13,
  err: 17,
  error: 17,
  major: 17,
  severe: 17,
  failure: 17,
  crit: 18,
  critical: 18,
  alert: 19,
  emerg: 21,
  emergency: 21,
  panic: 21,
  fatal: 21,
}

/** The number of a level word in any case (`WARNING`, `Err`, `panic`), 0 when it is not one. */
export function severityFromWord(word: string): Severity {
  return WORDS[word.toLowerCase()] ?? SEVERITY.unknown
}

/** The lowest number of each named band, for `severity>=warn` and for display, lowest first. */
export const SEVERITY_BANDS = [
  { name: 'trace', from: 1, to: 4 },
  { name: 'debug', from: 5, to: 8 },
  { name: 'info', from: 9, to: 12 },
  { name: 'warn', from: 13, to: 16 },
  { name: 'error', from: 17, to: 20 },
  { name: 'fatal', from: 21, to: 24 },
] as const

/** The band's name of a number: `trace debug info warn error fatal`, or `unknown` for 0. */
export function severityName(severity: Severity): string {
  return (
    SEVERITY_BANDS.find((band) => severity >= band.from && severity <= band.to)?.name ?? 'unknown'
  )
}
