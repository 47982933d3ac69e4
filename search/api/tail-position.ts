import { parseRecordId } from '../../model/batch-record.ts'
import { AppError, quote } from '../../model/errors.ts'
import type { RecordId } from '../../model/record.ts'
import type { Store, TailPosition } from '../store/store.ts'

/** Sorts before every day: the position in an empty store. */
const NO_DAY = '0000-00-00'
const NODES = 'nodes:'

/** `2026-11-21.4711`, or of several ingest nodes `nodes:a.3mv,b.2x` with their sequences in base 36. */
export function printPosition({ day, sequence, nodes }: TailPosition): string {
  if (nodes === undefined) return `${day || NO_DAY}.${sequence}`
  const places = Object.entries(nodes).map(([node, next]) => `${node}.${next.toString(36)}`)
  return `${NODES}${places.join(',')}`
}

/** A position as {@link printPosition} wrote it for a store of this kind. Throws `invalid_request`. */
export function readPosition(text: string, kind: Store['kind']): TailPosition {
  const position = text.startsWith(NODES) ? placesOf(text.slice(NODES.length)) : placeOfDay(text)
  if (position === undefined) {
    throw new AppError(
      'invalid_request',
      `cannot go on behind event id ${quote(text)}; use an id this route has sent`,
    )
  }
  if (!isPositionOf(position, kind)) {
    throw new AppError(
      'invalid_request',
      `cannot go on behind event id ${quote(text)}: it is of another store; leave it out and begin anew`,
    )
  }
  return position
}

/** Whether a position can be one of such a store. */
function isPositionOf({ nodes }: TailPosition, kind: Store['kind']): boolean {
  return (nodes === undefined) === (kind === 'embedded')
}

/** The position behind a record, whose node's earlier records are all before it. */
export function behind(position: TailPosition, id: RecordId): TailPosition {
  const arrival = parseRecordId(id)
  if (arrival === undefined) return position
  const { day, node, sequence } = arrival
  if (position.nodes === undefined) return { day, sequence }
  return { ...position, nodes: { ...position.nodes, [node]: sequence + 1 } }
}

function placeOfDay(text: string): TailPosition | undefined {
  const match = /^(\d{4}-\d\d-\d\d)\.(-1|\d{1,15})$/.exec(text)
  return match === null ? undefined : { day: match[1]!, sequence: Number(match[2]) }
}

function placesOf(text: string): TailPosition | undefined {
  const nodes: Record<string, number> = {}
  for (const part of text === '' ? [] : text.split(',')) {
    const match = /^([a-z0-9-]{1,32})\.([0-9a-z]{1,10})$/.exec(part)
    if (match === null) return undefined
    nodes[match[1]!] = parseInt(match[2]!, 36)
  }
  return { day: '', sequence: -1, nodes }
}
