/** A volume of the array. */
export interface Volume {
  readonly name: string
  /** 24 hexadecimal digits, as Purity shows them. */
  readonly serial: string
}
/** A virtual machine. */
export interface Guest {
  readonly name: string
  readonly guid: string
  /** Twelve hexadecimal digits. */
  readonly mac: string
  readonly ip: string
  readonly volume: Volume
  readonly host: string
}
/** A Fibre Channel port of a host, and where the switch sees it. */
export interface Port {
  /** Sixteen hexadecimal digits. */
  readonly wwpn: string
  readonly host: string
  readonly ifname: string
}
/** A LUN of a NetApp filer. */
export interface Lun {
  readonly path: string
  /** Twelve characters, as ONTAP makes them. */
  readonly serial: string
}

/** Addresses that everybody names. */
export const GATEWAY = '10.61.0.1'
export const NTP = '10.61.0.123'
export const SERVICES = {
  dns: ['10.61.0.53', '10.61.0.54'],
  directory: ['10.61.0.10', '10.61.0.11'],
  relay: '10.61.0.14',
  proxy: '10.61.0.80',
  vcenter: '10.61.0.20',
} as const
/** `aa:bb:cc`, `AA-BB-CC`: two digits each. */
export const pairs = (digits: string, by: string): string => digits.match(/../g)!.join(by)
/** `aabb.ccdd.eeff`, as Cisco writes a MAC. */
export const dotted = (mac: string): string => mac.match(/..../g)!.join('.')
/** IEEE NAA 6 of a Pure volume; multipath writes a 3 before it (scsi_id, page 0x83). */
export const wwidOf = ({ serial }: Volume): string => `3624a9370${serial.toLowerCase()}`
/** IEEE NAA 6 of a LUN of ONTAP: its serial number in hexadecimal. */
export const ontapWwidOf = ({ serial }: Lun): string =>
  `3600a0980${Buffer.from(serial, 'latin1').toString('hex')}`

/** What a line identifies, in the one spelling of the truth. */
export const ofVolume = ({ serial }: Volume): string => `volume ${serial}`
export const ofLun = ({ serial }: Lun): string => `volume ${serial}`
export const ofMac = ({ mac }: Guest): string => `mac ${mac}`
export const ofGuid = ({ guid }: Guest): string => `guid ${guid}`
export const ofIp = ({ ip }: Guest): string => `ip ${ip}`
export const ofPort = ({ wwpn }: Port): string => `wwpn ${wwpn}`
