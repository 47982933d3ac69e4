import type { Plant } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { Ceph } from './ceph.ts'
import { EsxiDaily } from './esxi-daily.ts'
import { EsxiNetwork } from './esxi-network.ts'
import { EsxiStorage } from './esxi-storage.ts'
import { Horizon } from './horizon.ts'
import { Linux } from './linux.ts'
import { Ontap } from './ontap.ts'
import { EthernetSwitches, FcSwitches } from './switches.ts'
import { VCenterEvents } from './vcenter.ts'
import type { Voice } from './voice.ts'
import { Windows } from './windows.ts'

/** Everything in the data centre that writes a log. */
export function allVoices(plant: Plant, seed: Random): Voice[] {
  return [
    new EsxiStorage(plant, seed.fork('esxi storage')),
    new EsxiNetwork(seed.fork('esxi network')),
    new EsxiDaily(plant, seed.fork('esxi daily')),
    new VCenterEvents(plant, seed.fork('vcenter')),
    new Ontap(plant, seed.fork('ontap')),
    new Ceph(plant, seed.fork('ceph')),
    new FcSwitches(plant, seed.fork('fc')),
    new EthernetSwitches(plant, seed.fork('ethernet')),
    new Windows(plant, seed.fork('windows')),
    new Horizon(plant, seed.fork('horizon')),
    new Linux(plant, seed.fork('linux')),
  ]
}
