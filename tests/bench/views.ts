import { entityName } from './identifiers.ts'
import type { Question } from './questions.ts'

/** A question of a screen, with how long a person may wait for it. */
export interface BarredQuestion extends Question {
  readonly barMs: number
}

const VIEW_MS = 300
const RELATED_MS = 200
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const LANES = { columns: 1_400, lanes: 40 }

/** Runs 125 desktops that speak. */
const BUSY_HOST = 'esx-0001'
const DESKTOP = entityName(101)

/** What the screens ask over the day before `end` (milliseconds since the epoch), which has an inventory and metrics. */
export function viewsFor(end: number): BarredQuestion[] {
  const noon = end - 12 * HOUR_MS
  const range = (from: number, minutes: number): { from: string; to: string } => ({
    from: new Date(from).toISOString(),
    to: new Date(from + minutes * MINUTE_MS).toISOString(),
  })
  const view = (name: string, query: string, minutes: number, from = noon): BarredQuestion => ({
    name: `view: ${name}`,
    path: '/api/v1/timeline',
    body: { query, ...range(from, minutes), ...LANES },
    barMs: VIEW_MS,
  })
  const related = (name: string, query: string): BarredQuestion => ({
    name: `related: ${name}`,
    path: '/api/v1/related',
    body: {},
    about: { query, ...range(noon, 10), limit: 1 },
    barMs: RELATED_MS,
  })
  return [
    view('near a desktop, 30 minutes', `near:${DESKTOP}`, 30),
    view('near a hypervisor, 30 minutes', `near:${BUSY_HOST}`, 30),
    view('near a hypervisor, 2 hours', `near:${BUSY_HOST}`, 120),
    view('everything, 2 hours', '', 120),
    view('everything, the whole day', '', 24 * 60, end - 24 * HOUR_MS),
    related('a warning with a LUN', 'key.naa:* severity>=warn'),
    related('a line with a MAC', 'key.mac:*'),
    related('a line with an operation', 'key.op_id:* not key.naa:* not key.mac:*'),
  ]
}
