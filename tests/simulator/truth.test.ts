import { describe, expect, test } from 'vitest'
import { identifiersIn } from '../../simulator/truth/identifiers-in.ts'
import { play } from './story.ts'

const faults = ['rogue-vm', 'path-failover', 'uplink-flap']
const story = play({ faults, lengthS: 2400 })
const { truth } = story.simulation

describe('the truth', () => {
  test('speaks of lines that were said, with what stands in them', () => {
    expect(truth.lineCount).toBe(story.lines.length)
    expect(truth.lines.length).toBeGreaterThan(1_000)
    for (const { n, host, us, keys } of truth.lines) {
      const line = story.lines[n - 1]!
      expect([line.host, line.us]).toEqual([host, us])
      for (const [, value] of keys) expect(line.frame).toContain(value)
    }
  })

  test('goes from older causes to younger effects, so never in a circle', () => {
    expect(truth.edges.length).toBeGreaterThan(50)
    for (const { from, to } of truth.edges) {
      expect(from).toBeLessThan(to)
      expect(truth.events[from - 1]!.startUs).toBeLessThanOrEqual(truth.events[to - 1]!.startUs)
    }
  })

  test('gives each event an end and an entity that the inventory has', () => {
    const known = story.inventory.join('\n')
    for (const { startUs, endUs, entity } of truth.events) {
      expect(endUs).toBeGreaterThanOrEqual(startUs)
      // A port that nobody uses is in no inventory.
      if (!entity.includes('sw-3')) expect(known).toContain(`"${entity}"`)
    }
  })

  test('leads from each fault to somebody who felt it', () => {
    truth.incidents.forEach(({ isDecoy, id }, cause) => {
      if (isDecoy) return
      const felt = truth.events.some(
        (event) => event.cause === cause && event.what === 'input slow',
      )
      expect([id, felt]).toEqual([id, true])
    })
  })

  test('is read as NDJSON', () => {
    const rows = [...story.simulation.truthRows()].map((row) => JSON.parse(row) as { row: string })
    const kinds = new Set(rows.map(({ row }) => row))
    expect(kinds).toEqual(new Set(['incident', 'event', 'edge', 'line']))
  })
})

describe('identifiersIn', () => {
  test.each([
    ['Device naa.600a09803830413631363634 is', []],
    [`dev "naa.${'a'.repeat(32)}" x`, [['naa', `naa.${'a'.repeat(32)}`]]],
    ['from 21:00:00:0e:1e:00:11:22 x', [['wwn', '21:00:00:0e:1e:00:11:22']]],
    ['vmnic0 (00:25:b5:00:11:22): link', [['mac', '00:25:b5:00:11:22']]],
    ['sub=x opID=HB-host-40@1-ab] y', [['op_id', 'HB-host-40@1-ab']]],
    ['Path vmhba2:C0:T1:L3 is down', [['scsi_path', 'vmhba2:C0:T1:L3']]],
    ['at 10:42:17 nothing', []],
  ] as [string, string[][]][])('reads %j', (frame, keys) => {
    expect(identifiersIn(frame)).toEqual(keys)
  })
})
