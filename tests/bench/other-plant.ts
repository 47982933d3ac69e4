import { conflictOf, offlineLun, spokenAddresses, type Said } from './other-addresses.ts'
import { decoysOf, servicesOf, vcenterDecoys } from './other-decoys.ts'
import {
  dotted,
  GATEWAY,
  NTP,
  ofGuid,
  ofIp,
  ofMac,
  ofPort,
  ofVolume,
  pairs,
  wwidOf,
  type Guest,
  type Port,
  type Volume,
} from './other-spellings.ts'
import { Random } from './random.ts'

/**
 * A small data centre that has nothing in common with the simulator: Hyper-V and KVM hosts, a Pure FlashArray and a NetApp
 * filer behind multipath, NX-OS, IOS, MDS and Arista switches, an ASA firewall, ISC DHCP, an RD Connection Broker. The same device is spelt in each vendor's way. Lines are
 * written from the vendors' message references, with values of our own; each says what it identifies.
 */

/** A line before it is sent. What it truly identifies stands in it in whatever spelling. */
export interface OtherLine {
  /** Microseconds after the beginning. */
  readonly us: number
  readonly host: string
  readonly app: string
  /** RFC 5424, 0 to 7. */
  readonly severity: number
  readonly text: string
  readonly identifiers: readonly string[]
  /** Index of the incident, -1 for none. */
  readonly cause: number
}

const SECOND_US = 1_000_000

export interface OtherSize {
  readonly seed: number
  readonly lengthS: number
  /** On Hyper-V, and as many on KVM. */
  readonly desktops: number
}

/** All lines of so many seconds in order of time. Same seed, same lines. */
export function otherLines({ seed, lengthS, desktops }: OtherSize): OtherLine[] {
  return new OtherPlant(seed, lengthS, desktops).play().sort((a, b) => a.us - b.us)
}

class OtherPlant {
  readonly #random: Random
  readonly #lengthS: number
  readonly #lines: OtherLine[] = []
  readonly #volumes: Volume[]
  readonly #windows: Guest[]
  readonly #linux: Guest[]
  readonly #ports: Port[]

