import { expect, test } from 'vitest'
import type { EntitySummary } from '../../model/api.ts'
import { moverBars, moverWindow } from '../../ui/panels/entity/mover-bars.ts'
import type { Move } from '../../ui/panels/entity/moves.ts'

const who = (name: string): EntitySummary => ({
  ...{ id: `vm:${name}`, name, type: 'vm', layer: 'guest', team: null },
})
const move = (name: string, mark: Move['mark'], at: number): Move => ({
  ...{ key: `${name} ${at}`, at, mark, who: who(name), what: 'stores on this' },
  ...{ from: null, to: null, by: 'inventory' },
})
const WINDOW = { from: 0, to: 100 }
const told = (moves: readonly Move[]) =>
  moverBars(moves, WINDOW).map(({ name, from, to, came, went }) => [name, from, to, came, went])

test('what came has a cap at its left, what went at its right, and the rest reaches the edge', () => {
  expect(told([move('went', '−', 70), move('came', '+', 20)])).toEqual([
    ['came', 0.2, 1, 20, null],
    ['went', 0, 0.7, null, 70],
  ])
})

test('what came and went is one row, and what comes again is another', () => {
  const moves = [move('a', '+', 10), move('a', '−', 30), move('a', '+', 60)]
  expect(told(moves)).toEqual([
    ['a', 0.1, 0.3, 10, 30],
    ['a', 0.6, 1, 60, null],
  ])
  expect(new Set(moverBars(moves, WINDOW).map(({ key }) => key)).size).toBe(2)
})

test('what only changed, has no other end, or moved at another time has no row', () => {
  const name: Move = { ...move('x', '+', 50), who: null }
  expect(told([move('a', '~', 50), name, move('b', '+', 101), move('c', '−', -1)])).toEqual([])
})

test('the window has room beside both marks, whichever is first', () => {
  expect(moverWindow(100, 200)).toEqual({ from: 92, to: 208 })
  expect(moverWindow(200, 100)).toEqual(moverWindow(100, 200))
  expect(moverWindow(5, 5)).toEqual({ from: 4, to: 6 })
})
