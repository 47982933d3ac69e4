import { describe, expect, test } from 'vitest'
import { CpuPhysics } from '../../simulator/physics/cpu.ts'
import { ioFlow, ioProfile, responseS, type IoFlow } from '../../simulator/physics/io-flow.ts'
import { PathPhysics } from '../../simulator/physics/paths.ts'
import { fixedPoint, queueWait } from '../../simulator/physics/queueing.ts'
import { PoolPhysics } from '../../simulator/physics/storage.ts'
import { UplinkPhysics } from '../../simulator/physics/uplinks.ts'
import { buildPlant } from '../../simulator/plant/build.ts'
import { DEVICE_QUEUE_DEPTH } from '../../simulator/plant/storage.ts'
import { Random } from '../../simulator/random.ts'

const plant = buildPlant(new Random(7), 0)
const pool = plant.pools[1]!
const lun = plant.luns.find((each) => each.pool === pool)!.index
const small = ioProfile(0.5, 8_192, 0.2)
const large = ioProfile(0.05, 65_536, 0.3)

function open(vm: number, offered: number, host = 0): IoFlow {
  const flow = ioFlow({ vm, host, lun }, small, 'open', 0)
  flow.offered = offered
  return flow
}

function aggressor(depth: number, offered = 6_000): IoFlow {
  const flow = ioFlow({ vm: 99, host: 5, lun }, large, 'closed', depth, 0)
  flow.offered = offered
  return flow
}

/** Lets seconds pass, everything that can be done being done. */
function run(physics: PoolPhysics, seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    physics.solve()
    for (const flow of physics.flows) flow.done = flow.rate
    physics.settle()
  }
}

describe('queueWait', () => {
  test('is M/M/1 for one server', () => {
    expect(queueWait(0.5, 1, 2)).toBeCloseTo(2, 10)
    expect(queueWait(0.9, 1, 1)).toBeCloseTo(9, 10)
  })

  test('grows with load and falls with servers', () => {
    expect(queueWait(0.9, 4, 1)).toBeGreaterThan(queueWait(0.8, 4, 1))
    expect(queueWait(0.8, 8, 1)).toBeLessThan(queueWait(0.8, 4, 1))
    expect(queueWait(0, 4, 1)).toBe(0)
  })

  test('meets the load it depends on', () => {
    const x = fixedPoint((wait) => queueWait(0.9 / (1 + wait), 1, 1))
    expect(queueWait(0.9 / (1 + x), 1, 1)).toBeCloseTo(x, 5)
  })
})

describe('a pool of disks', () => {
  test('does all of a load it can carry, hardly waiting', () => {
    const physics = new PoolPhysics(pool, 1)
    physics.flows.push(open(1, 200), open(2, 300))
    run(physics, 60)
    expect(physics.flows.map((flow) => flow.done)).toEqual([200, 300])
    expect(physics.flows[0]!.poolWaitS).toBeLessThan(0.000_2)
  })

  test.each([1, 8, 32, 64, 256])('keeps the laws with %i IOs outstanding', (depth) => {
    const physics = new PoolPhysics(pool, 1)
    const greedy = aggressor(depth)
    physics.flows.push(open(1, 150), open(2, 250, 1), greedy)
    for (let second = 0; second < 300; second++) {
      run(physics, 1)
      expect(physics.utilization).toBeLessThanOrEqual(1)
      expect(physics.dirtyBytes).toBeLessThanOrEqual(pool.cacheBytes)
      expect(physics.dirtyWorkS).toBeGreaterThanOrEqual(0)
    }
    // Little: a closed flow has as many IOs under way as it may, unless something else limits it.
    const underway = greedy.rate * responseS(greedy)
    if (greedy.rate < greedy.offered) expect(underway).toBeCloseTo(depth, 1)
    const inDevice = greedy.rate * (greedy.serviceS + greedy.poolWaitS)
    expect(inDevice).toBeLessThanOrEqual(DEVICE_QUEUE_DEPTH * 1.001)
    // Writes are in the cache, on the disks, or on their way there.
    const sum = physics.flows.reduce((total, flow) => {
      return total + flow.rate * (flow.serviceS + flow.poolWaitS)
    }, 0)
    expect(physics.outstanding).toBeCloseTo(sum, 6)
  })

  test('takes a burst into the cache and lets everybody wait once it is full', () => {
    const physics = new PoolPhysics(pool, 1)
    const victim = open(1, 200)
    physics.flows.push(victim, aggressor(96))
    run(physics, 3)
    expect(responseS(victim)).toBeLessThan(0.005)
    run(physics, 60)
    expect(responseS(victim)).toBeGreaterThan(0.03)
    expect(physics.queueShare[0]).toBeGreaterThan(0.8)
    physics.flows.pop()
    run(physics, 1)
    expect(responseS(victim)).toBeLessThan(0.01)
  })

  test('balances the cache: what comes in is there or was written out', () => {
    const physics = new PoolPhysics(pool, 1)
    physics.flows.push(open(1, 400))
    let destaged = 0
    let written = 0
    for (let second = 0; second < 200; second++) {
      physics.solve()
      for (const flow of physics.flows) flow.done = flow.rate
      physics.settle()
      destaged += physics.destagedS
      written += 200 * small.destageS
    }
    expect(destaged + physics.dirtyWorkS).toBeCloseTo(written, 6)
  })

  test('leaves what it cannot do undone', () => {
    const physics = new PoolPhysics(pool, 1)
    physics.flows.push(open(1, 60_000))
    run(physics, 1)
    expect(physics.flows[0]!.done).toBeLessThan(60_000)
    expect(physics.utilization).toBeLessThanOrEqual(1)
  })
})

describe('the cores of a host', () => {
  const demanding = (cores: number): CpuPhysics => {
    const cpu = new CpuPhysics(plant.hosts[0]!, 1)
    cpu.begin()
    cpu.want(cores, -1)
    cpu.solve()
    return cpu
  }

  test('run everything without waiting while there are enough', () => {
    expect(demanding(6).stretch).toBeCloseTo(1, 2)
    expect(demanding(6).served).toBe(1)
  })

  test('are shared when there are not, and never do more than they can', () => {
    const { cores } = plant.hosts[0]!
    const cpu = demanding(cores * 2)
    expect(cpu.served * cores * 2).toBeLessThanOrEqual(cores)
    expect(cpu.stretch).toBeGreaterThan(2)
    expect(cpu.utilization).toBeLessThanOrEqual(1)
  })
})

describe('links and paths', () => {
  test('an uplink that goes down loses packets until the host fails over, and again at failback', () => {
    const uplink = new UplinkPhysics(plant.hosts[0]!)
    uplink.setLink(0, false, 10, 0)
    expect([10, 11].map((second) => uplink.isLost(0, second))).toEqual([true, false])
    expect(uplink.isLost(1, 10)).toBe(false)
    expect(uplink.carrier(0)).toBe(1)
    uplink.setLink(0, true, 20, 0)
    expect([20, 21, 22].map((second) => uplink.isLost(0, second))).toEqual([true, true, false])
    expect(uplink.isQuiet(0, 22)).toBe(true)
    expect(uplink.carrier(0)).toBe(0)
  })

  test('a path that is lost holds commands until its port timer ends', () => {
    const path = new PathPhysics(plant.hosts[0]!)
    path.setPort(1, false, 100, 0)
    expect(path.isHeld(100)).toBe(true)
    expect(path.isHeld(109)).toBe(true)
    expect(path.isHeld(110)).toBe(false)
    path.setPort(1, true, 200, 0)
    expect(path.isHeld(201)).toBe(false)
  })
})
