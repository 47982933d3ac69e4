import { expect, test } from 'vitest'
import { stateOf } from '../../../../search/store/elastic/node-log.ts'
import type { StateDocument } from '../../../../search/store/elastic/state-index.ts'

const document = (kind: 'commit' | 'ledger', number: number): StateDocument => ({
  kind,
  name: `${kind}-a-${number}`,
  node: 'a',
  number,
  value: JSON.stringify({
    position: { segment: 1, offset: number, nextSequence: number * 10 },
    ledger: {},
    fileRanges: {},
  }),
})
const commits = (...numbers: number[]) => numbers.map((number) => document('commit', number))

test('commits follow on the folded ones, whatever of them is still there', () => {
  const { number, state } = stateOf(document('ledger', 50), commits(52, 49, 51, 50))
  expect(number).toBe(52)
  expect(state?.position.nextSequence).toBe(520)
})

test('what lies behind a commit that a list has missed waits for it', () => {
  expect(stateOf(undefined, commits(1, 2, 4))).toMatchObject({
    number: 2,
    state: { position: { nextSequence: 20 } },
  })
})

test('before the first commit there is nothing', () => {
  expect(stateOf(undefined, [])).toEqual({ number: 0, committed: 0, state: null })
})
