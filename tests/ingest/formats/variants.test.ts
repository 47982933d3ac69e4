import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FormatDetector } from '../../../ingest/detect.ts'
import { completeStamp } from '../../../ingest/stamp.ts'
import { formatTime, parseRfc3339 } from '../../../model/time.ts'

/*
 * variants.txt holds lines of our own as other releases, relays and settings of the same products write
 * them: what the samples of a format do not show because they stand for themselves. Before each line
 * stands what its record must say: format, UTC time, severity, host, program; `-` where it has none.
 */

const RECEIVED = parseRfc3339('2026-11-26T14:00:00Z')!.us

interface Variant {
  readonly product: string
  readonly said: string
  readonly line: string
}

function variants(): Variant[] {
  const lines = readFileSync(join(import.meta.dirname, 'variants.txt'), 'utf8').split('\n')
  let product = ''
  return lines.flatMap((text, i) => {
    if (text.startsWith('# ')) product = text.slice(2)
    return text.startsWith('  ') ? { product, said: lines[i - 1]!, line: text.slice(2) } : []
  })
}

function read(line: string): string {
  const found = new FormatDetector().detect('a source', line)
  const { stamp, severity, host, app } = found?.parsed ?? {}
  const us = stamp && completeStamp(stamp, { received: RECEIVED }).us
  const time = us === undefined ? '-' : formatTime(us)
  return [found?.format ?? '-', time, severity ?? '-', host ?? '-', app ?? '-'].join(' ')
}

describe('the lines of other releases, relays and settings say what they say', () => {
  test.each(variants())('$product: $line', ({ said, line }) => {
    expect(read(line)).toBe(said)
  })
})
