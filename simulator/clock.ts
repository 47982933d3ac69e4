/** Microseconds in a second; the simulation keeps true time in whole microseconds since the epoch. */
export const SECOND_US = 1_000_000

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)

/** Calendar texts change once a second at most; devices ask for the same second many times. */
let cachedSecond = NaN
let cachedIso = ''
let cachedDate = new Date(0)

function loadSecond(us: number): number {
  const second = Math.floor(us / SECOND_US)
  if (second !== cachedSecond) {
    cachedSecond = second
    cachedDate = new Date(second * 1000)
    cachedIso = cachedDate.toISOString().slice(0, 19)
  }
  return us - second * SECOND_US
}

/** `2026-11-20T10:42:17.402Z`, the digits of the fraction cut, not rounded. */
export function isoTime(us: number, digits: 0 | 3 | 6 = 3, zone = 'Z'): string {
  const fraction = loadSecond(us)
  if (digits === 0) return cachedIso + zone
  return `${cachedIso}.${String(fraction).padStart(6, '0').slice(0, digits)}${zone}`
}

/** RFC 3164 section 4.1.2: `Nov 20 10:42:17`, the day padded with a blank. */
export function bsdTime(us: number): string {
  loadSecond(us)
  const day = String(cachedDate.getUTCDate()).padStart(2)
  return `${MONTHS[cachedDate.getUTCMonth()]!} ${day} ${cachedIso.slice(11)}`
}

/** `2026 Nov 20 10:42:17`, as NX-OS writes it. */
export function yearFirstTime(us: number): string {
  loadSecond(us)
  return `${cachedDate.getUTCFullYear()} ${bsdTime(us)}`
}

/** `.402`: the milliseconds behind the other forms. */
export function millis(us: number): string {
  return `.${String(loadSecond(us)).padStart(6, '0').slice(0, 3)}`
}

/** `10:42`, for names of what happens at a time of day. */
export function timeOfDay(us: number): string {
  loadSecond(us)
  return `${two(cachedDate.getUTCHours())}:${two(cachedDate.getUTCMinutes())}`
}