  constructor(seed: number, lengthS: number, desktops: number) {
    this.#random = new Random(seed)
    this.#lengthS = lengthS
    this.#volumes = upTo(8).map((n) => ({
      name: `vdi-vol-${n}`,
      serial: this.#hex(24).toUpperCase(),
    }))
    const guests = (prefix: string, host: string): Guest[] =>
      upTo(desktops).map((n) => ({
        name: `${prefix}${100 + n}`,
        guid: [8, 4, 4, 4, 12].map((length) => this.#hex(length)).join('-'),
        mac: `02${this.#hex(10)}`,
        ip: `10.61.${prefix.length}.${10 + n}`,
        volume: this.#volumes[n % this.#volumes.length]!,
        host: `${host}${1 + (n % 4)}`,
      }))
    this.#windows = guests('WKS-', 'hv-0')
    this.#linux = guests('ws', 'kvm-0')
    this.#ports = upTo(8).map((n) => ({
      wwpn: `2100${this.#hex(12)}`,
      host: `kvm-0${1 + (n % 4)}`,
      ifname: `fc1/${1 + n}`,
    }))
  }

  play(): OtherLine[] {
    this.#everyday()
    const at = (part: number): number => Math.floor(this.#lengthS * part)
    this.#slowVolume(0, at(0.3), this.#volumes[2]!)
    this.#movedMac(1, at(0.45), nth(this.#linux, 5))
    this.#lostPort(2, at(0.6), this.#ports[3]!, this.#volumes[5]!)
    this.#failedMigration(3, at(0.75), nth(this.#windows, 9))
    for (const moment of [0.3, 0.45, 0.6, 0.75].map(at)) {
      for (const n of upTo(5)) {
        for (const { from, text } of decoysOf(n)) this.#say(moment + n * 6, from, 4, text)
      }
    }
    this.#addresses(at)
    return this.#lines
  }

  /** Comes last, so that it changes no other line of a seed. */
  #addresses(at: (part: number) => number): void {
    const guests = [...this.#windows, ...this.#linux]
    const say = (said: Iterable<Said>, cause = -1): void => {
      for (const { second, from, severity, text, identifiers } of said) {
        this.#say(second, from, severity, text, identifiers, cause)
      }
    }
    say(spokenAddresses(this.#lengthS, guests, this.#random))
    say(conflictOf(at(0.85), this.#pick(this.#windows)), 4)
    const lun = { path: '/vol/vdi_3/lun0', serial: `80${this.#serial(10)}` }
    say(offlineLun(at(0.2), lun), 5)
    for (const moment of [0.2, 0.3, 0.45, 0.6, 0.75, 0.85].map(at)) {
      for (const n of upTo(5)) {
        for (const { from, text } of servicesOf(n)) this.#say(moment + 2 + n * 7, from, 4, text)
      }
    }
    for (const n of upTo(5)) {
      for (const { from, text } of vcenterDecoys(n)) this.#say(at(0.85) + n * 9, from, 4, text)
    }
  }

  /** As ONTAP makes them: letters of both sizes, digits and signs. */
  #serial(length: number): string {
    const signs = [...'ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789?/$-+#[]']
    return upTo(length)
      .map(() => this.#pick(signs))
      .join('')
  }

  #hex(length: number): string {
    return upTo(length)
      .map(() => this.#random.below(16).toString(16))
      .join('')
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random.below(from.length)]!
  }

  #say(
    second: number,
    [host, app]: readonly [string, string],
    severity: number,
    text: string,
    identifiers: readonly string[] = [],
    cause = -1,
  ): void {
    const us = Math.floor(second * SECOND_US) + this.#random.below(SECOND_US)
    this.#lines.push({ us, host, app, severity, text, identifiers, cause })
  }

  /** Leases, path checks, logons and ports: identifiers that come again and again without an incident. */
  #everyday(): void {
    for (let second = 0; second < this.#lengthS; second += 4) {
      const guest = this.#pick([...this.#windows, ...this.#linux])
      const mac = pairs(guest.mac, ':')
      const lease = [ofMac(guest), ofIp(guest)]
      const dhcp = ['dhcp-01', 'dhcpd'] as const
      this.#say(second, dhcp, 6, `DHCPREQUEST for ${guest.ip} from ${mac} via ${GATEWAY}`, lease)
      this.#say(second, dhcp, 6, `DHCPACK on ${guest.ip} to ${mac} via ${GATEWAY}`, lease)
      const kvm = this.#pick(this.#linux)
      const port = 40_000 + this.#random.below(20_000)
      this.#say(
        second + 1,
        [kvm.host, 'sshd'],
        6,
        `Accepted publickey for ops from ${kvm.ip} port ${port} ssh2`,
        [ofIp(kvm)],
      )
      this.#say(
        second + 2,
        ['nx-01', 'nx'],
        6,
        `%VSHD-5-VSHD_SYSLOG_CONFIG_I: Configured from vty by ops on ${NTP}@pts/${this.#random.below(4)}`,
      )
      if (second % 60 !== 0) continue
      const volume = this.#pick(this.#volumes)
      this.#say(
        second + 3,
        [kvm.host, 'multipathd'],
        6,
        `${wwidOf(volume)}: remaining active paths: 4`,
        [ofVolume(volume)],
      )
    }
  }

  /** The array, two Linux hosts and the desktops on the volume tell of the same one. */
  #slowVolume(cause: number, start: number, volume: Volume): void {
    const id = ofVolume(volume)
    const wwid = wwidOf(volume)
    this.#say(
      start,
      ['px-a', 'purity.alert'],
      4,
      `WARNING Volume latency high opened: component ${volume.name} serial ${volume.serial} latency 48 ms`,
      [id],
      cause,
    )
    for (const n of upTo(6)) {
      const second = start + 4 + n * 9
      const host = `kvm-0${1 + (n % 2)}`
      const at = `${n % 2}:0:${1 + n}:7`
      this.#say(
        second,
        [host, 'multipathd'],
        4,
        `${wwid}: sd${'cdefgh'[n]!} - tur checker timed out`,
        [id],
        cause,
      )
      this.#say(
        second + 1,
        [host, 'kernel'],
        4,
        `[${70_000 + second}.123456] sd ${at}: [sd${'cdefgh'[n]!}] tag#${n} timing out command, waited 180s`,
        [],
        cause,
      )
      const desktop = nth(
        this.#windows.filter((guest) => guest.volume === volume),
        n,
      )
      this.#say(
        second + 2,
        [desktop.host, 'Hyper-V-StorageVSP'],
        4,
        this.#windowsEvent(
          9,
          desktop,
          `An I/O request for device C:\\ClusterStorage\\${volume.name}\\${desktop.name}.vhdx took ${12_000 + n} milliseconds to complete`,
        ),
        [ofGuid(desktop)],
        cause,
      )
    }
    this.#say(
      start + 80,
      ['px-a', 'purity.alert'],
      6,
      `INFO Volume latency high closed: component ${volume.name} serial ${volume.serial}`,
      [id],
      cause,
    )
  }

  /** Two switches of two vendors, DHCP and the host see one MAC, in three spellings. */
  #movedMac(cause: number, start: number, guest: Guest): void {
    const id = ofMac(guest)
    for (const n of upTo(4)) {
      const second = start + n * 7
      this.#say(
        second,
        ['nx-01', 'nx'],
        4,
        `%L2FM-4-L2FM_MAC_MOVE: Mac ${dotted(guest.mac)} in vlan 61 has moved from Po11 to Eth1/${7 + n}`,
        [id],
        cause,
      )
      this.#say(
        second + 1,
        ['ar-01', 'Ebra'],
        4,
        `%ETH-4-HOST_FLAPPING: Host ${pairs(guest.mac, ':')} in VLAN 61 is flapping between interface Ethernet7 and interface Port-Channel11`,
        [id],
        cause,
      )
      this.#say(
        second + 2,
        [guest.host, 'ovs-vswitchd'],
        4,
        `ofproto_dpif_xlate|WARN|bridge br-int: learned that ${pairs(guest.mac, ':')} is on port vnet${n} in VLAN 61`,
        [id],
        cause,
      )
    }
    this.#say(
      start + 30,
      ['hv-01', 'Hyper-V-VmSwitch'],
      4,
      `{"EventID":16945,"Message":"MAC conflict: A port on the virtual switch has the same MAC as one of the underlying team members: ${pairs(guest.mac.toUpperCase(), '-')}"}`,
      [id],
      cause,
    )
  }

  /** The fabric, the driver and the name server see one port. */
  #lostPort(cause: number, start: number, port: Port, volume: Volume): void {
    const id = ofPort(port)
    const colons = pairs(port.wwpn, ':')
    this.#say(
      start,
      ['mds-01', 'mds'],
      3,
      `%PORT-5-IF_DOWN_LINK_FAILURE: %$VSAN 61%$ Interface ${port.ifname} is down (Link failure) pwwn ${colons}`,
      [id],
      cause,
    )
    this.#say(
      start + 1,
      ['mds-01', 'mds'],
      4,
      `%FCNS-4-ENTRY_REMOVED: %$VSAN 61%$ entry of pwwn ${colons} removed`,
      [id],
      cause,
    )
    this.#say(
      start + 2,
      [port.host, 'kernel'],
      3,
      `[${70_000 + start}.456789] qla2xxx [0000:3b:00.0]-500b:1: LOOP DOWN detected (2 7 0 0), wwpn 0x${port.wwpn}.`,
      [id],
      cause,
    )
    this.#say(
      start + 3,
      [port.host, 'multipathd'],
      4,
      `${wwidOf(volume)}: remaining active paths: 2`,
      [ofVolume(volume)],
      cause,
    )
    this.#say(
      start + 4,
      ['px-a', 'purity.alert'],
      4,
      `WARNING Host path count reduced opened: initiator ${pairs(port.wwpn.toUpperCase(), ':')} paths 2`,
      [id],
      cause,
    )
    this.#say(
      start + 90,
      ['mds-01', 'mds'],
      5,
      `%PORT-5-IF_UP: %$VSAN 61%$ Interface ${port.ifname} is up in mode F pwwn ${colons}`,
      [id],
      cause,
    )
  }

  /** Two hosts tell of one machine by its GUID, in capitals and not. */
  #failedMigration(cause: number, start: number, guest: Guest): void {
    const id = [ofGuid(guest)]
    const other = guest.host === 'hv-01' ? 'hv-02' : 'hv-01'
    this.#say(
      start,
      [guest.host, 'Hyper-V-VMMS'],
      6,
      this.#windowsEvent(
        20413,
        guest,
        'The Virtual Machine Management service initiated the live migration',
      ),
      id,
      cause,
    )
    this.#say(
      start + 20,
      [guest.host, 'Hyper-V-Worker'],
      4,
      this.#windowsEvent(20415, guest, 'Migration of memory did not converge'),
      id,
      cause,
    )
    this.#say(
      start + 21,
      [other, 'Hyper-V-VMMS'],
      3,
      `{"EventID":21024,"Message":"Virtual machine migration operation for '${guest.name}' failed at migration destination. (Virtual machine ID ${guest.guid})"}`,
      id,
      cause,
    )
    this.#say(
      start + 22,
      [guest.host, 'Hyper-V-High-Availability'],
      3,
      this.#windowsEvent(21502, guest, 'Live migration did not succeed'),
      id,
      cause,
    )
  }

  #windowsEvent(event: number, { guid, name }: Guest, message: string): string {
    const vm = guid.toUpperCase()
    return JSON.stringify({
      EventID: event,
      Level: 3,
      VmName: name,
      VmId: `{${vm}}`,
      Message: message,
    })
  }
}

/** The `n`th, from the first again after the last. */
const nth = <T>(from: readonly T[], n: number): T => from[n % from.length]!
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
