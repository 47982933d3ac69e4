import { describe, expect, test } from 'vitest'
import { leadingLevel } from '../../../ingest/formats/leading-level.ts'

describe('leadingLevel', () => {
  test.each([
    ['<warn>  [17] dhcp4: timed out', 13, 'warn', 6],
    ['[error] upstream', 17, 'error', 7],
    ['[ INFO ] ready', 9, 'INFO', 8],
    ['ERROR: no route', 17, 'ERROR', 6],
    ['error: no route', 17, 'error', 6],
    ['INFO ready', 9, 'INFO', 4],
    ['DEBUG|x', 5, 'DEBUG', 6],
    ['WARN', 13, 'WARN', 4],
  ])('%j begins with level %i', (text, severity, word, end) => {
    expect(leadingLevel(text)).toEqual({ severity, text: word, end })
  })

  test.each([
    'error reading disk',
    'Info about it',
    '[errors] x',
    '<info',
    'INFORMATIONALLY',
    '',
    'x',
  ])('%j begins with none', (text) => {
    expect(leadingLevel(text)).toBeUndefined()
  })
})
