import { expect, test } from 'vitest'
import { behind, printPosition, readPosition } from '../../../search/api/tail-position.ts'

const MANY = { 'ingest-a': 4_711, n1: 2 }

test.each([
  ['embedded', { day: '2026-11-21', sequence: 4_711 }, '2026-11-21.4711'],
  ['elastic', { day: '', sequence: -1, nodes: MANY }, 'nodes:ingest-a.3mv,n1.2'],
  ['elastic', { day: '', sequence: -1, nodes: {} }, 'nodes:'],
] as const)('a position of the %s store is read as it was printed', (kind, position, text) => {
  expect(printPosition(position)).toBe(text)
  expect(readPosition(text, kind)).toEqual(position)
})

test('an empty embedded store has a place before every day', () => {
  expect(printPosition({ day: '', sequence: -1 })).toBe('0000-00-00.-1')
})

test.each(['x', '2026-11-21', 'nodes:n1', 'nodes:N1.2', 'nodes:n1.2,', 'nodes:../x.1'])(
  '%s is refused',
  (text) => {
    for (const kind of ['embedded', 'elastic'] as const) {
      expect(() => readPosition(text, kind)).toThrow(/cannot go on behind event id/)
    }
  },
)

test('a position of another kind of store is refused', () => {
  expect(() => readPosition('2026-11-21.4711', 'elastic')).toThrow(/of another store/)
  expect(() => readPosition('nodes:n1.2', 'embedded')).toThrow(/of another store/)
})

test('behind a record only the place of its own node moves', () => {
  const start = { day: '', sequence: -1, nodes: MANY }
  expect(behind(start, '20261121-n1-a').nodes).toEqual({ 'ingest-a': 4_711, n1: 11 })
  expect(behind(start, '20261121-ingest-b-1').nodes).toEqual({ ...MANY, 'ingest-b': 2 })
  expect(behind({ day: '2026-11-20', sequence: 3 }, '20261121-n1-a')).toEqual({
    day: '2026-11-21',
    sequence: 10,
  })
})
