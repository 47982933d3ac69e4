import { describe, expect, test } from 'vitest'
import type { Micros } from '../../../model/time.ts'
import { speakerOf } from '../../../search/topology/speaker.ts'
import { Topology } from '../../../search/topology/topology.ts'
import { alias, at, entity } from '../timeline/inventory.ts'

const handedOver = 1_000
const topology = new Topology(
  [
    entity('vm:1', 'VDI-1', {
      aliases: [alias('hostname', 'desk', 0 as Micros, handedOver as Micros)],
    }),
    entity('vm:2', 'VDI-2', { aliases: [alias('hostname', 'desk', handedOver as Micros)] }),
    entity('vm:3', 'VDI-3', { aliases: [alias('ip', '10.0.0.3')] }),
    entity('datastore:esx', 'esx-1'),
    entity('hypervisor:1', 'esx-1'),
    entity('vm:twin-a', 'twin'),
    entity('vm:twin-b', 'twin'),
    entity('volume:naa.1', 'naa.1'),
  ],
  [],
)

const nobody = { host: null, source: null, entity: null }

describe('a line is of', () => {
  test('the host that wrote it, whatever it is about', () => {
    const speech = { ...nobody, host: 'ESX-1', entity: 'volume:naa.1' }
    expect(speakerOf(speech, topology, at(5))).toBe('hypervisor:1')
  })

  test('who had the name at that time', () => {
    const speech = { ...nobody, host: 'desk' }
    expect(speakerOf(speech, topology, at(handedOver - 1))).toBe('vm:1')
    expect(speakerOf(speech, topology, at(handedOver))).toBe('vm:2')
  })

  test('the entity that it names where no host wrote it, known or not', () => {
    expect(speakerOf({ ...nobody, entity: 'volume:naa.1' }, topology, at(5))).toBe('volume:naa.1')
    expect(speakerOf({ ...nobody, entity: 'vm:new' }, topology, at(5))).toBe('vm:new')
  })

  test('its source, where that is a name and nothing else is said', () => {
    expect(speakerOf({ ...nobody, source: 'vdi-3' }, topology, at(5))).toBe('vm:3')
  })
})

test.each([
  ['an address', { ...nobody, host: '10.0.0.3' }],
  ['a name that two have', { ...nobody, host: 'twin' }],
  ['a name that nobody has', { ...nobody, host: 'esx-9', entity: 'volume:naa.1' }],
  ['a part of a name', { ...nobody, host: 'vdi-3.example' }],
])('%s is nobody', (_what, speech) => {
  expect(speakerOf(speech, topology, at(5))).toBeUndefined()
})
