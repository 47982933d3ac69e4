import type { ApiRecord } from '../../model/api.ts'
import type { EntityId } from '../../model/entity.ts'
import { shortKey } from './strong-key.ts'
import { severityClass } from './severity-class.ts'
import { calendarDay, clockTime, spanText, type Millis } from './zoned-time.ts'

/** Names of entities by id, as far as the screen knows them. */
export type EntityNames = ReadonlyMap<EntityId, string>

/** The key of an entity's id, short enough to read: `vm:vm-1041` is `vm-1041`. */
export const keyOfEntity = (id: EntityId): string => shortKey(id.slice(id.indexOf(':') + 1))

/** A host without its domain; an address as it is. */
export const shortHost = (host: string): string =>
  /^[\d.]+$|:/.test(host) ? host : (host.split('.', 1)[0] ?? host)

/** Who speaks in a record: the host that wrote it, whatever the line is about; else its entity, else its source. */
export function speakerOf({ host, entity, source }: ApiRecord, names: EntityNames): string {
  if (host !== null) return shortHost(host)
  return entity === null ? source : (names.get(entity) ?? keyOfEntity(entity))
}

/** `Warning`, `Error`, `Fatal`; below that the source's own word, else `Info`. */
export function severityWord({ severity, severityText }: ApiRecord): string {
  const kind = severityClass(severity)
  const word = kind === 'info' ? (severityText ?? (severity === 0 ? 'no severity' : 'info')) : kind
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()
}

/** When it happened, milliseconds: with its clock's correction, or as written where `isRaw`. */
export const happenedAt = ({ time, correctionMs }: ApiRecord, isRaw: boolean): Millis =>
  Date.parse(time) + (isRaw ? 0 : correctionMs)

/** Digits of a second that a wire time knows, at most 3. */
const digitsOf = (time: string): 0 | 3 => (time.includes('.') ? 3 : 0)

/** `10:39:02.114`, `10:39:20` where only seconds are known; with the day when asked so. */
export function recordTime(
  record: ApiRecord,
  zone: string,
  { isRaw, withDay }: { readonly isRaw: boolean; readonly withDay: boolean },
): string {
  const at = happenedAt(record, isRaw)
  const clock = clockTime(at, zone, digitsOf(record.time))
  return withDay ? `${calendarDay(at, zone)} ${clock}` : clock
}

/** `40 s before`, `7 ms after`, `at the same time`; `cannot tell` where the clocks do not decide. */
export function orderText(verdict: 'before' | 'after' | 'undecided', distanceMs: number): string {
  if (verdict === 'undecided') return 'cannot tell'
  if (distanceMs === 0) return verdict
  return `${spanText(distanceMs)} ${verdict}`
}
