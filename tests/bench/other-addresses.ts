import {
  dotted,
  GATEWAY,
  ofGuid,
  ofIp,
  ofLun,
  ofMac,
  ontapWwidOf,
  pairs,
  SERVICES,
  type Guest,
  type Lun,
} from './other-spellings.ts'
import type { Random } from './random.ts'

/** A line of the other plant, at a second of it. */
export interface Said {
  readonly second: number
  readonly from: readonly [host: string, app: string]
  /** RFC 5424, 0 to 7. */
  readonly severity: number
  readonly text: string
  readonly identifiers: readonly string[]
}

/** By what part of its connections a desktop reaches a service; what is left goes elsewhere. */
const REACHED: readonly (readonly [until: number, address: string, port: number])[] = [
  [25, SERVICES.dns[0], 53],
  [40, SERVICES.dns[1], 53],
  [65, SERVICES.proxy, 3128],
  [80, SERVICES.directory[0], 445],
  [90, SERVICES.directory[1], 88],
]

/** Connections, inspected ARP and redirected sessions: the address of a desktop beside those of what all use. */
export function* spokenAddresses(
  lengthS: number,
  guests: readonly Guest[],
  random: Random,
): Generator<Said> {
  const pick = (): Guest => guests[random.below(guests.length)]!
  for (let second = 0; second < lengthS; second += 12) {
    const guest = pick()
    const number = 1_000_000 + second
    const [, address, port] = reached(random)
    const inside = `inside:${guest.ip}/${49_152 + random.below(16_000)}`
    const outside = `outside:${address}/${port}`
    const lasts = 1 + random.below(20)
    const fw = ['fw-01', 'asa'] as const
    const id = [ofIp(guest)]
    const connection = `TCP connection ${number} for ${outside}`
    yield {
      second: second + 5,
      from: fw,
      severity: 6,
      text: `%ASA-6-302013: Built outbound ${connection} (${address}/${port}) to ${inside} (${inside.slice(7)})`,
      identifiers: id,
    }
    yield {
      second: second + 5 + lasts,
      from: fw,
      severity: 6,
      text: `%ASA-6-302014: Teardown ${connection} to ${inside} duration 0:00:${String(lasts).padStart(2, '0')} bytes ${random.below(90_000)} TCP FINs`,
      identifiers: id,
    }
    if (second % 36 === 0) yield inspected(second + 7, pick(), random)
    if (second % 60 === 0) yield redirected(second + 9, pick(), 'successfully processed', 4)
    if (second % 600 === 0) yield resolverOf(second + 11, random)
  }
}

function reached(random: Random): (typeof REACHED)[number] {
  const part = random.below(100)
  const elsewhere = [
    100,
    `52.${random.below(200)}.${random.below(250)}.${1 + random.below(250)}`,
    443,
  ] as const
  return REACHED.find(([until]) => part < until) ?? elsewhere
}

const inspected = (second: number, guest: Guest, random: Random): Said => ({
  second,
  from: [`sw-0${1 + random.below(2)}`, 'ios'],
  severity: 6,
  text: `%SW_DAI-6-DHCP_SNOOPING_PERMIT: 1 ARPs (Req) on Gi1/0/${1 + random.below(24)}, vlan 61.([${dotted(guest.mac)}/${guest.ip}/0000.0000.0000/${GATEWAY}])`,
  identifiers: [ofMac(guest), ofIp(guest)],
})

/** RD Connection Broker, 1307. */
const redirected = (second: number, guest: Guest, how: string, level: number): Said => ({
  second,
  from: ['rdcb-01', 'TerminalServices-SessionBroker'],
  severity: level === 4 ? 6 : 4,
  text: JSON.stringify({
    EventID: 1307,
    Level: level,
    Message: `RD Connection Broker ${how} the connection request for user CORP\\u${guest.name.slice(-2)}. Target Name = ${guest.name}, Target IP Address = ${guest.ip}`,
  }),
  identifiers: [ofIp(guest)],
})

/** Both name servers are everybody's, by turns. */
const resolverOf = (second: number, random: Random): Said => ({
  second,
  from: [`kvm-0${1 + random.below(4)}`, 'systemd-resolved'],
  severity: 5,
  text: `Using degraded feature set UDP instead of UDP+EDNS0 for DNS server ${SERVICES.dns[random.below(2)]!}.`,
  identifiers: [],
})

/** Two have one address: switches, DHCP, the firewall, the broker and the host tell of it. */
export function* conflictOf(start: number, guest: Guest): Generator<Said> {
  const address = [ofIp(guest)]
  for (const n of [0, 1, 2, 3]) {
    yield {
      second: start + n * 11,
      from: [`sw-0${1 + (n % 2)}`, 'ios'],
      severity: 4,
      text: `%IP-4-DUPADDR: Duplicate address ${guest.ip} on Vlan61, sourced by ${dotted(guest.mac)}`,
      identifiers: [ofIp(guest), ofMac(guest)],
    }
    yield {
      second: start + 3 + n * 13,
      from: ['fw-01', 'asa'],
      severity: 4,
      text: `%ASA-4-106023: Deny tcp src inside:${guest.ip}/${50_000 + n} dst outside:${SERVICES.directory[n % 2]!}/445 by access-group "inside_in"`,
      identifiers: address,
    }
  }
  yield {
    second: start + 8,
    from: ['dhcp-01', 'dhcpd'],
    severity: 4,
    text: `Abandoning IP address ${guest.ip}: declined.`,
    identifiers: address,
  }
  yield redirected(start + 25, guest, 'failed to process', 3)
  yield {
    second: start + 40,
    from: [guest.host, 'Hyper-V-VmSwitch'],
    severity: 4,
    text: JSON.stringify({
      EventID: 291,
      VmId: `{${guest.guid.toUpperCase()}}`,
      Message: `Packets of ${pairs(guest.mac.toUpperCase(), '-')} with source address ${guest.ip} were dropped`,
    }),
    identifiers: [ofGuid(guest), ofMac(guest), ofIp(guest)],
  }
}

/** The filer calls a LUN by its serial number, the host by its name. */
export function* offlineLun(start: number, lun: Lun): Generator<Said> {
  const id = [ofLun(lun)]
  const filer = ['na-01', 'ems'] as const
  yield {
    second: start,
    from: filer,
    severity: 3,
    text: `lun.offline: LUN at path ${lun.path} (serial number ${lun.serial}) has been brought offline.`,
    identifiers: id,
  }
  for (const n of [0, 1, 2]) {
    yield {
      second: start + 2 + n,
      from: [`kvm-0${1 + n}`, 'multipathd'],
      severity: 4,
      text: `${ontapWwidOf(lun)}: sd${'klm'[n]!} - tur checker reports path is down`,
      identifiers: id,
    }
  }
  yield {
    second: start + 70,
    from: filer,
    severity: 6,
    text: `lun.online: LUN at path ${lun.path} (serial number ${lun.serial}) has been brought online.`,
    identifiers: id,
  }
}
