import { expect, test } from 'vitest'
import type { Envelope } from '../../ingest/port.ts'
import { micros } from '../../model/time.ts'
import { watchInventory } from '../../search/inventory-watch.ts'

const envelope = (protocol: Envelope['protocol']): Envelope => ({
  protocol,
  received: micros(0),
  peer: '127.0.0.1',
  meta: {},
  body: new Uint8Array(),
})

test('the topology is read anew once the store has an inventory, and for nothing else', async () => {
  const seen: string[] = []
  const port = watchInventory(
    { submit: async () => ({ status: 200, headers: {}, body: '' }) },
    async () => void seen.push('settled'),
    { expire: () => seen.push('expired') },
    (error) => seen.push(String(error)),
  )
  expect(await port.submit(envelope('logs'))).toMatchObject({ status: 200 })
  expect(seen).toEqual([])
  await port.submit(envelope('inventory'))
  await new Promise(setImmediate)
  expect(seen).toEqual(['settled', 'expired'])
})

test('a store that cannot take an inventory is told of, and its sender is answered', async () => {
  const seen: string[] = []
  const port = watchInventory(
    { submit: async () => ({ status: 200, headers: {}, body: '' }) },
    () => Promise.reject(new Error('the store is gone')),
    { expire: () => seen.push('expired') },
    (error) => seen.push(String(error)),
  )
  expect(await port.submit(envelope('inventory'))).toMatchObject({ status: 200 })
  await new Promise(setImmediate)
  expect(seen).toEqual(['Error: the store is gone'])
})
