import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../../../model/record.ts'
import { MAX_TIME, MIN_TIME, type Micros } from '../../../model/time.ts'
import { expectedByChance, notByChance } from '../../../search/correlate/chance.ts'
import type { Link } from '../../../search/correlate/link.ts'
import { orderOf, probabilityBefore } from '../../../search/correlate/order.ts'
import { related } from '../../../search/correlate/related.ts'
import { ReferenceStore } from '../../support/reference-store.ts'
import { Topology } from '../../../search/topology/topology.ts'
import { alias, entity, line, NAA, nowhere, plant, relation, SECOND, START } from './plant.ts'

async function linksOf(
  asked: LogRecord,
  others: readonly LogRecord[],
  topology = nowhere,
): Promise<Map<string, Link>> {
  const store = ReferenceStore.of([asked, ...others])
  const { links } = await related(asked, { store, topology, context: {} })
  return new Map(
    links.map((link) => ['record' in link.to ? link.to.record.body : link.to.entity, link]),
  )
}

/** The strength of what occurs once in the window, at a part of how far it is looked for. */
const once = (base: number, part: number): number => base * Math.exp(-0.5 * part)

describe('what came first', () => {
  const moment = fc.record({
    time: fc.integer({ min: 0, max: 10_000 }).map((time) => time as Micros),
    uncertaintyUs: fc.integer({ min: 0, max: 5_000 }),
  })

  test('one of two came before the other', () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        expect(probabilityBefore(a, b) + probabilityBefore(b, a)).toBeCloseTo(1, 6)
      }),
    )
  })

  test('later is less likely before, and apart is certain', () => {
    fc.assert(
      fc.property(moment, moment, fc.nat({ max: 5_000 }), (a, b, later) => {
        const moved = { ...a, time: (a.time + later) as Micros }
        expect(probabilityBefore(moved, b)).toBeLessThanOrEqual(probabilityBefore(a, b) + 1e-9)
        const apart = (b.time + a.uncertaintyUs + b.uncertaintyUs + 1) as Micros
        expect(probabilityBefore({ ...a, time: apart }, b)).toBe(0)
      }),
    )
  })

  test('agrees with what chance shows', () => {
    let seed = 7
    const random = (): number =>
      (seed = (Math.imul(seed, 48_271) >>> 0) % 2_147_483_647) / 2_147_483_647
    const a = { time: 100 as Micros, uncertaintyUs: 300 }
    const b = { time: 250 as Micros, uncertaintyUs: 120 }
    const tries = 200_000
    let before = 0
    for (let i = 0; i < tries; i++) {
      const x = a.time + a.uncertaintyUs * (2 * random() - 1)
      if (x < b.time + b.uncertaintyUs * (2 * random() - 1)) before++
    }
    expect(probabilityBefore(a, b)).toBeCloseTo(before / tries, 2)
  })

  test('lines of one source are in the order they were written, however vague their times', () => {
    const vague = { source: 'esx-01', uncertaintyUs: 50_000 * SECOND }
    const [first, second] = [line(1, 0, 'a', vague), line(2, 0, 'b', vague)]
    expect(orderOf(first, second)).toEqual({ verdict: 'before', probability: 1 })
    expect(orderOf(second, first)).toEqual({ verdict: 'after', probability: 0 })
    const elsewhere = { ...second, source: 'filer-1' }
    expect(orderOf(first, elsewhere)).toMatchObject({ verdict: 'undecided' })
  })
})

