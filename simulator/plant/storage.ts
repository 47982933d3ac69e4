import type { Random } from '../random.ts'
import { ntpOffsetUs } from './clock-offset.ts'
import { lioNaa, ontapNaa, vmfsUuid, wwpn } from './identifiers.ts'
import type { Controller, Lun, Pool, StorageArray } from './plant.ts'

/** Outstanding IOs per host and LUN (`esxcli storage core device`: "Device Max Queue Depth"). */
export const DEVICE_QUEUE_DEPTH = 64

const GIB = 1024 ** 3

interface LunPlan {
  readonly datastore: string
  readonly pool: number
}

/** The desktops' datastores first. `ds-vdi-03` and `ds-vdi-06` have disks of their own. */
const LUNS: readonly LunPlan[] = [
  { datastore: 'DS-VDI-01', pool: 0 },
  { datastore: 'DS-VDI-02', pool: 0 },
  { datastore: 'DS-VDI-03', pool: 1 },
  { datastore: 'DS-VDI-04', pool: 2 },
  { datastore: 'DS-VDI-05', pool: 2 },
  { datastore: 'DS-VDI-06', pool: 3 },
  { datastore: 'DS-SRV-01', pool: 3 },
  { datastore: 'DS-SRV-02', pool: 4 },
  { datastore: 'DS-SRV-03', pool: 4 },
]

/** Array A speaks Fibre Channel, array B is a Ceph cluster behind iSCSI gateways. */
export function buildStorage(random: Random): {
  arrays: StorageArray[]
  pools: Pool[]
  luns: Lun[]
} {
  const serial = `80${random.hex(8).toUpperCase()}`
  const nodes = [1, 2].map((n) => controller(`array-a-0${n}`, random))
  const monitor = controller('ceph-mon-1', random)
  const arrays: StorageArray[] = [
    { name: 'array-a', kind: 'ontap', serial, controllers: nodes },
    { name: 'array-b', kind: 'ceph', serial: random.hex(32), controllers: [monitor] },
  ]
  const pools = [nodes[0]!, nodes[0]!, nodes[1]!, nodes[1]!, monitor].map((owner, index) => {
    const isCeph = owner === monitor
    return {
      index,
      name: isCeph ? 'rbd' : `aggr${1 + (index % 2)}_n${1 + (index >> 1)}`,
      array: arrays[isCeph ? 1 : 0]!,
      controller: owner,
      channels: random.pick(isCeph ? [20, 24] : [8, 10]),
      cacheBytes: random.between(4, 8) * GIB,
    }
  })
  const luns = LUNS.map((plan, index): Lun => {
    const pool = pools[plan.pool]!
    const isCeph = pool.array.kind === 'ceph'
    const short = plan.datastore.toLowerCase().replaceAll('-', '_')
    return {
      index,
      number: index,
      naa: isCeph ? lioNaa(random) : ontapNaa(serial, random),
      volume: isCeph ? `rbd/${short}` : `/vol/${short}/lun0`,
      pool,
      datastore: plan.datastore,
      vmfsUuid: vmfsUuid(random),
      datastoreMoref: `datastore-${90 + index * 2}`,
      transport: isCeph ? 'iscsi' : 'fc',
    }
  })
  return { arrays, pools, luns }
}

function controller(name: string, random: Random): Controller {
  return {
    id: name,
    name,
    hostname: name,
    clockOffsetUs: ntpOffsetUs(random),
    wwpns: [wwpn('500a0981', random), wwpn('500a0982', random)],
  }
}
