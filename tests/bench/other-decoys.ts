import { GATEWAY, NTP } from './other-spellings.ts'

/** A line that stands near an incident, or looks like a part of it, and identifies nothing. */
export interface Decoy {
  readonly from: readonly [host: string, app: string]
  readonly text: string
}

/** What looks alike and belongs to nothing: the `n`th time, from 0, on the `n`th of four hosts. */
export function decoysOf(n: number): Decoy[] {
  const [kvm, hv] = [`kvm-0${1 + (n % 4)}`, `hv-0${1 + (n % 4)}`]
  return [...ownNumbers(kvm), ...everybodys(kvm, hv), ...codes(kvm, hv), samePort(n)]
}

/** Numbers of a host's own, equal on all of them. */
const ownNumbers = (kvm: string): Decoy[] => [
  { from: [kvm, 'kernel'], text: '[12345.678901] sd 2:0:1:7: [sdc] Synchronizing SCSI cache' },
  {
    from: [kvm, 'systemd'],
    text: 'session-42.scope: Killing process 4242 (bash) with signal SIGKILL',
  },
]

/** Addresses that everybody names, and that name nobody. */
const everybodys = (kvm: string, hv: string): Decoy[] => [
  {
    from: [kvm, 'chronyd'],
    text: `Source ${NTP} replaced, System clock wrong by 1.618034 seconds`,
  },
  {
    from: ['nx-01', 'nx'],
    text: `%ARP-3-DUP_VADDR_SRC_IP: Source address of packet received from 0000.0000.0000 on Vlan61 is duplicate of ${GATEWAY}`,
  },
  {
    from: [hv, 'Kernel-General'],
    text: '{"EventID":16,"ActivityID":"{00000000-0000-0000-0000-000000000000}","Message":"The access history in hive was cleared updating 4242 keys"}',
  },
  {
    from: ['ar-01', 'Stp'],
    text: '%SPANTREE-4-BLOCK: dropped BPDU to 01:80:c2:00:00:00 on Ethernet7, source ff:ff:ff:ff:ff:ff',
  },
]

/** Hexadecimal digits that are a measure, a code or a version. */
const codes = (kvm: string, hv: string): Decoy[] => [
  {
    from: [kvm, 'kernel'],
    text: '[12345.678902] mce: [Hardware Error]: TSC 624a937000112233 MISC 0xd012000100000000 microcode 5003604',
  },
  {
    from: [hv, 'Disk'],
    text: '{"EventID":153,"Message":"The IO operation at logical block address 0x624a9370 for Disk 2 was retried, driver 10.0.20348.1"}',
  },
]

/** The same name of a port on two switches. */
const samePort = (n: number): Decoy => ({
  from: [n % 2 === 0 ? 'nx-01' : 'nx-02', 'nx'],
  text: '%ETHPORT-5-SPEED: Interface Ethernet1/7, operational speed changed to 25 Gbps',
})