describe('an identifier joins', () => {
  const asked = line(1, 0, `aborted a command to ${NAA} on path 3`)

  test('lines of different layers, and says by what and where it was read', async () => {
    const links = await linksOf(asked, [
      line(2, -40, `LUN ${NAA} has latency 85 ms`, { source: 'filer-1' }),
      line(3, -2, 'job 5 done on the file server', { source: 'file-1' }),
    ])
    expect([...links.keys()]).toEqual([`LUN ${NAA} has latency 85 ms`])
    expect([...links.values()][0]).toMatchObject({
      kind: 'identifier',
      value: NAA,
      reason: `both carry the device ${NAA}, read in the message`,
      strength: once(0.95, 40 / 900),
      order: { verdict: 'before', probability: 1 },
    })
  })

  test('less, the likelier chance explains it: what comes all the time is nothing to be near', async () => {
    const chatter = Array.from({ length: 500 }, (_, n) =>
      line(100 + n, 1.8 * n - 450 + 0.5, `read ${n} of ${NAA} ok`),
    )
    const links = await linksOf(asked, [...chatter, line(2, -90, `path lost to ${NAA}`)])
    expect(links.get(`path lost to ${NAA}`)!.strength).toBeCloseTo(once(0.95, 90 / 900))
    const noise = [...links].filter(([body]) => body.startsWith('read'))
    expect(noise.every(([, { strength }]) => strength < 0.6)).toBe(true)
    // Ten of it are expected within nine seconds on each side: what is further speaks of the same device, no more.
    expect(noise.filter(([, { strength }]) => strength > 0.06).length).toBeLessThan(12)
    expect(noise.every(([, { strength }]) => strength >= 0.05)).toBe(true)
    expect([...links.keys()][0]).toBe(`path lost to ${NAA}`)
  })

  test('lines of one operation, however many and far', async () => {
    const operation = { attributes: { 'vsphere.op_id': '4f1d2c-77' } }
    const begin = line(1, 0, 'task begins', operation)
    const links = await linksOf(begin, [
      ...Array.from({ length: 20 }, (_, n) => line(10 + n, 100 + n, `step ${n}`, operation)),
      line(2, 3_000, 'task ends', operation),
    ])
    expect(links.get('step 7')).toMatchObject({ kind: 'identifier', strength: 0.98 })
    expect(links.get('task ends')?.reason).toBe(
      'both carry the operation 4f1d2c-77, read in the attribute vsphere.op_id',
    )
  })

  test.each([
    ['a path name', 'vmhba64:C0:T1:L12'],
    ['a number of a vCenter', 'vm-4711'],
  ] as const)('%s only where it means the same', async (_, value) => {
    const here = line(1, 0, `lost ${value}`, { host: 'esx-01', source: 'here' })
    const links = await linksOf(here, [
      line(2, 5, `found ${value}`, { host: 'esx-01', source: 'here' }),
      line(3, 6, `saw ${value}`, { host: 'esx-02', source: 'there' }),
    ])
    expect([...links.keys()]).toEqual([`found ${value}`])
  })

  test('an address means whoever had it at that time, and nothing where everybody has it', async () => {
    const lease = (id: string, from: number, to: number, scope?: string) => {
      const held = { kind: 'ip', value: '10.0.0.7', from: from as Micros, to: to as Micros }
      return entity(id, id, [scope === undefined ? held : { ...held, scope }])
    }
    const handedOn = START - 120 * SECOND
    const leases = new Topology(
      [lease('vm:a', MIN_TIME, handedOn), lease('vm:b', handedOn, MAX_TIME)],
      [],
    )
    const here = line(1, 0, 'refused 10.0.0.7 and 127.0.0.1')
    const others = [
      line(2, -60, 'offered 10.0.0.7'),
      line(3, -180, 'released 10.0.0.7'),
      line(4, -1, 'listening on 127.0.0.1'),
    ]
    const links = await linksOf(here, others, leases)
    expect([...links.keys()]).toEqual(['offered 10.0.0.7'])
    expect(links.get('offered 10.0.0.7')!.strength).toBeCloseTo(once(0.9, 60 / 900))
    const unknown = await linksOf(here, others)
    expect(unknown.get('released 10.0.0.7')!.strength).toBeCloseTo(once(0.6, 180 / 900))
    // Two sites have it: neither record says which one it means.
    const both = new Topology(
      [
        lease('vm:a', MIN_TIME, MAX_TIME, 'dhcp_scope:x'),
        lease('vm:b', MIN_TIME, MAX_TIME, 'dhcp_scope:y'),
      ],
      [relation('in_scope', 'vm:c', 'dhcp_scope:x')],
    )
    expect((await linksOf(here, others, both)).size).toBe(0)
    const within = { entity: 'vm:c' }
    const sited = others.map((other) => ({ ...other, ...within }))
    expect((await linksOf({ ...here, ...within }, sited, both)).size).toBe(2)
  })

  test('an address that nobody knows says the less, the more hosts say the same of it', async () => {
    const asked = line(1, 0, 'refused 10.0.0.1', { host: 'fw-1' })
    const strengthAmong = async (hosts: number): Promise<number | undefined> => {
      const others = Array.from({ length: hosts }, (_, i) =>
        line(2 + i, 3 * (i + 1), `host ${'abcdefghijklmnopqrst'[i]!} reached 10.0.0.1`, {
          host: `vdi-${i}`,
          template: { id: 'reached', text: 'host # reached #' },
        }),
      )
      const links = await linksOf(asked, others)
      return links.get('host a reached 10.0.0.1')?.strength
    }
    // Of the occasions on which it was named, the first of each of two templates tells; of one template, the first.
    const chance = (hosts: number): number => Math.exp((-(hosts - 0.5) * 6) / 1_800)
    expect(await strengthAmong(1)).toBeCloseTo(0.6 * chance(1))
    expect(await strengthAmong(4)).toBeCloseTo(0.6 * (2 / 5) * (1 / 4) * chance(4))
    expect(await strengthAmong(15)).toBeUndefined()
    // An inventory that knows whose it is says that all of them are about that one.
    const held = new Topology([entity('switch:gw', 'gw', [alias('ip', '10.0.0.1')])], [])
    const known = await linksOf(asked, [line(2, 3, 'reached 10.0.0.1', { host: 'a' })], held)
    expect(known.get('reached 10.0.0.1')!.strength).toBeCloseTo(once(0.9, 3 / 900))
  })

  test('an address that nobody knows joins lines of one machine among many, and not by what all name', async () => {
    // Forty machines renew their leases by way of one gateway for two hours.
    const leases = Array.from({ length: 720 }, (_, i) =>
      line(100 + i, 10 * i - 3_600, `lease of 10.0.1.${i % 40} renewed through 10.0.0.1`, {
        host: 'dhcp-1',
      }),
    )
    const own = leases[360]!
    const links = await linksOf(own, [
      ...leases.filter((one) => one !== own),
      line(2, 30, 'refused 10.0.1.0', { host: 'fw-1' }),
      line(3, 31, 'twice on the wire: 10.0.0.1', { host: 'sw-1' }),
    ])
    expect(own.body).toBe('lease of 10.0.1.0 renewed through 10.0.0.1')
    expect(links.get('refused 10.0.1.0')!.strength).toBeGreaterThan(0.4)
    expect([...links.values()].every(({ value }) => value === '10.0.1.0')).toBe(true)
  })

  test('a moref of one vCenter joins its hosts to it, and no other', async () => {
    const scoped = (value: string, scope: string) => ({ ...alias('moref', value), scope })
    const two = new Topology(
      [
        entity('service:vc-1', 'vc-1'),
        entity('hypervisor:h1', 'esx-01', [scoped('host-9', 'vc-1')]),
        entity('hypervisor:h2', 'esx-02', [scoped('host-9', 'vc-2')]),
        entity('vm:a', 'vdi-0417', [scoped('vm-4711', 'vc-1')]),
      ],
      [],
    )
    const links = await linksOf(
      line(1, 0, 'powering on vm-4711', { host: 'vc-1' }),
      [
        line(2, 1, 'started vm-4711', { host: 'esx-01' }),
        line(3, 1, 'lost vm-4711', { host: 'esx-02' }),
      ],
      two,
    )
    expect([...links.keys()].sort()).toEqual(['started vm-4711', 'vm:a'])
  })

  test('nothing beyond its window', async () => {
    const links = await linksOf(asked, [line(2, -1_000, `path lost to ${NAA}`)])
    expect(links.size).toBe(0)
  })

  test('the entities that the inventory knows by it', async () => {
    const links = await linksOf(asked, [], plant)
    expect(links.get(`volume:${NAA}`)).toMatchObject({
      kind: 'identifier',
      reason: `the inventory knows volume:${NAA} by the device ${NAA}, read in the message`,
    })
  })
})

