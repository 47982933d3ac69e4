import type { Random } from '../random.ts'
import { ntpOffsetUs } from './clock-offset.ts'
import { instanceUuid, uuid, vmMac } from './identifiers.ts'
import type { Host, Lun, Role, User, Vm } from './plant.ts'

const DESKTOPS = 180
const FIRST_DESKTOP = 301
/** The desktop of the story, and the server that spoils its day. */
export const STORY_DESKTOP = 'VDI-0417'
export const STORY_LUN = 'DS-VDI-03'
export const STORY_ROGUE = 'build-22'

interface ServerPlan {
  readonly name: string
  readonly role: Role
  readonly os: Vm['os']
  readonly vcpus: number
  readonly datastore: string
}

const SERVERS: readonly ServerPlan[] = [
  server('broker-1', 'broker', 'windows', 4, 'DS-SRV-01'),
  server('broker-2', 'broker', 'windows', 4, 'DS-SRV-02'),
  server('file-1', 'file', 'linux', 4, 'DS-SRV-02'),
  server('file-2', 'file', 'linux', 4, 'DS-SRV-03'),
  server('db-1', 'database', 'linux', 8, 'DS-SRV-02'),
  server('db-2', 'database', 'linux', 8, 'DS-SRV-03'),
  server('backup-1', 'backup', 'linux', 4, 'DS-SRV-03'),
  server('av-1', 'antivirus', 'windows', 2, 'DS-SRV-01'),
  server('build-21', 'build', 'linux', 8, 'DS-SRV-02'),
  // Put where there was room, long ago: the desktops' own datastore.
  server(STORY_ROGUE, 'build', 'linux', 8, STORY_LUN),
  server('build-23', 'build', 'linux', 8, 'DS-SRV-03'),
  server('build-24', 'build', 'linux', 8, 'DS-SRV-02'),
  server('app-1', 'application', 'linux', 4, 'DS-SRV-01'),
  server('app-2', 'application', 'linux', 4, 'DS-SRV-02'),
  server('app-3', 'application', 'linux', 4, 'DS-SRV-03'),
  server('app-4', 'application', 'linux', 4, 'DS-SRV-02'),
  server('app-5', 'application', 'linux', 2, 'DS-SRV-03'),
  server('app-6', 'application', 'linux', 2, 'DS-SRV-03'),
  server('dc-1', 'directory', 'windows', 2, 'DS-SRV-01'),
  server('dc-2', 'directory', 'windows', 2, 'DS-SRV-02'),
]

function server(
  name: string,
  role: Role,
  os: Vm['os'],
  vcpus: number,
  datastore: string,
): ServerPlan {
  return { name, role, os, vcpus, datastore }
}

/** Desktops spread over the first cluster and the desktops' datastores, servers over the second. */
export function buildVms(
  random: Random,
  hosts: readonly Host[],
  luns: readonly Lun[],
  domain: string,
): Vm[] {
  const desktopHosts = hosts.filter((host) => host.cluster === hosts[0]!.cluster)
  const serverHosts = hosts.filter((host) => host.cluster !== hosts[0]!.cluster)
  const desktopLuns = luns.filter((lun) => lun.datastore.startsWith('DS-VDI'))
  const order = random.shuffled(Array.from({ length: DESKTOPS }, (_, i) => i))
  const domainSid = `S-1-5-21-${random.next()}-${random.next()}-${random.next()}`
  const desktops = Array.from({ length: DESKTOPS }, (_, i): Vm => {
    const number = FIRST_DESKTOP + i
    const name = `VDI-0${number}`
    const place = order[i]!
    const lun = desktopLuns[place % desktopLuns.length]!
    return {
      ...machine(random, i, name, `${name}.${domain}`),
      role: 'desktop',
      os: 'windows',
      vcpus: 2,
      lun: name === STORY_DESKTOP ? luns.find((each) => each.datastore === STORY_LUN)! : lun,
      firstHost: desktopHosts[Math.floor(place / desktopLuns.length) % desktopHosts.length]!,
      user: buildUser(random, number, domainSid),
    }
  })
  const servers = SERVERS.map(({ name, datastore, ...rest }, i): Vm => {
    const lun = luns.find((each) => each.datastore === datastore)!
    // Linux writes its short name, Windows through its agent the full one.
    const hostname = rest.os === 'linux' ? name : `${name}.${domain}`
    const firstHost = serverHosts[i % serverHosts.length]!
    return { ...machine(random, DESKTOPS + i, name, hostname), ...rest, lun, firstHost }
  })
  return [...desktops, ...servers]
}

type Machine = Omit<Vm, 'role' | 'os' | 'vcpus' | 'lun' | 'firstHost' | 'user'>

function machine(random: Random, index: number, name: string, hostname: string): Machine {
  return {
    index,
    name,
    hostname,
    clockOffsetUs: ntpOffsetUs(random),
    uuid: instanceUuid(random),
    biosUuid: uuid(random),
    moref: `vm-${1000 + index * 7}`,
    mac: vmMac(random, index),
    ip: `10.30.${index >> 7}.${10 + (index & 127)}`,
    uplink: random.chance(0.5) ? 1 : 0,
  }
}

function buildUser(random: Random, number: number, domainSid: string): User {
  return {
    name: `u${10_000 + number * 3}`,
    sid: `${domainSid}-${1100 + number}`,
    clientRttMs: random.between(8, 32),
    sessionId: uuid(random),
    client: `client-${number}`,
  }
}
