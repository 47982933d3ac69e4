import type { LogRecord } from '../../model/record.ts'
import { shortName } from './subject.ts'

/** Characters of a title. */
const LONGEST = 60
/** A first sentence shorter than this says too little alone. */
const SHORTEST_SENTENCE = 16

/**
 * What stands before the message and is about the program that wrote it: `ScsiDeviceIO: 1513: `,
 * `[Originator@6876 sub=Vimsvc] `, `%ETHPORT-5-IF_DOWN: `, `5184402113481us: `, `WARNING: `.
 */
const FRAMES: readonly RegExp[] = [
  /^\[[^\]]{1,80}\]:?\s+(?:--\s+)?/,
  /^%[A-Z0-9_-]+-\d-[A-Z0-9_]+:\s+/,
  /^[\w.()/-]{1,40}:\s+\d+:\s+/,
  /^\d+(?:us|ms|s)?:\s+/,
  /^(?:warning|error|info|notice|alert|critical|debug|fatal):\s+/i,
]

/** What a record says in at most 60 characters: its first sentence, without a frame, long names shortened. */
export function titleOf({ body, eventName }: Pick<LogRecord, 'body' | 'eventName'>): string {
  const message = withoutFrames(body.slice(0, 1_000).replace(/\s+/g, ' ').trim())
  if (message === '') return cut(eventName ?? '')
  return cut(firstSentence(shortName(message)))
}

function withoutFrames(text: string): string {
  for (const frame of FRAMES) {
    const rest = text.replace(frame, '')
    if (rest !== text && rest !== '') return withoutFrames(rest)
  }
  return text
}

function firstSentence(text: string): string {
  const end = /[.;!?](?= [A-Z0-9"(])/g
  for (let m = end.exec(text); m !== null; m = end.exec(text)) {
    if (m.index >= SHORTEST_SENTENCE) return text.slice(0, m.index)
  }
  return text.replace(/\.$/, '')
}

/** Ends with a whole word where there is one in the last third. */
function cut(text: string): string {
  if (text.length <= LONGEST) return text
  const blank = text.lastIndexOf(' ', LONGEST)
  const whole = text.slice(0, blank > (LONGEST * 2) / 3 ? blank : LONGEST)
  // Half a surrogate pair is no character.
  return whole.replace(/[\uD800-\uDBFF]$/, '').replace(/[\s,;:(-]+$/, '')
}
