import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../../../model/record.ts'
import { linksAmong, type LinkBetween } from '../../../search/correlate/links-among.ts'
import { related } from '../../../search/correlate/related.ts'
import { Topology } from '../../../search/topology/topology.ts'
import { ReferenceStore } from '../../support/reference-store.ts'
import { entity, line, NAA, nowhere, plant, relation, SECOND } from './plant.ts'

const laneOf = ({ host }: LogRecord): string | null => host
const among = (records: readonly LogRecord[], topology = nowhere, limit = 40): LinkBetween[] =>
  linksAmong(records, laneOf, topology, limit)
const ends = ({ from, to }: LinkBetween): string => `${from.record.body} > ${to.record.body}`

const abort = line(1, 0, `aborted a command to ${NAA}`, { host: 'esx-01', severity: 17 })
const slow = line(2, -5, `LUN ${NAA} is slow`, { host: 'filer-1', severity: 13 })

describe('among the records of a view', () => {
  test('an identifier joins two lanes, from the earlier, and says by what', () => {
    const links = among([abort, slow])
    expect(links).toHaveLength(1)
    expect(links[0]).toMatchObject({
      from: { record: { id: slow.id }, entity: 'filer-1' },
      to: { record: { id: abort.id }, entity: 'esx-01' },
      kind: 'identifier',
      value: NAA,
      reason: `both carry the device ${NAA}, read in the message`,
      strength: 0.95 * Math.exp((-0.5 * 5) / 900),
      order: { verdict: 'before' },
    })
  })

  test('a dependency is drawn from what is depended on, whichever came first', () => {
    const guest = line(1, 0, 'logon took long', { host: 'vdi-0417', severity: 13 })
    const host = line(2, -30, 'cpu is busy', { host: 'esx-02', severity: 13 })
    expect(among([guest, host], plant).map(ends)).toEqual(['cpu is busy > logon took long'])
    const vague = { uncertaintyUs: 60 * SECOND }
    const [link] = among(
      [
        { ...guest, ...vague },
        { ...host, ...vague, time: guest.time },
      ],
      plant,
    )
    expect(link).toMatchObject({
      from: { record: { body: 'cpu is busy' } },
      reason: 'it is about hypervisor:h2: vm:a runs_on hypervisor:h2 (inventory)',
      order: { verdict: 'undecided' },
    })
    const tooLate = { ...host, time: guest.time + 60 * SECOND } as LogRecord
    expect(among([guest, tooLate], plant)).toEqual([])
  })

  test('a dependency alone links nothing to a line that is no warning', () => {
    const host = line(1, -5, 'cpu is busy', { host: 'esx-02', severity: 17 })
    const guest = (severity: number) =>
      line(2, 0, 'a service stopped', { host: 'vdi-0417', severity })
    expect(among([host, guest(9)], plant)).toEqual([])
    expect(among([host, guest(13)], plant)).toHaveLength(1)
  })

  test('repeats of a kind of event make one link, the nearest pair', () => {
    const full = Array.from({ length: 37 }, (_, n) =>
      line(10 + n, n * 20 - 360, `Task set full on ${NAA}`, { host: 'esx-01' }),
    )
    const links = among([...full, slow])
    expect(links.map(ends)).toHaveLength(1)
    const gap = Math.abs(links[0]!.from.record.time - links[0]!.to.record.time)
    expect(gap).toBe(5 * SECOND)
  })

  test('parts of an operation join the whole where it is there, not each other', () => {
    const step = (id: number, host: string, operation: string): LogRecord =>
      line(id, id, `step ${host}`, { host, attributes: { 'vsphere.op_id': operation } })
    const parts = [step(1, 'esx-01', '4f1d2c77-1a'), step(2, 'esx-02', '4f1d2c77-1b')]
    expect(among(parts)).toEqual([])
    const links = among([...parts, step(3, 'vc', '4f1d2c77')])
    expect(links).toHaveLength(2)
    expect(links.map(({ reason }) => reason).join()).toContain(
      'the operation 4f1d2c77-1a is a part of 4f1d2c77, read in the attribute vsphere.op_id',
    )
  })

  test('three links of two lanes are enough', () => {
    const kinds = ['aborted', 'timed out on', 'lost', 'found', 'reset']
    const records = kinds.flatMap((kind, n) => [
      line(10 + n, n, `${kind} ${NAA}`, { host: 'esx-01' }),
      line(20 + n, n + 0.5, `${kind} ${NAA} here`, { host: 'filer-1' }),
    ])
    const across = among(records).filter(({ from, to }) => from.entity !== to.entity)
    expect(across).toHaveLength(3)
  })

  test('the strength is that which related tells', async () => {
    const store = ReferenceStore.of([abort, slow])
    const { links } = await related(abort, { store, topology: nowhere, context: {} })
    expect(among([abort, slow])[0]!.strength).toBe(links[0]!.strength)
  })
})

