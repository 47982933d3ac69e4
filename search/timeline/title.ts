import { cutText, withoutKind } from '../../model/cut-text.ts'
import type { LogRecord } from '../../model/record.ts'
import { shortName } from './subject.ts'

/** Characters of a title. */
const LONGEST = 60
/** What the plot has room for beside a glyph: a longer sentence is condensed. */
const COMFORTABLE = 40
/** A first sentence shorter than this says too little alone, and one condensed to less says less than it did. */
const [SHORTEST_SENTENCE, SHORTEST_CONDENSED] = [16, 24]

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

/** The same in fewer words. */
const TERSE: readonly (readonly [RegExp, string])[] = [
  // `Aggregate aggr2_n1 experienced a long CP`
  [/ (?:has )?experienced an? /, ': '],
  // `Interface GigabitEthernet1/0/25, changed state to down`, and as Cisco's own commands abbreviate it
  [/,? (?:has )?changed state to (up|down)$/i, ' is $1'],
  [/\b(Te|Fo|Hu)\w{0,5}Gig(?:abitEthernet|E)(?=\d)/, '$1'],
  [/\bGigabitEthernet(?=\d)/, 'Gi'],
  [/\bFastEthernet(?=\d)/, 'Fa'],
]

type Condensing = (text: string) => string

const replacing =
  (long: RegExp, short: string): Condensing =>
  (text) =>
    text.replace(long, short)

/** What a long sentence can do without and still says what happened. In order; each only while the sentence is long. */
const CONDENSED: readonly Condensing[] = [
  // `The program EXCEL.EXE version 16.0.17928.20114 stopped`, `svchost (8120,G,0) The beta feature`
  replacing(/,? \(?version:? v?\d[\w.-]*\)?(?= [a-z])/i, ''),
  replacing(/ \([^()]*\)(?=[ ,:;]|$)/g, ''),
  replacing(/^(?:the|an?) (?=\S)/i, ''),
  withoutKind,
  replacing(/ on interface (?=\w*\d)/i, ' on '),
  // Service Control Manager, event 7036.
  replacing(/ entered the (running|stopped|paused) state$/i, ' is $1'),
  replacing(/ (?:has|have|had) (?:been )?(?=\w+ed\b)/, ' '),
  replacing(/ (?:currently|now|successfully) /, ' '),
  // `Alarm 'Datastore latency' on DS-VDI-03 changed from Green to Red`
  replacing(/,? (?:has )?changed from (\S+) to (\S+)$/, ': $1 → $2'),
  // The domain of a host.
  replacing(/\b([a-z][a-z0-9-]*)(?:\.[a-z][a-z0-9-]*){2,}(?=[\s,:;]|$)/g, '$1'),
]

/**
 * What a record says in at most 60 characters: its first sentence, without a frame, long names shortened, condensed where it is long. What is
 * cut all the same ends with a whole word that a reader may stop at, and `…`.
 */
export function titleOf({ body, eventName }: Pick<LogRecord, 'body' | 'eventName'>): string {
  const message = withoutFrames(body.slice(0, 1_000).replace(/\s+/g, ' ').trim())
  if (message === '') return cut(eventName ?? '')
  return cut(condensed(firstSentence(shortName(message))))
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
  return text.replace(/\.+$/, '')
}

function condensed(sentence: string): string {
  let text = TERSE.reduce((said, [long, short]) => said.replace(long, short), sentence)
  for (const condense of CONDENSED) {
    if (text.length <= COMFORTABLE) break
    const shorter = condense(text)
    if (shorter.length >= SHORTEST_CONDENSED) text = shorter
  }
  // An article took its capital with it; a name has its own.
  return text !== sentence && /^[A-Z]/.test(sentence)
    ? text.replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase())
    : text
}

/** Whole words that say less than this part of what there is room for are followed by a part of the next. */
const LITTLE = 1 / 3

function cut(text: string): string {
  if (text.length <= LONGEST) return text
  const whole = cutText(text, LONGEST - 1)
  if (whole.length > LONGEST * LITTLE) return `${whole}…`
  // Half a surrogate pair is no character.
  return `${text.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
