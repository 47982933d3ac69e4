import { isoTime, SECOND_US } from '../clock.ts'
import { entityId } from '../entity-ids.ts'
import { WAITS } from '../physics/waits.ts'
import type { Impact } from './impact.ts'
import type { Truth } from './truth.ts'

const round = (ms: number): number => Math.round(ms * 1000) / 1000

/**
 * The truth as NDJSON, one object a line with its kind under `row`: `incident` (with whom it hurt and how
 * long each waited, by kind of wait), `event`, `edge` (cause to effect, by event id), `line` (number of
 * the syslog line from 1, its identifiers, the event it reports and the incident behind it).
 */
export function* truthRows(truth: Truth, impact: Impact, startUs: number): Generator<string> {
  const time = (us: number): string => isoTime(us, 6)
  const name = (cause: number): string | undefined => truth.incidents[cause]?.id
  for (const [cause, incident] of truth.incidents.entries()) {
    const { id, kind, isDecoy, root, through, startS, endS, summary } = incident
    yield JSON.stringify({
      row: 'incident',
      id,
      kind,
      isDecoy,
      root,
      through,
      start: time(startUs + startS * SECOND_US),
      end: time(startUs + endS * SECOND_US),
      summary,
      hurt: impact.hurtBy(cause).map(({ vm, blameMs, responseMs, waits }) => ({
        vm: entityId.vm(vm),
        name: vm.name,
        ...(vm.user ? { session: entityId.session(vm), user: entityId.user(vm) } : {}),
        blameMs: round(blameMs),
        responseMs: round(responseMs),
        waits: Object.fromEntries(WAITS.map((wait, i) => [wait, round(waits[i]!)])),
      })),
    })
  }
  for (const { id, what, entity, startUs: from, endUs, cause } of truth.events) {
    const row = { row: 'event', id, what, entity, start: time(from), end: time(endUs) }
    yield JSON.stringify({ ...row, incident: name(cause) })
  }
  for (const edge of truth.edges) yield JSON.stringify({ row: 'edge', ...edge })
  for (const { n, us, host, keys, cause, event } of truth.lines) {
    const row = { row: 'line', n, time: time(us), host, keys, incident: name(cause) }
    yield JSON.stringify({ ...row, event: event > 0 ? event : undefined })
  }
}
