import { entityId } from '../entity-ids.ts'
import { ioFlow, ioProfile, type IoFlow } from '../physics/io-flow.ts'
import type { CpuLoad } from '../physics/world.ts'
import type { Role, Vm } from '../plant/plant.ts'
import { secondAt, type Plot, type Setting } from './incident.ts'

const vmOf = ({ plant, random }: Setting, role: Role): Vm =>
  random.pick(plant.vms.filter((vm) => vm.role === role))

/** A backup that reads in order and holds itself back. */
const backup: Plot = (setting) => {
  const { lengthS, cause } = setting
  const vm = vmOf(setting, 'backup')
  const startS = secondAt(lengthS, 0.16)
  const endS = secondAt(lengthS, 0.42)
  let flow: IoFlow | undefined
  return {
    id: 'backup',
    kind: 'backup',
    isDecoy: true,
    root: entityId.vm(vm),
    startS,
    endS,
    summary: `${vm.name} backs up servers at 150 IOs a second`,
    act: (world, second) => {
      if (second === startS) {
        const place = { vm: vm.index, host: world.hostOf(vm).index, lun: vm.lun.index }
        flow = ioFlow(place, ioProfile(1, 262_144, 0.1, 'sequential'), 'closed', 4, cause)
        flow.offered = 150
        world.ioLoads.add(flow)
        world.happenings.push({ what: 'job', vm, name: 'servers-daily', isStart: true, cause })
      }
      if (second === endS && flow !== undefined) {
        world.ioLoads.delete(flow)
        world.happenings.push({ what: 'job', vm, name: 'servers-daily', isStart: false, cause })
      }
    },
  }
}

/** A port nobody uses goes up and down, shortly before and after the story. */
const unusedPort: Plot = ({ plant, random, lengthS, cause }) => {
  const device = plant.switches[2]!
  const port = `GigabitEthernet1/0/${25 + random.below(20)}`
  const startS = secondAt(lengthS, 0.77)
  const endS = startS + 90
  return {
    id: 'unused-port-flap',
    kind: 'link-fault',
    isDecoy: true,
    root: entityId.switchPort(device.name, port),
    startS,
    endS,
    summary: `${device.name} ${port}, which nobody uses, flaps`,
    act: (world, second) => {
      if ((second - startS) % 15 !== 0) return
      const isUp = ((second - startS) / 15) % 2 === 1
      world.happenings.push({ what: 'unused port', device, port, isUp, cause })
    },
  }
}

/** New virus signatures go out; each desktop reads them at its own moment. */
const antivirusUpdate: Plot = (setting) => {
  const { plant, random, lengthS, cause } = setting
  const server = vmOf(setting, 'antivirus')
  const startS = secondAt(lengthS, 0.47)
  const loads = plant.vms
    .filter((vm) => vm.role === 'desktop')
    .map((vm) => ({ at: startS + random.below(400), load: { vm, cores: 0.25, cause } }))
  const begin = new Map<number, CpuLoad[]>()
  for (const { at, load } of loads) begin.set(at, [...(begin.get(at) ?? []), load])
  return {
    id: 'antivirus-update',
    kind: 'update',
    isDecoy: true,
    root: entityId.vm(server),
    startS,
    endS: startS + 430,
    summary: `${server.name} hands out new signatures`,
    act: (world, second) => {
      for (const load of begin.get(second) ?? []) {
        world.cpuLoads.add(load)
        world.happenings.push({
          what: 'job',
          vm: load.vm,
          name: 'signatures',
          isStart: true,
          cause,
        })
      }
      for (const load of begin.get(second - 20) ?? []) {
        world.cpuLoads.delete(load)
        world.happenings.push({
          what: 'job',
          vm: load.vm,
          name: 'signatures',
          isStart: false,
          cause,
        })
      }
    },
  }
}

/** Servers nobody waits for are restarted one after the other. */
const reboots: Plot = ({ plant, random, lengthS, cause }) => {
  const vms = random.shuffled(plant.vms.filter((vm) => vm.role === 'application')).slice(0, 3)
  const startS = secondAt(lengthS, 0.6)
  return {
    id: 'reboots',
    kind: 'reboot',
    isDecoy: true,
    root: entityId.vm(vms[0]!),
    startS,
    endS: startS + 181,
    summary: `${vms.map((vm) => vm.name).join(', ')} restart after patches`,
    act: (world, second) => {
      const vm = vms[(second - startS) / 60]
      if (vm !== undefined) world.happenings.push({ what: 'reboot', vm, cause })
    },
  }
}

/** Debug logging left on in an application, in the middle of the story. */
const debugLogging: Plot = (setting) => {
  const vm = vmOf(setting, 'application')
  const startS = secondAt(setting.lengthS, 0.8)
  const endS = startS + 420
  return {
    id: 'debug-logging',
    kind: 'log-noise',
    isDecoy: true,
    root: entityId.vm(vm),
    startS,
    endS,
    summary: `${vm.name} logs every request`,
    act: (world, second) => {
      if (second === startS) world.chatty.set(vm, 12)
      if (second === endS) world.chatty.delete(vm)
    },
  }
}

/** An administrator moves a desktop by hand, some minutes before the story. */
const plannedMove: Plot = ({ plant, random, lengthS, cause }) => {
  const hosts = plant.hosts.filter((host) => host.cluster === plant.clusters[0])
  const vm = random.pick(plant.vms.filter((each) => each.lun.datastore === 'DS-VDI-05'))
  const to = random.pick(hosts.filter((host) => host !== vm.firstHost))
  const startS = secondAt(lengthS, 0.76)
  return {
    id: 'planned-move',
    kind: 'migration',
    isDecoy: true,
    root: entityId.vm(vm),
    startS,
    endS: startS + 1,
    summary: `${vm.name} is moved to ${to.name} by hand`,
    act: (world, second) => {
      if (second === startS) world.move(vm, to, 'user', cause, -1)
    },
  }
}

export const DECOYS: readonly Plot[] = [
  backup,
  antivirusUpdate,
  reboots,
  plannedMove,
  unusedPort,
  debugLogging,
]