describe('a dependency joins', () => {
  const slow = line(1, 0, 'logon took long', { host: 'vdi-0417', severity: 13 })
  const warning = { severity: 13 }

  test('warnings of what the entity depends on at that time, step by step', async () => {
    const links = await linksOf(
      slow,
      [
        line(2, -60, 'device latency rose', { ...warning, entity: `volume:${NAA}` }),
        line(3, -30, 'nvram is full', { ...warning, host: 'filer-1' }),
        line(4, -30, 'cpu is busy', { ...warning, host: 'esx-02' }),
        line(5, -30, 'fan is loud', { ...warning, host: 'esx-01' }),
        line(6, -30, 'all is well', { entity: `volume:${NAA}` }),
      ],
      plant,
    )
    expect([...links.keys()].sort()).toEqual([
      'cpu is busy',
      'device latency rose',
      'nvram is full',
    ])
    expect(links.get('device latency rose')).toMatchObject({
      kind: 'topology',
      value: `volume:${NAA}`,
      reason:
        `it is about volume:${NAA}: vm:a stores_on datastore:d (inventory), ` +
        `datastore:d backed_by volume:${NAA} (inventory)`,
      order: { verdict: 'before' },
    })
    const strengths = ['cpu is busy', 'device latency rose', 'nvram is full'].map(
      (body) => links.get(body)!.strength,
    )
    expect(strengths[0]).toBeCloseTo(once(0.6, 30 / 600))
    expect(strengths[1]).toBeCloseTo(once(0.48, 60 / 600))
    expect(strengths[2]).toBeCloseTo(once(0.384, 30 / 600))
  })

  test('no cause that came after its effect', async () => {
    const after = line(2, 60, 'device latency rose', { ...warning, entity: `volume:${NAA}` })
    expect((await linksOf(slow, [after], plant)).size).toBe(0)
  })

  test('lines of one source by the order in which they were written, however vague their times', async () => {
    const vague = { ...warning, source: 'collector', uncertaintyUs: 50_000 * SECOND }
    const felt = line(1, 0, 'logon took long', { ...vague, host: 'vdi-0417' })
    const links = await linksOf(
      felt,
      [
        line(2, -60, 'device latency rose', { ...vague, entity: `volume:${NAA}` }),
        line(3, 60, 'device latency fell', { ...vague, entity: `volume:${NAA}` }),
      ],
      plant,
    )
    expect([...links.keys()]).toEqual(['device latency rose'])
    expect(links.get('device latency rose')!.strength).toBeCloseTo(once(0.48, 60 / 600))
  })

  test('what depends on the entity, after it', async () => {
    const lost = line(1, 0, 'host is overloaded', { host: 'esx-02', severity: 17 })
    const links = await linksOf(
      lost,
      [line(2, 60, 'session froze', { ...warning, host: 'vdi-0417' })],
      plant,
    )
    expect(links.get('session froze')?.reason).toContain('which depends on it: vm:a runs_on')
  })

  test('nothing that is only near in time', async () => {
    const stranger = line(2, 0, 'disk failed', { severity: 21, host: 'other-1' })
    expect((await linksOf(slow, [stranger], plant)).size).toBe(0)
    expect((await linksOf(slow, [stranger], nowhere)).size).toBe(0)
  })
})

