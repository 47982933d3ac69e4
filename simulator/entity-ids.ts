import type { Controller, FcSwitch, Host, Lun, Pool, StorageArray, Vm } from './plant/plant.ts'

/** Entity ids as the inventory gives them: `type:key` with the strong key where there is one. */
export const entityId = {
  vm: (vm: Vm): string => `vm:${vm.uuid}`,
  host: (host: Host): string => `hypervisor:${host.uuid}`,
  lun: (lun: Lun): string => `volume:${lun.naa}`,
  datastore: (lun: Lun): string => `datastore:${lun.vmfsUuid}`,
  pool: (pool: Pool): string => `pool:${pool.array.name}/${pool.name}`,
  controller: (controller: Controller): string => `storage_controller:${controller.name}`,
  array: (array: StorageArray): string => `array:${array.serial}`,
  hba: (host: Host, hba: number): string => `hba:${host.hbas[hba]!.wwpn}`,
  fcSwitch: (fabric: FcSwitch): string => `fc_switch:${fabric.wwn}`,
  fcPort: (fabric: FcSwitch, port: string): string => `fc_port:${fabric.name}/${port}`,
  nic: (host: Host, nic: number): string => `interface:${host.nics[nic]!.mac}`,
  switchPort: (name: string, port: string): string => `switch_port:${name}/${port}`,
  switch: (name: string): string => `switch:${name}`,
  session: (vm: Vm): string => `vdi_session:${vm.user!.sessionId}`,
  user: (vm: Vm): string => `user:${vm.user!.sid}`,
} as const
