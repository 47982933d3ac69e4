import type { Host, Lun, Plant, Vm } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { esxiFrame, pidOf, PRI, vmkernelText } from './esxi-frame.ts'
import type { Scene, Voice } from './voice.ts'

/** Lines a host writes a second while nothing happens. */
const RATE = 0.65

interface Said {
  readonly pri: number
  readonly tag: string
  readonly text: string
}

/** The daily talk of ESXi: hostd, vpxa, the kernel's notes, cron. */
export class EsxiDaily implements Voice {
  readonly #plant: Plant
  readonly #random: Random
  #lro = 846_000

  constructor(plant: Plant, random: Random) {
    this.#plant = plant
    this.#random = random
  }

  second({ world, log, us }: Scene): void {
    for (const host of this.#plant.hosts) {
      const running = this.#random.poisson(RATE)
      for (let i = 0; i < running; i++) {
        const at = us + this.#random.below(1_000_000)
        // Any VM will do as long as it runs here: who is asked about is chance.
        let vm = this.#random.pick(this.#plant.vms)
        for (let tries = 0; tries < 8 && world.hostOf(vm) !== host; tries++) {
          vm = this.#random.pick(this.#plant.vms)
        }
        const said = world.hostOf(vm) === host ? this.#aboutVm(host, vm) : this.#aboutHost(host)
        log.say(at, host, esxiFrame(at, host, said.pri, said.tag, said.text))
      }
    }
  }

  #opId(): string {
    return `${this.#random.hex(8)}-${this.#random.hex(2)}-${this.#random.hex(4)}`
  }

  #hostd(host: Host, text: string): Said {
    return { pri: PRI.hostd, tag: `Hostd[${pidOf(host, 'hostd')}]`, text }
  }

  #kernel(host: Host, text: string): Said {
    const said = vmkernelText(host, this.#random, text)
    return { pri: PRI.vmkernel, tag: 'vmkernel', text: said }
  }

  #aboutVm(host: Host, vm: Vm): Said {
    const opId = this.#opId()
    const vmx = `/vmfs/volumes/${vm.lun.vmfsUuid}/${vm.name}/${vm.name}.vmx`
    switch (this.#random.below(6)) {
      case 0:
        return this.#hostd(
          host,
          `[Originator@6876 sub=Vmsvc.vm:${vmx} opID=${opId} user=vpxuser] State Transition (VM_STATE_ON -> VM_STATE_RECONFIGURING)`,
        )
      case 1:
        return this.#hostd(
          host,
          `[Originator@6876 sub=Vimsvc.TaskManager opID=${opId} user=vpxuser] Task Created : haTask-${vm.moref.slice(3)}-vim.vm.guest.GuestOperationsManager.listProcesses-${this.#random.below(9e8)}`,
        )
      case 2:
        return this.#hostd(
          host,
          `[Originator@6876 sub=Guestsvc.ProcessManager opID=${opId}] Guest tools heartbeat of ${vm.name} is green`,
        )
      case 3:
        return this.#kernel(
          host,
          `VSCSI: 6602: handle ${8_192 + vm.index}(GID:${8_192 + vm.index})(vscsi0:0):Added handle (refCnt = ${1 + this.#random.below(4)}) to vscsiHandleHash`,
        )
      case 4:
        return this.#kernel(
          host,
          `NetPort: 1580: port 0x${(0x4000000 + vm.index * 2).toString(16)} of ${vm.name}.eth0 updated with mac ${vm.mac}`,
        )
      default:
        return this.#vpxa(host)
    }
  }

  #vpxa(host: Host): Said {
    const beat = `HB-${host.moref}@${this.#random.below(90_000)}-${this.#random.hex(8)}`
    const pid = `Vpxa[${pidOf(host, 'vpxa')}]`
    const step = this.#random.chance(0.5)
      ? `BEGIN lro-${++this.#lro} -- vpxa -- vpxapi.VpxaService.retrieveChanges -- ${this.#random.hex(8)}`
      : `FINISH lro-${this.#lro}`
    const text = `[Originator@6876 sub=vpxLro opID=${beat}] [VpxLRO] -- ${step}`
    return { pri: PRI.vpxa, tag: pid, text }
  }

  #aboutHost(host: Host): Said {
    const lun = this.#random.pick(this.#plant.luns)
    switch (this.#random.below(7)) {
      case 0:
        return {
          pri: PRI.crond,
          tag: `crond[${pidOf(host, 'crond')}]`,
          text: `USER root pid ${2_100_000 + this.#random.below(60_000)} cmd /bin/hostd-probe.sh ++group=host/vim/vmvisor/hostd-probe/stats/sh`,
        }
      case 1:
        return this.#passThrough(host, lun)
      case 2:
        return this.#kernel(
          host,
          `Vol3: 2641: Heartbeat of volume ${lun.vmfsUuid} renewed at offset ${3_200_000 + host.index * 512}`,
        )
      case 3:
        return this.#hostd(
          host,
          `[Originator@6876 sub=Hostsvc.StorageSystem opID=${this.#opId()}] RefreshStorageSystem: ${this.#plant.luns.length} devices, ${this.#random.below(40)} ms`,
        )
      case 4:
        return this.#hostd(
          host,
          `[Originator@6876 sub=Vimsvc.ha-eventmgr] Event ${this.#random.below(9_000)} : User vpxuser@127.0.0.1 logged in as VMware-client/8.0.2`,
        )
      default:
        return this.#vpxa(host)
    }
  }

  /** ATA pass-through that SAN devices do not know: noise on every host (Broadcom KB 1036874). */
  #passThrough(host: Host, lun: Lun): Said {
    const command = `Cmd(0x45${this.#random.hex(10)}) 0x85, CmdSN 0x${this.#random.hex(4)}`
    return this.#kernel(
      host,
      `ScsiDeviceIO: 4277: ${command} from world ${2_098_000 + this.#random.below(900)} to dev "${lun.naa}" failed H:0x0 D:0x2 P:0x0 Valid sense data: 0x5 0x20 0x0`,
    )
  }
}
