import type { Random } from '../random.ts'

/** RFC 9562 version 4. */
export function uuid(random: Random): string {
  const h = random.hex(32)
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`
}

/** vCenter's instance UUIDs begin with 50. */
export function instanceUuid(random: Random): string {
  return `50${uuid(random).slice(2)}`
}

/** `5f3a1c20-8d2e4b61-91af-0025b5a1004e`, as VMFS names its volumes. */
export function vmfsUuid(random: Random): string {
  return `${random.hex(8)}-${random.hex(8)}-${random.hex(4)}-0025b5${random.hex(6)}`
}

const colons = (hex: string): string => hex.match(/../g)!.join(':')

/** VMware's range for addresses that vCenter generates: 00:50:56:80 to bf. */
export function vmMac(random: Random, index: number): string {
  return `00:50:56:${colons((0x800000 + index * 257 + random.below(200)).toString(16))}`
}

export function nicMac(random: Random): string {
  return colons(`0025b5${random.hex(6)}`)
}

/** A World Wide Port Name, NAA type 2 and 5, by the maker's prefix. */
export function wwpn(prefix: string, random: Random): string {
  return colons((prefix + random.hex(16)).slice(0, 16))
}

/** ONTAP: `naa.600a0980` and the LUN's 12 serial characters in hexadecimal. */
export function ontapNaa(serial: string, random: Random): string {
  const tail = random.hex(8).toUpperCase().slice(0, 4)
  const text = (serial.slice(0, 8) + tail).padEnd(12, '0')
  return `naa.600a0980${[...text].map((c) => c.charCodeAt(0).toString(16)).join('')}`
}

/** LIO and tcmu-runner: `naa.6001405` and the first 25 digits of the backstore's UUID. */
export function lioNaa(random: Random): string {
  return `naa.6001405${random.hex(25)}`
}