test('each is linked once, by its strongest link, and the answer does not change', async () => {
  const asked = line(1, 0, `aborted on ${NAA}`, { host: 'esx-02', severity: 17 })
  const others = [
    line(2, -10, `LUN ${NAA} is slow`, { severity: 13, entity: `volume:${NAA}` }),
    line(3, -10, `LUN ${NAA} was slow`, { severity: 13, entity: `volume:${NAA}` }),
  ]
  const store = ReferenceStore.of([asked, ...others])
  const ask = () => related(asked, { store, topology: plant, context: {} })
  const { links } = await ask()
  expect(links.filter(({ to }) => 'record' in to)).toHaveLength(2)
  expect(links.every(({ kind }) => kind === 'identifier')).toBe(true)
  expect(links.map(({ strength }) => strength)).toEqual(
    links.map(({ strength }) => strength).sort((a, b) => b - a),
  )
  expect((await ask()).links).toEqual(links)
})

test('what is near stands before what is rare and far', async () => {
  const asked = line(1, 0, `latency of ${NAA} rose`, { host: 'esx-01' })
  const others = [
    line(2, 840, `latency of ${NAA} fell at last`, { host: 'esx-01' }),
    line(3, 20, `queue of ${NAA} is full`, { host: 'esx-02' }),
    line(4, 21, `queue of ${NAA} is full`, { host: 'esx-03' }),
    line(5, 80, `queue of ${NAA} is full`, { host: 'esx-02' }),
  ]
  const store = ReferenceStore.of([asked, ...others])
  const { links } = await related(asked, { store, topology: nowhere, context: {} })
  const ids = links.flatMap(({ to }) => ('record' in to ? [to.record.id] : []))
  expect(ids).toEqual([others[1]!.id, others[2]!.id, others[3]!.id, others[0]!.id])
})

