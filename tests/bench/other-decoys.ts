import { GATEWAY, NTP, SERVICES } from './other-spellings.ts'

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

/** Services that all hosts use, and complain of by themselves: the `n`th time, from 0. */
export function servicesOf(n: number): Decoy[] {
  const [kvm, hv] = [`kvm-0${1 + (n % 4)}`, `hv-0${1 + (n % 4)}`]
  const directory = SERVICES.directory[n % 2]!
  return [
    {
      from: [kvm, 'systemd-resolved'],
      text: `Using degraded feature set UDP instead of UDP+EDNS0 for DNS server ${SERVICES.dns[n % 2]!}.`,
    },
    {
      from: [hv, 'NETLOGON'],
      text: `{"EventID":5719,"Message":"This computer was not able to set up a secure session with \\\\DC0${1 + (n % 2)} (${directory}) in domain CORP"}`,
    },
    {
      from: [kvm, 'rsyslogd'],
      text: `omfwd: TCPSendBuf error -2027, destruct TCP Connection to ${SERVICES.relay}:514 [v8.2112.0 try https://www.rsyslog.com/e/2027 ]`,
    },
    {
      from: [kvm, 'packagekitd'],
      text: `Failed to connect to ${SERVICES.proxy} port 3128: Connection refused`,
    },
  ]
}

/** The one host that asks vCenter, and the array that has a plug-in there. */
export const vcenterDecoys = (n: number): Decoy[] => [
  {
    from: ['backup-01', 'veeam'],
    text: `Error: Failed to connect to host ${SERVICES.vcenter} by SOAP, port 443, attempt ${n}`,
  },
  {
    from: ['px-a', 'purity.alert'],
    text: `WARNING vSphere plugin cannot reach ${SERVICES.vcenter} since ${n} minutes`,
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
