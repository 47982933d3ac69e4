import { Buffer } from 'node:buffer'
import type { DeadLetterReadings } from '../../model/api.ts'
import type { DeadLetter } from '../../model/batch.ts'
import { FORMATS } from '../../ingest/formats/index.ts'

/** Bytes that are read in one question; letters behind them are not tried. */
const MOST_BYTES = 8 * 1024 * 1024

/** What each format would read of dead letters, taken as lines; of equal ones as detection prefers them. Nothing is stored. */
export function readingsOf(letters: readonly DeadLetter[]): DeadLetterReadings {
  const texts = textsOf(letters)
  const formats = FORMATS.flatMap((format) => {
    const bodies = texts.flatMap((text) => format.parse(text)?.body ?? [])
    return bodies.length === 0
      ? []
      : [{ format: format.name, title: format.title, reads: bodies.length, first: bodies[0]! }]
  })
  return { of: texts.length, formats: formats.sort((a, b) => b.reads - a.reads) }
}

function textsOf(letters: readonly DeadLetter[]): string[] {
  const texts: string[] = []
  let bytes = 0
  for (const { raw } of letters) {
    bytes += raw.length
    if (bytes > MOST_BYTES && texts.length > 0) break
    texts.push(Buffer.from(raw).toString('utf8'))
  }
  return texts
}
