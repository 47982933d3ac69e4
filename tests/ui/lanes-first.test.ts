import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { afterLanes, lanesFirst } from '../../ui/data/lanes-first.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const order: string[] = []
const says = (text: string) => (): Promise<void> => {
  order.push(text)
  return Promise.resolve()
}

beforeEach(() => void order.splice(0))

test('what is beside the lanes is asked once they are answered, also when they fail', async () => {
  let fail = (): void => {}
  const records = afterLanes(says('records'))
  const lanes = lanesFirst(() => new Promise((_, reject) => (fail = () => reject(new Error('no')))))
  await vi.advanceTimersByTimeAsync(500)
  expect(order).toEqual([])
  fail()
  await expect(lanes).rejects.toThrow('no')
  await records
  expect(order).toEqual(['records'])
})

test('it does not wait for ever, nor where no lanes are asked for', async () => {
  const alone = afterLanes(says('alone'))
  await vi.advanceTimersByTimeAsync(100)
  await alone
  void lanesFirst(() => new Promise(() => {}))
  const beside = afterLanes(says('beside'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(order).toEqual(['alone'])
  await vi.advanceTimersByTimeAsync(1_000)
  await beside
  expect(order).toEqual(['alone', 'beside'])
})
