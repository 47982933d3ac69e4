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

/** Addresses that everybody names. */
export const GATEWAY = '10.61.0.1'
export const NTP = '10.61.0.123'
/** `aa:bb:cc`, `AA-BB-CC`: two digits each. */
export const pairs = (digits: string, by: string): string => digits.match(/../g)!.join(by)
/** `aabb.ccdd.eeff`, as Cisco writes a MAC. */
export const dotted = (mac: string): string => mac.match(/..../g)!.join('.')
/** IEEE NAA 6 of a Pure volume; multipath writes a 3 before it (scsi_id, page 0x83). */
export const wwidOf = ({ serial }: Volume): string => `3624a9370${serial.toLowerCase()}`

/** What a line identifies, in the one spelling of the truth. */
export const ofVolume = ({ serial }: Volume): string => `volume ${serial}`
export const ofMac = ({ mac }: Guest): string => `mac ${mac}`
export const ofGuid = ({ guid }: Guest): string => `guid ${guid}`
export const ofIp = ({ ip }: Guest): string => `ip ${ip}`
export const ofPort = ({ wwpn }: Port): string => `wwpn ${wwpn}`
