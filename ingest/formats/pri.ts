const LESS = 60
const GREATER = 62
const ZERO = 48

/** The greatest PRIVAL: facility 23, severity 7 (RFC 5424 §6.2.1). */
const MAX_PRIVAL = 191

/** Where a `<PRI>` at the start of a line ends, or 0 when there is none. */
export function priEnd(line: string): number {
  if (line.charCodeAt(0) !== LESS) return 0
  for (let i = 1; i <= 4; i++) {
    const code = line.charCodeAt(i)
    if (code === GREATER) return i > 1 && prival(line, i + 1) <= MAX_PRIVAL ? i + 1 : 0
    if (!(code >= ZERO && code <= ZERO + 9)) return 0
  }
  return 0
}

/** The PRIVAL of a line whose `<PRI>` ends at `end`: facility · 8 + severity. */
export function prival(line: string, end: number): number {
  let value = 0
  for (let i = 1; i < end - 1; i++) value = value * 10 + line.charCodeAt(i) - ZERO
  return value
}
