import { expect, test } from 'vitest'
import { stampIn } from '../../../search/copy/stamp-text.ts'

test.each([
  [
    '<14>1 2026-11-20T10:00:00.123Z esx-01 app - - - at 2026-11-20 11:00:00',
    '2026-11-20T10:00:00.123Z',
  ],
  ['<14>Nov  2 10:00:01 vdi-1 app: two', 'Nov  2 10:00:01'],
  ['<14>Nov 20 2026 10:00:01.5 sw-1 two', 'Nov 20 2026 10:00:01.5'],
  ['2026-11-20 10:00:00,123 +0100 two', '2026-11-20 10:00:00,123'],
  ['{"time":1795165220123,"body":"two"}', '1795165220123'],
  ['1795165220.25 two', '1795165220.25'],
  ['no time in front of 17', undefined],
])('of %s', (text, stamp) => {
  const body = /(?:at 2026.*|two|17)$/.exec(text)?.[0] ?? 'none of it'
  expect(stampIn(text, body)).toBe(stamp)
})
