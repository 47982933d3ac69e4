import { expect, test } from 'vitest'
import type { Partition } from '../../../../search/store/embedded/partition.ts'
import { RecentRows } from '../../../../search/store/embedded/recent-rows.ts'
import type { Row } from '../../../../search/store/embedded/rows.ts'

const row = (pos: number, variables = ''): Row => ({
  ...{ partition: {} as Partition, pos, seq: pos, time: 0, timeNs: 0, received: 0, severity: 9 },
  ...{ entity: 0, stream: 0, shape: 0, template: 0, variables, values: '', isSure: false },
})

test('a row that is asked for again and again stays, others go', () => {
  const recent = new RecentRows()
  for (let pos = 0; pos < 50_000; pos++) {
    recent.add(row(pos))
    expect(recent.get(0)?.pos).toBe(0)
  }
  expect(recent.get(49_999)?.pos).toBe(49_999)
  expect(recent.get(20_000)).toBeUndefined()
})

test('it holds a few megabytes of text at most, and no text that is most of them', () => {
  const recent = new RecentRows()
  const text = 'x'.repeat(50_000)
  for (let pos = 0; pos < 100; pos++) recent.add(row(pos, text))
  const known = Array.from({ length: 100 }, (_, pos) => recent.get(pos)).filter(
    (known) => known !== undefined,
  )
  expect(known.length).toBeGreaterThan(0)
  expect(known.length * text.length).toBeLessThan(3 * 1_048_576)
  recent.add(row(200, 'x'.repeat(1_000_000)))
  expect(recent.get(200)).toBeUndefined()
})
