import { expect, test } from 'vitest'
import { shownStore } from '../../../search/sample/shown-store.ts'
import type { Store } from '../../../search/store/store.ts'
import { MemoryStore } from '../api/memory-store.ts'

test('questions are answered by what is shown at the time, documents and backups stay with the own', async () => {
  const own = new MemoryStore()
  const sample = new MemoryStore()
  sample.entityList = [{ id: 'vm:vdi-1' } as never]
  let shown: Store | undefined
  const store = shownStore(own, () => shown)
  expect(await store.entities()).toEqual([])
  shown = sample
  expect(await store.entities()).toEqual(sample.entityList)
  await store.putState('query', 'mine')
  await store.backup('/backup')
  expect(own.states.get('query')).toBe('mine')
  expect(await store.getState('query')).toBe('mine')
  expect([own.backups, sample.backups]).toEqual([['/backup'], []])
  shown = undefined
  expect(await store.entities()).toEqual([])
})