test('of strengths that differ by less than a hundredth the nearer stands first', async () => {
  const asked = line(1, 0, `latency of ${NAA} rose`)
  // The far one has 0.947 by rarity, the near one 0.946 with another like it.
  const others = [
    line(2, 6, `path to ${NAA} lost`, { host: 'esx-01' }),
    line(3, 3, `queue of ${NAA} is full`, { host: 'esx-02' }),
    line(4, -600, `queue of ${NAA} is full`, { host: 'esx-02' }),
  ]
  const store = ReferenceStore.of([asked, ...others])
  const { links } = await related(asked, { store, topology: nowhere, context: {} })
  const [first, second] = links
  expect(second!.strength).toBeGreaterThan(first!.strength)
  expect(first!.to).toMatchObject({ record: { id: others[1]!.id } })
})

test('what the store left out is said once, by whichever of the questions', async () => {
  const asked = line(1, 0, `aborted on ${NAA} for 10.0.0.9`, { host: 'esx-02', severity: 17 })
  const reference = ReferenceStore.of([asked, line(2, 1, `LUN ${NAA} is slow`)])
  const store = {
    around: async (...question: Parameters<typeof reference.around>) => ({
      ...(await reference.around(...question)),
      notes: ['a shard did not answer'],
    }),
    counts: async (...question: Parameters<typeof reference.counts>) =>
      (await reference.counts(...question)).map((counts) => ({
        ...counts,
        notes: ['a shard did not count', 'a shard did not answer'],
      })),
  }
  const { links, notes } = await related(asked, { store, topology: nowhere, context: {} })
  expect(links).toHaveLength(1)
  expect([...notes].sort()).toEqual(['a shard did not answer', 'a shard did not count'])
  const whole = await related(asked, { store: reference, topology: nowhere, context: {} })
  expect(whole).toEqual({ links, notes: [] })
})

test('expected chance grows with the gap and with how common it is', () => {
  expect(expectedByChance(0, 60 * SECOND, 1_800 * SECOND)).toBeCloseTo(0.5 / 15)
  expect(expectedByChance(30, 60 * SECOND, 1_800 * SECOND)).toBeCloseTo(30.5 / 15)
  expect(expectedByChance(30, 0, 1_800 * SECOND)).toBeCloseTo(30.5 / 900)
  expect(notByChance(0)).toBe(1)
})
