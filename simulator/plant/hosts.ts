import type { Random } from '../random.ts'
import { SECOND_US } from '../clock.ts'
import { ntpOffsetUs } from './clock-offset.ts'
import { nicMac, uuid, wwpn } from './identifiers.ts'
import type { Cluster, EthernetSwitch, FcSwitch, Host, Speaker } from './plant.ts'

const HOSTS = 16
const VDI_HOSTS = 10

export function buildNetwork(random: Random): {
  fabrics: FcSwitch[]
  switches: EthernetSwitch[]
} {
  const fabrics = [10, 20].map((vsan, i) => ({
    ...speaker(`fc-sw-${i + 1}`, random),
    wwn: wwpn('2000000d', random),
    vsan,
  }))
  const switches = (['nxos', 'nxos', 'ios'] as const).map((os, i) => ({
    ...speaker(`sw-${i + 1}`, random),
    os,
    serial: `FDO${random.hex(8).toUpperCase()}`,
  }))
  return { fabrics, switches }
}

/** Switches name themselves without a domain. */
function speaker(name: string, random: Random): Speaker {
  return { name, hostname: name, clockOffsetUs: ntpOffsetUs(random) }
}

export function buildHosts(
  random: Random,
  clusters: readonly Cluster[],
  domain: string,
  startUs: number,
): Host[] {
  return Array.from({ length: HOSTS }, (_, index) => {
    const number = index + 1
    const name = `esx-${String(number).padStart(2, '0')}`
    const port = `1/${number}`
    return {
      index,
      name,
      hostname: `${name}.${domain}`,
      clockOffsetUs: ntpOffsetUs(random),
      uuid: uuid(random),
      moref: `host-${40 + index * 3}`,
      ip: `10.20.0.${10 + number}`,
      cluster: clusters[index < VDI_HOSTS ? 0 : 1]!,
      cores: random.pick([20, 24]),
      hbas: ['vmhba2', 'vmhba3'].map((hba) => ({
        name: hba,
        wwpn: wwpn('2100000e1e', random),
        switchPort: `fc${port}`,
      })),
      nics: ['vmnic0', 'vmnic1'].map((nic) => ({
        name: nic,
        mac: nicMac(random),
        switchPort: `Ethernet${port}`,
      })),
      bootUs: startUs - Math.round(random.between(3, 200) * 86_400) * SECOND_US,
    }
  })
}
