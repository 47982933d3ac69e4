import type { Random } from '../random.ts'
import { ntpOffsetUs } from './clock-offset.ts'
import { buildNetwork, buildHosts } from './hosts.ts'
import { buildStorage } from './storage.ts'
import { buildVms } from './vms.ts'
import { uuid } from './identifiers.ts'
import type { Cluster, Plant, VCenter } from './plant.ts'

const DOMAIN = 'corp.example.net'

/**
 * The data centre of a seed: two clusters of 16 hosts, two arrays, two fabrics, three Ethernet switches,
 * 180 desktops and 20 servers. Names of parts are the same for every seed; identifiers, sizes and who
 * runs where are not.
 */
export function buildPlant(seed: Random, startUs: number): Plant {
  const random = seed.fork('plant')
  const clusters: Cluster[] = [
    { name: 'CL-VDI', moref: 'domain-c8' },
    { name: 'CL-SRV', moref: 'domain-c22' },
  ]
  const vcenter: VCenter = {
    name: 'vcenter-1',
    hostname: `vcenter-1.${DOMAIN}`,
    clockOffsetUs: ntpOffsetUs(random),
    uuid: uuid(random),
    datacenter: 'DC1',
  }
  const { fabrics, switches } = buildNetwork(random.fork('network'))
  const { arrays, pools, luns } = buildStorage(random.fork('storage'))
  const hosts = buildHosts(random.fork('hosts'), clusters, DOMAIN, startUs)
  const vms = buildVms(random.fork('vms'), hosts, luns, DOMAIN)
  return {
    domain: DOMAIN,
    vcenter,
    clusters,
    hosts,
    vms,
    arrays,
    pools,
    luns,
    fabrics,
    switches,
  }
}
