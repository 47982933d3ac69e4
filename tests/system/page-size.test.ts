import { expect, test } from 'vitest'
import { scriptBytes } from '../support/page-scripts.ts'

const MOST_BYTES = 400_000

test('the JavaScript of the page is at most 400 KB compressed', () => {
  const bytes = scriptBytes()
  expect(bytes).toBeGreaterThan(0)
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES)
})
