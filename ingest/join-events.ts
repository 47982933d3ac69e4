import type { Micros } from '../model/time.ts'
import { eventPartIn, joinPayloads } from './formats/vcenter-events.ts'
import type { EventPart } from './formats/vcenter-events.ts'

/** A line that is ready to be processed: as it came, or an event put together from its parts. */
export interface JoinedLine {
  readonly source: string
  readonly line: string
  /** When the last frame of it came. */
  readonly received: Micros
  /** The frames it was made from, in the order of its parts; one for a line that was whole. */
  readonly frames: readonly string[]
}

/** What a joiner holds at most; what goes beyond is released as it is, the oldest event first. */
export interface JoinLimits {
  readonly events: number
  readonly chars: number
  /** How long an event waits for its missing parts, microseconds. */
  readonly waitUs: number
}

const LIMITS: JoinLimits = { events: 1_000, chars: 8 * 1024 * 1024, waitUs: 5_000_000 }

/** vCenter writes no more parts than this; a line that claims more is taken as it is. */
const MAX_PARTS = 64

interface Frame {
  readonly line: string
  readonly part: EventPart
  readonly received: Micros
}

interface Pending {
  readonly source: string
  readonly first: Micros
  readonly parts: number
  readonly frames: Map<number, Frame>
}

function joined(source: string, frames: readonly Frame[]): JoinedLine {
  const [first] = frames
  const payloads = frames.map(({ line, part }) => line.slice(part.payloadStart))
  return {
    source,
    line: first!.line.slice(0, first!.part.payloadStart) + joinPayloads(payloads),
    received: frames.reduce(
      (latest, f) => (f.received > latest ? f.received : latest),
      0 as Micros,
    ),
    frames: frames.map((frame) => frame.line),
  }
}

function whole(source: string, line: string, received: Micros): JoinedLine {
  return { source, line, received, frames: [line] }
}

/**
 * Puts together the vCenter events that came in parts (`Event [key] [2-3] […]`), by event key and
 * source, in any order of arrival. Knows no clock and no timer: the pipeline calls {@link offer} for
 * each line and processes what it answers, and {@link expire} now and then (each second, and with
 * `Infinity` before it closes a spool segment or stops), so that an event whose part was lost still
 * becomes a record. A part that comes twice counts once; the later copy is dropped.
 */
export class EventJoiner {
  /** In order of their first part, so that the first entry is the oldest. */
  readonly #pending = new Map<string, Pending>()
  readonly #limits: JoinLimits
  #chars = 0

  constructor(limits: Partial<JoinLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
  }

  /** Events that wait for parts. */
  get size(): number {
    return this.#pending.size
  }

  /** The lines to process now: usually this one; none while an event waits for its parts. */
  offer(source: string, line: string, received: Micros): readonly JoinedLine[] {
    const part = eventPartIn(line)
    if (part === undefined || part.parts < 2) return [whole(source, line, received)]
    if (part.parts > MAX_PARTS || part.part < 1 || part.part > part.parts) {
      return [whole(source, line, received)]
    }
    return this.#keep(source, { line, part, received })
  }

  /** What has waited too long at `now`, each part a line of its own, in the order of its parts. */
  expire(now: number): readonly JoinedLine[] {
    const released: JoinedLine[] = []
    for (const [id, pending] of this.#pending) {
      if (now - pending.first < this.#limits.waitUs) break
      released.push(...this.#release(id, pending))
    }
    return released
  }

  #keep(source: string, frame: Frame): readonly JoinedLine[] {
    const id = `${source}\n${frame.part.key}/${frame.part.parts}`
    const pending = this.#pending.get(id) ?? this.#open(id, source, frame)
    if (pending.frames.has(frame.part.part)) return []
    pending.frames.set(frame.part.part, frame)
    this.#chars += frame.line.length
    if (pending.frames.size < pending.parts) return this.#shrink()
    this.#forget(id, pending)
    return [joined(source, inOrder(pending))]
  }

  #open(id: string, source: string, frame: Frame): Pending {
    const pending: Pending = {
      source,
      first: frame.received,
      parts: frame.part.parts,
      frames: new Map(),
    }
    this.#pending.set(id, pending)
    return pending
  }

  /** Releases the oldest events until the limits hold. */
  #shrink(): readonly JoinedLine[] {
    const released: JoinedLine[] = []
    for (const [id, pending] of this.#pending) {
      if (this.#pending.size <= this.#limits.events && this.#chars <= this.#limits.chars) break
      released.push(...this.#release(id, pending))
    }
    return released
  }

  #release(id: string, pending: Pending): readonly JoinedLine[] {
    this.#forget(id, pending)
    return inOrder(pending).map(({ line, received }) => whole(pending.source, line, received))
  }

  #forget(id: string, pending: Pending): void {
    this.#pending.delete(id)
    for (const { line } of pending.frames.values()) this.#chars -= line.length
  }
}

function inOrder(pending: Pending): readonly Frame[] {
  return [...pending.frames.values()].sort((a, b) => a.part.part - b.part.part)
}
