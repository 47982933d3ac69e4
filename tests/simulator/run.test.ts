import { describe, expect, test } from 'vitest'
import { WAITS } from '../../simulator/physics/waits.ts'
import { responseMs } from '../../simulator/physics/worker.ts'
import { Simulation } from '../../simulator/simulate.ts'
import { Batches } from '../../simulator/wires/batches.ts'
import { play, START_US } from './story.ts'

/** Everything a run sends, wire by wire, and its truth. */
function bytesOf(seed: number, faults: readonly string[]): string {
  const simulation = new Simulation({ seed, lengthS: 900, startUs: START_US, faults })
  const batches = new Batches(false)
  const texts: string[] = []
  for (const portion of simulation.run()) {
    for (const { wire, text } of batches.add(portion)) texts.push(wire, text)
  }
  for (const { wire, text } of batches.end()) texts.push(wire, text)
  return [...texts, ...simulation.truthRows()].join('\n')
}

describe('a run', () => {
  const first = bytesOf(1, ['rogue-vm'])

  test('sends the same bytes for the same seed', () => {
    expect(bytesOf(1, ['rogue-vm']) === first).toBe(true)
  })

  test('sends other bytes for another seed', () => {
    expect(bytesOf(2, ['rogue-vm']) === first).toBe(false)
  })

  test('says each line in order of time and within its run', () => {
    const { lines } = play({ lengthS: 1800, faults: ['path-failover'] })
    const late = lines.filter(({ us }) => us < START_US || us > START_US + 1801 * 1e6)
    expect(late).toEqual([])
    const seconds = lines.map(({ us }) => Math.floor(us / 1e6))
    // A second's lines leave together; what a burst said a moment later may follow the next second's.
    const back = seconds.filter((second, i) => i > 0 && second < seconds[i - 1]! - 1)
    expect(back).toEqual([])
  })
})

describe('the physics of a whole run', () => {
  test('neither loses nor invents work, never does more than it can, and explains every millisecond', () => {
    let actions = 0
    const { simulation } = play({
      lengthS: 1500,
      faults: ['rogue-vm', 'path-failover', 'cpu-overcommit', 'uplink-flap'],
      watch: ({ world }) => {
        for (const pool of world.pools) expect(pool.utilization).toBeLessThanOrEqual(1 + 1e-9)
        for (const cpu of world.cpus) expect(cpu.utilization).toBeLessThanOrEqual(1)
        for (const { action } of world.finished) {
          actions++
          expect(responseMs(action)).toBeCloseTo(1000 * (action.endS - action.startS), 3)
          const waited = WAITS.reduce((sum, name, i) => {
            return name.endsWith('service') || name === 'net.roundtrip'
              ? sum
              : sum + action.waits[i]!
          }, 0)
          const blamed = action.blame.reduce((sum, ms) => sum + ms, 0)
          expect(blamed).toBeLessThanOrEqual(waited + 1e-6)
        }
      },
    })
    expect(actions).toBeGreaterThan(3_000)
    const { world } = simulation
    for (const vm of world.plant.vms) {
      const { ioArrived, ioDone, ioBacklog } = world
      const left = ioArrived[vm.index]! - ioDone[vm.index]!
      expect(left).toBeCloseTo(ioBacklog[vm.index]!, 5)
    }
  })
})
