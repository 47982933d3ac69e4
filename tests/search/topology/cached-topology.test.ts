import { expect, test } from 'vitest'
import type { Entity } from '../../../model/entity.ts'
import { CachedTopology } from '../../../search/topology/cached-topology.ts'

/** A store of one entity, named by the inventory's version, which counts how often it is read. */
class Inventory {
  version = 'a'
  reads = 0
  failures = 0

  async inventoryVersion(): Promise<string> {
    return this.version
  }

  async entities(): Promise<Entity[]> {
    this.reads++
    if (this.failures-- > 0) throw new Error('the store is away')
    const { version: name } = this
    return [
      {
        id: `vm:${name}`,
        type: 'vm',
        name,
        layer: 'guest',
        team: null,
        aliases: [],
        attributes: {},
      },
    ]
  }

  async relations(): Promise<[]> {
    return []
  }
}

function cached() {
  const store = new Inventory()
  const clock = { ms: 0 }
  return { store, clock, topology: new CachedTopology(store, () => clock.ms) }
}

test('an inventory that has not changed is read once', async () => {
  const { store, clock, topology } = cached()
  const first = await topology.get()
  clock.ms = 60_000
  expect(await topology.get()).toBe(first)
  expect(store.reads).toBe(1)
})

test('one that has is seen two seconds later, or as soon as it is known', async () => {
  const { store, clock, topology } = cached()
  await topology.get()
  store.version = 'b'
  clock.ms = 1_999
  expect((await topology.get()).entity('vm:b')).toBeUndefined()
  clock.ms = 2_001
  expect((await topology.get()).entity('vm:b')).toBeDefined()
  store.version = 'c'
  topology.expire()
  expect((await topology.get()).entity('vm:c')).toBeDefined()
})

test('those who ask at the same time share one read', async () => {
  const { store, topology } = cached()
  const [one, other] = await Promise.all([topology.get(), topology.get()])
  expect(one).toBe(other)
  expect(store.reads).toBe(1)
})

test('a read that fails is told, and tried again by the next', async () => {
  const { store, clock, topology } = cached()
  store.failures = 1
  await expect(topology.get()).rejects.toThrow('the store is away')
  expect((await topology.get()).entity('vm:a')).toBeDefined()
  store.version = 'b'
  store.failures = 1
  clock.ms = 3_000
  await expect(topology.get()).rejects.toThrow('the store is away')
  expect((await topology.get()).entity('vm:b')).toBeDefined()
})
