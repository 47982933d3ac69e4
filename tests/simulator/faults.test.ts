import { describe, expect, test } from 'vitest'
import { entityId } from '../../simulator/entity-ids.ts'
import type { Line } from '../../simulator/voices/log.ts'
import { meanOf, play, START_US, type Story } from './story.ts'

const calm = play({ faults: [] })

const incidentOf = (
  { simulation }: Story,
  id: string,
): { index: number; start: number; end: number } => {
  const { incidents } = simulation.truth
  const index = incidents.findIndex((incident) => incident.id === id)
  return { index, start: incidents[index]!.startS, end: incidents[index]!.endS }
}

const framesWith = ({ lines }: { lines: readonly Line[] }, text: string): string[] =>
  lines.filter(({ frame }) => frame.includes(text)).map(({ frame }) => frame)

describe('without a fault', () => {
  test('nobody is hurt, whatever the decoys do', () => {
    const { truth, impact } = calm.simulation
    expect(truth.incidents.every((incident) => incident.isDecoy)).toBe(true)
    expect(truth.incidents.length).toBeGreaterThanOrEqual(6)
    expect(truth.incidents.map((_, cause) => impact.hurtBy(cause))).toEqual(
      truth.incidents.map(() => []),
    )
  })

  test('no device complains', () => {
    for (const text of ['deteriorated', 'redundancy.lost', 'wafl.cp.toolong', 'Application Hang']) {
      expect(framesWith(calm, text)).toEqual([])
    }
    expect(framesWith(calm, 'changed from Green to Red')).toEqual([])
  })

  test('decoys are heard all the same', () => {
    expect(framesWith(calm, '%LINK-3-UPDOWN').length).toBeGreaterThan(3)
    expect(framesWith(calm, 'DEBUG request').length).toBeGreaterThan(1_000)
    expect(framesWith(calm, 'vim.event.VmMigratedEvent')).toHaveLength(1)
  })
})

describe('a rogue VM', () => {
  const story = play({ faults: ['rogue-vm'] })
  const { plant } = story.simulation.world
  const { index, start, end } = incidentOf(story, 'rogue-vm')
  const desktop = plant.vms.find((vm) => vm.name === 'VDI-0417')!

  test('makes the desktop of the story slow, by its disk and no other way', () => {
    const latency = story.values(entityId.vm(desktop), 'vm.disk.read.latency')
    expect(meanOf(latency, 0, start)).toBeLessThan(5)
    expect(meanOf(latency, start + 60, end)).toBeGreaterThan(30)
    const input = story.values(entityId.session(desktop), 'vdi.session.input_delay')
    expect(meanOf(input, start + 60, end)).toBeGreaterThan(3 * meanOf(input, 0, start))
    const ready = story.values(entityId.vm(desktop), 'vm.cpu.ready')
    expect(meanOf(ready, start, end)).toBeLessThan(0.02)
  })

  test('hurts desktops on its LUN and nobody else', () => {
    const hurt = story.simulation.impact.hurtBy(index)
    expect(hurt.length).toBeGreaterThan(15)
    expect(new Set(hurt.map(({ vm }) => vm.lun.datastore))).toEqual(
      new Set([desktop.lun.datastore]),
    )
    expect(hurt.some(({ vm }) => vm === desktop)).toBe(true)
    expect(hurt.some(({ vm }) => story.simulation.world.hostOf(vm) !== desktop.firstHost)).toBe(
      true,
    )
  })

  test('fills the queue of its LUN, to what the inventory says it holds, and its own device queue', () => {
    const lun = entityId.lun(desktop.lun)
    const depth = story.values(lun, 'volume.queue.depth')
    expect(meanOf(depth, start + 60, end)).toBeGreaterThan(60)
    const told = story.inventory.find((row) => row.includes(`"id":"${lun}"`))!
    const { entity } = JSON.parse(told) as { entity: { attributes: { queue_depth: number } } }
    expect(Math.max(...depth.map(([, value]) => value))).toBe(entity.attributes.queue_depth)
    const rogue = plant.vms.find((vm) => vm.name === 'build-22')!
    const kernel = story.values(
      entityId.host(rogue.firstHost),
      'hypervisor.kernel.latency',
      desktop.lun.naa,
    )
    expect(meanOf(kernel, start + 60, end)).toBeGreaterThan(1)
  })

  test('is heard from every host with desktops on the LUN, and only about that LUN', () => {
    const said = framesWith(story, 'performance has deteriorated')
    expect(said.length).toBeGreaterThan(20)
    expect(said.filter((frame) => !frame.includes(desktop.lun.naa))).toEqual([])
    expect(
      framesWith(story, "'Datastore latency' on DS-VDI-03 changed from Green to Red"),
    ).toHaveLength(1)
    expect(framesWith(story, 'wafl.cp.toolong').length).toBeGreaterThan(0)
    expect(framesWith(story, 'performance has improved').length).toBeGreaterThan(0)
  })

  test('is heard of only after it was there: a consistency point has to take long first', () => {
    const first = story.lines.find(({ frame }) => frame.includes('wafl.cp.toolong'))!
    expect((first.us - START_US) / 1e6).toBeGreaterThan(start + 30)
    const about = story.lines.filter(({ cause }) => cause === index)
    expect(about.every(({ us }) => us >= START_US + start * 1e6)).toBe(true)
  })

  test('leaves the day before it as it is without it', () => {
    const before = (lines: readonly Line[]): string[] =>
      lines.filter(({ us }) => us < calm.lines[0]!.us + (start - 1) * 1e6).map(({ frame }) => frame)
    expect(before(story.lines)).toEqual(before(calm.lines))
  })
})

