/** What the virtual data centre is made of. Everything here is fixed for a run; what moves is in the world. */
export interface Plant {
  readonly domain: string
  readonly vcenter: VCenter
  readonly clusters: readonly Cluster[]
  readonly hosts: readonly Host[]
  readonly vms: readonly Vm[]
  readonly arrays: readonly StorageArray[]
  readonly pools: readonly Pool[]
  readonly luns: readonly Lun[]
  readonly fabrics: readonly FcSwitch[]
  readonly switches: readonly EthernetSwitch[]
}

/** Anything with an operating system that writes a log. */
export interface Speaker {
  readonly name: string
  /** What it calls itself in its log. */
  readonly hostname: string
  /** Its clock minus true time, microseconds: NTP keeps it within some tens of milliseconds. */
  readonly clockOffsetUs: number
}

export interface VCenter extends Speaker {
  readonly uuid: string
  readonly datacenter: string
}

export interface Cluster {
  readonly name: string
  readonly moref: string
}

export interface Host extends Speaker {
  readonly index: number
  readonly uuid: string
  readonly moref: string
  readonly ip: string
  readonly cluster: Cluster
  /** Physical cores. */
  readonly cores: number
  /** One per fabric, in the order of {@link Plant.fabrics}. */
  readonly hbas: readonly Hba[]
  /** Physical NICs, in the order of {@link Plant.switches}; both carry VM traffic. */
  readonly nics: readonly Nic[]
  readonly bootUs: number
}

export interface Hba {
  /** `vmhba2`. */
  readonly name: string
  readonly wwpn: string
  /** `fc1/7` on the fabric's switch. */
  readonly switchPort: string
}

export interface Nic {
  readonly name: string
  readonly mac: string
  readonly switchPort: string
}

export type Role =
  | 'desktop'
  | 'broker'
  | 'file'
  | 'database'
  | 'backup'
  | 'antivirus'
  | 'build'
  | 'application'
  | 'directory'

export interface Vm extends Speaker {
  readonly index: number
  readonly role: Role
  readonly os: 'windows' | 'linux'
  readonly vcpus: number
  readonly uuid: string
  readonly biosUuid: string
  readonly moref: string
  readonly mac: string
  readonly ip: string
  readonly lun: Lun
  /** Where it runs when the simulation begins. */
  readonly firstHost: Host
  /** The account that works on a desktop; none on a server. */
  readonly user?: User
  /** Which of the host's NICs its port is pinned to while both are up. */
  readonly uplink: 0 | 1
}

export interface User {
  readonly name: string
  readonly sid: string
  /** Of the way between client device and data centre, milliseconds. */
  readonly clientRttMs: number
  readonly sessionId: string
  readonly client: string
}

export interface StorageArray {
  readonly name: string
  readonly kind: 'ontap' | 'ceph'
  readonly serial: string
  readonly controllers: readonly Controller[]
}

export interface Controller extends Speaker {
  readonly id: string
  readonly wwpns: readonly string[]
}

/** Disks that serve together, with their share of the controller's write cache. */
export interface Pool {
  readonly index: number
  readonly name: string
  readonly array: StorageArray
  readonly controller: Controller
  /** IOs the disks work on at the same time. */
  readonly channels: number
  readonly cacheBytes: number
}

export interface Lun {
  readonly index: number
  /** LUN number as the hosts see it. */
  readonly number: number
  readonly naa: string
  readonly volume: string
  readonly pool: Pool
  readonly datastore: string
  readonly vmfsUuid: string
  readonly datastoreMoref: string
  readonly transport: 'fc' | 'iscsi'
}

export interface FcSwitch extends Speaker {
  readonly wwn: string
  readonly vsan: number
}

export interface EthernetSwitch extends Speaker {
  readonly os: 'nxos' | 'ios'
  readonly serial: string
}
