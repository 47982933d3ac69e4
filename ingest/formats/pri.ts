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

/** `MSG-LEN SP` (RFC 6587 §3.4.1): a frame that something wrote to a file as it came. */
const COUNT = /^\d{1,7} (?=<\d{1,3}>)/

/** Where the count before a frame ends, or 0 when the line has none. */
export function countEnd(line: string): number {
  const first = line.charCodeAt(0)
  if (!(first > ZERO && first <= ZERO + 9)) return 0
  return COUNT.exec(line.slice(0, 14))?.[0].length ?? 0
}

/** The PRIVAL of a line whose `<PRI>` ends at `end`: facility · 8 + severity. */
export function prival(line: string, end: number): number {
  let value = 0
  for (let i = 1; i < end - 1; i++) value = value * 10 + line.charCodeAt(i) - ZERO
  return value
}