describe('a path that fails', () => {
  const story = play({ faults: ['path-failover'] })
  const { index, start } = incidentOf(story, 'path-failover')

  test('makes those on its host wait for the path, and nobody else', () => {
    const hurt = story.simulation.impact.hurtBy(index)
    expect(hurt.length).toBeGreaterThan(0)
    expect(new Set(hurt.map(({ vm }) => vm.firstHost.name)).size).toBe(1)
    for (const { waits } of hurt) expect(waits[5]).toBeGreaterThan(1_000)
  })

  test('is told by switch, driver and multipathing in that order', () => {
    const at = (text: string): number => story.lines.find(({ frame }) => frame.includes(text))!.us
    const order = ['PORT-5-IF_DOWN', 'LOOP DOWN', 'nmp_ThrottleLogForDevice', 'redundancy.lost']
    const times = order.map(at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    // The driver gives the port up ten seconds later, as its timer says.
    expect(Math.round((times[2]! - times[0]!) / 1e6)).toBeGreaterThanOrEqual(9)
    expect(framesWith(story, 'redundancy.restored').length).toBeGreaterThan(0)
    expect(start).toBeGreaterThan(0)
  })
})

describe('a host with too many desktops', () => {
  const story = play({ faults: ['cpu-overcommit'] })
  const { index, start, end } = incidentOf(story, 'cpu-overcommit')

  test('lets those it runs wait for cores', () => {
    const target = story.simulation.truth.incidents[index]!.root
    const hurt = story.simulation.impact.hurtBy(index)
    expect(hurt.length).toBeGreaterThan(10)
    const ready = story.values(entityId.vm(hurt[0]!.vm), 'vm.cpu.ready')
    expect(meanOf(ready, start + 120, end)).toBeGreaterThan(0.05)
    const cores = story.values(target, 'hypervisor.cpu.utilization')
    expect(meanOf(cores, start + 120, end)).toBeGreaterThan(0.9)
    const disk = story.values(entityId.vm(hurt[0]!.vm), 'vm.disk.read.latency')
    expect(meanOf(disk, start, end)).toBeLessThan(5)
  })

  test('is felt at the keyboard', () => {
    const { events } = story.simulation.truth
    const felt = events.filter(({ cause, what }) => cause === index && what === 'input slow')
    expect(felt.length).toBeGreaterThan(5)
  })

  test('is in the inventory: each desktop leaves one host and comes to another', () => {
    const moves = story.inventory.filter((row) => row.includes('"validTo"'))
    expect(moves.length).toBeGreaterThan(40)
    expect(framesWith(story, 'vim.event.DrsVmMigratedEvent').length).toBe(
      moves.length - framesWith(story, 'vim.event.VmMigratedEvent').length,
    )
  })
})

describe('an uplink that flaps', () => {
  const story = play({ faults: ['uplink-flap'] })
  const { index } = incidentOf(story, 'uplink-flap')

  test('hurts only desktops whose port is pinned to it', () => {
    const hurt = story.simulation.impact.hurtBy(index)
    expect(hurt.length).toBeGreaterThan(0)
    expect(new Set(hurt.map(({ vm }) => `${vm.firstHost.name} ${vm.uplink}`)).size).toBe(1)
  })

  test('is told by the switch and by the host', () => {
    const switches = framesWith(story, 'ETHPORT-5-IF_DOWN_LINK_FAILURE')
    expect(switches.length).toBeGreaterThan(2)
    expect(framesWith(story, 'esx.problem.net.vmnic.linkstate.down')).toHaveLength(switches.length)
  })
})
