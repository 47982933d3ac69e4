import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from './time.ts'

/**
 * How the text of a time stamp is made from its instant: the zone's offset in minutes, a blank, and a
 * pattern in the letters of strftime(3): `%Y %m %d %H %M %S`, `%b` and `%a` (English), `%e` (day padded
 * with a blank), `%3f` (three digits of fraction), `%E3` (the epoch in units of 10^-3 s) and `%E0.6`
 * (epoch seconds with six decimals). Everything else stands for itself.
 */
export type TimeLayout = string

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)

const FIELDS: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getUTCFullYear()).padStart(4, '0'),
  m: (date) => two(date.getUTCMonth() + 1),
  d: (date) => two(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2, ' '),
  H: (date) => two(date.getUTCHours()),
  M: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  b: (date) => MONTHS[date.getUTCMonth()]!,
  a: (date) => WEEKDAYS[date.getUTCDay()]!,
}

/** A pattern read once: static texts and fields in turn. */
type CalendarPart = string | ((date: Date) => string)

function calendarParts(pattern: string): CalendarPart[] {
  return pattern.split(/%([a-zA-Z])/).map((part, index) => (index % 2 === 0 ? part : FIELDS[part]!))
}

function fillCalendar(parts: readonly CalendarPart[], date: Date): string {
  let text = ''
  for (const part of parts) text += typeof part === 'string' ? part : part(date)
  return text
}

const nineDigits = (microseconds: number, ns: number): string =>
  String(microseconds * 1000 + ns).padStart(9, '0')

/** Writes instants in one layout; remembers the text of the last second. */
export class TimeWriter {
  readonly layout: TimeLayout
  readonly #offsetUs: number
  readonly #before: readonly CalendarPart[]
  readonly #fractionDigits: number
  readonly #after: readonly CalendarPart[]
  readonly #epoch: { readonly scale: number; readonly decimals: number } | undefined
  #second = Number.NaN
  #head = ''
  #tail = ''

  constructor(layout: TimeLayout) {
    this.layout = layout
    const blank = layout.indexOf(' ')
    const pattern = layout.slice(blank + 1)
    this.#offsetUs = Number(layout.slice(0, blank)) * MICROS_PER_MINUTE
    const epoch = /^%E([0-9])(?:\.([0-9]))?$/.exec(pattern)
    this.#epoch =
      epoch === null ? undefined : { scale: Number(epoch[1]), decimals: Number(epoch[2] ?? 0) }
    const fraction = /%([1-9])f/.exec(pattern)
    this.#before = calendarParts(
      epoch !== null ? '' : fraction === null ? pattern : pattern.slice(0, fraction.index),
    )
    this.#fractionDigits = fraction === null ? 0 : Number(fraction[1])
    this.#after = calendarParts(fraction === null ? '' : pattern.slice(fraction.index + 3))
  }

  write(time: Micros, timeNs: number): string {
    if (this.#epoch !== undefined) return this.#writeEpoch(time, timeNs)
    const local = time + this.#offsetUs
    const second = Math.floor(local / MICROS_PER_SECOND)
    if (second !== this.#second) this.#enter(second)
    if (this.#fractionDigits === 0) return this.#head
    const fraction = nineDigits(local - second * MICROS_PER_SECOND, timeNs)
    return this.#head + fraction.slice(0, this.#fractionDigits) + this.#tail
  }

  #enter(second: number): void {
    const date = new Date(second * 1000)
    this.#second = second
    this.#head = fillCalendar(this.#before, date)
    this.#tail = fillCalendar(this.#after, date)
  }

  #writeEpoch(time: Micros, timeNs: number): string {
    const { scale, decimals } = this.#epoch!
    const digits = String(time).padStart(16, '0') + String(timeNs).padStart(3, '0')
    const point = digits.length - 9 + scale
    const whole = digits.slice(0, point)
    return decimals === 0 ? whole : `${whole}.${digits.slice(point, point + decimals)}`
  }
}

const MONTH_NAME = new RegExp(`\\b(?:${MONTHS.join('|')})\\b`)
const WEEKDAY_NAME = new RegExp(`\\b(?:${WEEKDAYS.join('|')})\\b`)

function patternOf(text: string): string {
  return text
    .replace(
      /(?<!\d)\d\d:\d\d:\d\d(?:([.,])(\d{1,9}))?/,
      (_, point: string | undefined, digits: string | undefined) =>
        digits === undefined ? '%H:%M:%S' : `%H:%M:%S${point}%${digits.length}f`,
    )
    .replace(/\b\d{4}([-/.])\d\d\1\d\d(?!\d)/, '%Y$1%m$1%d')
    .replace(WEEKDAY_NAME, '%a')
    .replace(MONTH_NAME, '%b')
    .replace(/%b( {1,2})(\d{1,2})\b/, (_, gap: string, day: string) =>
      gap.length === 2 || day.length === 1
        ? `%b${' '.repeat(gap.length + day.length - 2)}%e`
        : `%b${gap}%d`,
    )
    .replace(/(^|[^%\d])\d\d([ /-])%b/, '$1%d$2%b')
    .replace(/(^|[ /])(?:19|20)\d\d(?=$|[ /:])/, '$1%Y')
}

/** Offsets that could make the text's hour and minute from the instant's, in minutes. */
function offsetsFor(text: string, time: Micros): number[] {
  const clock = /(?<!\d)(\d\d):(\d\d):\d\d/.exec(text)
  if (clock === null) return []
  const minuteOfDay = Math.floor(time / MICROS_PER_MINUTE) % 1440
  const ahead = Number(clock[1]) * 60 + Number(clock[2]) - minuteOfDay
  return [ahead, ahead - 1440, ahead + 1440].filter((m) => Math.abs(m) <= 840 && m % 15 === 0)
}

function epochLayouts(text: string): TimeLayout[] {
  const number = /^\d{10,19}(?:\.(\d{1,9}))?$/.exec(text)
  if (number === null) return []
  const decimals = number[1] === undefined ? '' : `.${number[1].length}`
  return [0, 3, 6, 9].map((scale) => `0 %E${scale}${decimals}`)
}

/** The layout that writes exactly `text` for the instant, or undefined when none does. */
export function timeLayoutOf(text: string, time: Micros, timeNs: number): TimeLayout | undefined {
  if (text.length > 64 || /[%\0]/.test(text)) return undefined
  const pattern = patternOf(text)
  const calendar = offsetsFor(text, time).map((offset) => `${offset} ${pattern}`)
  return [...calendar, ...epochLayouts(text)].find(
    (layout) => new TimeWriter(layout).write(time, timeNs) === text,
  )
}

/** Writers are shared: frames of one second are many, whatever their shapes. */
const WRITERS = new Map<TimeLayout, TimeWriter>()
const MAX_WRITERS = 1_000

/** The writer of a layout. */
export function timeWriter(layout: TimeLayout): TimeWriter {
  let writer = WRITERS.get(layout)
  if (writer === undefined) {
    if (WRITERS.size >= MAX_WRITERS) WRITERS.clear()
    WRITERS.set(layout, (writer = new TimeWriter(layout)))
  }
  return writer
}
