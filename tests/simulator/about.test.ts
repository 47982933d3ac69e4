import { describe, expect, test } from 'vitest'
import { aboutRun } from '../../simulator/about.ts'
import { STORY_DESKTOP } from '../../simulator/plant/vms.ts'
import { play, START_US } from './story.ts'

const sent = { lines: 1, points: 2, inventory: 3, changes: 4 }
const lengthS = 1800

describe('what may be told of a run', () => {
  test('is whose desktop is slow and when, and nothing about why', () => {
    const { simulation } = play({ lengthS, faults: ['rogue-vm'] })
    const about = aboutRun(simulation, { startUs: START_US, lengthS }, sent)
    expect(about).toMatchObject({ ...sent, hosts: 16, vms: 200 })
    expect(about.slow?.desktop).toBe(STORY_DESKTOP)
    const { from, to } = about.slow!
    const rogue = simulation.truth.incidents.find(({ id }) => id === 'rogue-vm')!
    const second = (time: string): number => Date.parse(time) / 1000 - START_US / 1e6
    expect(second(from)).toBeGreaterThanOrEqual(rogue.startS)
    expect(second(to)).toBeGreaterThan(second(from))
    expect(second(to)).toBeLessThanOrEqual(lengthS)
    expect(JSON.stringify(about)).not.toMatch(/rogue|storage|build/)
  })

  test('names no slow desktop where none is', () => {
    const { simulation } = play({ lengthS: 900, faults: [] })
    const about = aboutRun(simulation, { startUs: START_US, lengthS: 900 }, sent)
    expect(about.slow).toBeUndefined()
  })
})