/** Records that share hosts, templates and identifiers in many ways. */
const records = fc.array(
  fc.record({
    seconds: fc.integer({ min: -2_000, max: 2_000 }),
    host: fc.constantFrom('esx-01', 'esx-02', 'filer-1', 'vdi-0417', 'stranger', null),
    body: fc.constantFrom(
      `lost ${NAA}`,
      `slow ${NAA} vmhba2:C0:T0:L1`,
      'nic 00:50:56:aa:bb:cc down',
      'from 10.0.0.7 and 127.0.0.1',
      'nothing to join by',
      'task-17 of vm-4711',
      '\0 * ? \uD800 naa. ::::::: S-1-5-21-',
    ),
    severity: fc.constantFrom(0, 9, 13, 17),
    operation: fc.constantFrom('', 'a1b2c3d4', 'a1b2c3d4-1', 'a1b2c3d4-1-2', '-*-'),
    uncertaintyUs: fc.constantFrom(0, 500_000, 3_600 * SECOND),
  }),
  { maxLength: 40 },
)

const made = records.map((all) =>
  all.map(({ seconds, operation, ...fields }, n) =>
    line(n + 1, seconds, fields.body, { ...fields, attributes: { 'vsphere.op_id': operation } }),
  ),
)

describe('whatever the records', () => {
  test('the answer does not depend on their order, and is bounded', () => {
    fc.assert(
      fc.property(made, fc.integer({ min: 0, max: 10 }), fc.nat(), (all, limit, turn) => {
        const links = among(all, plant, limit)
        expect(links.length).toBeLessThanOrEqual(limit)
        const at = all.length === 0 ? 0 : turn % all.length
        expect(among([...all.slice(at), ...all.slice(0, at)].reverse(), plant, limit)).toEqual(
          links,
        )
        for (const { strength } of links) {
          expect(strength).toBeGreaterThan(0)
          expect(strength).toBeLessThanOrEqual(1)
        }
        expect(links.map(({ strength }) => strength)).toEqual(
          links.map(({ strength }) => strength).sort((a, b) => b - a),
        )
      }),
    )
  })

  test('time alone never links: without identifiers and inventory there is nothing', () => {
    fc.assert(
      fc.property(made, (all) => {
        expect(among(all.map((one) => ({ ...one, keys: [] })))).toEqual([])
      }),
    )
  })

  test('a link joins what shares the identifier or what the inventory connects', () => {
    fc.assert(
      fc.property(made, (all) => {
        for (const { from, to, kind, value } of among(all, plant)) {
          expect(from.record.id).not.toBe(to.record.id)
          const isOneKind =
            from.entity === to.entity && from.record.template?.id === to.record.template?.id
          expect(isOneKind).toBe(false)
          if (kind === 'topology') expect(plant.knows(value)).toBe(true)
          else {
            for (const { record } of [from, to]) {
              expect(record.keys.some((key) => key.value.startsWith(value))).toBe(true)
            }
          }
        }
      }),
    )
  })
})

test('two thousand records on sixty lanes take a blink', () => {
  const hosts = Array.from({ length: 60 }, (_, n) => `esx-${n}`)
  const topology = new Topology(
    [
      ...hosts.map((name) => entity(`hypervisor:${name}`, name)),
      ...hosts.map((_, n) => entity(`volume:v${n % 8}`, `v${n % 8}`)),
    ],
    hosts.flatMap((name, n) => [
      relation('path', `hypervisor:${name}`, `volume:v${n % 8}`),
      relation('path', `hypervisor:${name}`, `volume:v${(n + 1) % 8}`),
    ]),
  )
  const all = Array.from({ length: 2_000 }, (_, n) =>
    line(n + 1, (n * 7) % 3_600, `kind ${'abcdefghij'[n % 10]} of ${NAA.slice(0, -1)}${n % 5}`, {
      host: hosts[n % 60]!,
      severity: n % 3 === 0 ? 13 : 9,
    }),
  )
  among(all, topology)
  const times = [1, 2, 3, 4, 5].map(() => {
    const before = process.cpuUsage()
    expect(among(all, topology)).toHaveLength(40)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  // The bound only catches what grows with the square; a free core takes a tenth of it.
  expect(Math.min(...times)).toBeLessThan(300)
})
