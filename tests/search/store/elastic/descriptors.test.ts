import { expect, test } from 'vitest'
import type { StreamDescriptor } from '../../../../model/batch.ts'
import { Descriptors, storedDescriptor } from '../../../../search/store/elastic/descriptors.ts'
import type { StateIndex } from '../../../../search/store/elastic/state-index.ts'

const stream = (host: string): StreamDescriptor => ({
  ...{ source: host, host, format: 'rfc5424', layer: null, kind: 'log' },
})

/** An index of states with some values, and what was asked of it. */
function stateOf(values: ReadonlyMap<string, string>) {
  const asked: string[][] = []
  const many = (_kind: string, keys: readonly string[]) => {
    asked.push([...keys])
    return Promise.resolve(new Map([...values].filter(([key]) => keys.includes(key))))
  }
  return { state: { many } as unknown as StateIndex, asked }
}

test('the id of a descriptor is a function of what it says, whoever holds it', () => {
  const { kind, layer, format, host, source } = stream('a')
  const reordered = { kind, layer, format, host, source, index: 7 }
  expect(storedDescriptor('stream', reordered)).toEqual(storedDescriptor('stream', stream('a')))
  expect(storedDescriptor('stream', stream('b')).id).not.toBe(
    storedDescriptor('stream', stream('a')).id,
  )
})

test('each descriptor is read once, and one that is not there is asked for again', async () => {
  const [a, b] = [stream('a'), stream('b')].map((one) => storedDescriptor('stream', one))
  const { state, asked } = stateOf(new Map([[a!.id, a!.value]]))
  const descriptors = new Descriptors(state)
  const ids = [a!.id, a!.id, b!.id]
  expect(await descriptors.read('stream', ids)).toEqual(new Map([[a!.id, stream('a')]]))
  expect(await descriptors.read('stream', ids)).toEqual(new Map([[a!.id, stream('a')]]))
  await descriptors.read('stream', [a!.id])
  expect(asked).toEqual([[a!.id, b!.id], [b!.id]])
})
