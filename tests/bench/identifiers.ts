import type { Speaker } from './templates.ts'

/** Machines that lines speak of; their identifiers are functions of an index below this. */
export const ENTITIES = 5_000
/** LUNs, each with a datastore and a port of an array. */
export const DEVICES = 400

/** Hosts that speak, by layer: 1,000 in all. */
export const HOSTS = {
  guest: 500,
  hypervisor: 200,
  service: 60,
  storage: 40,
  network: 200,
} as const
const HOST_PREFIX = {
  guest: 'vdi',
  hypervisor: 'esx',
  service: 'svc',
  storage: 'stor',
  network: 'sw',
} as const
/** The host of an index is at the site of its remainder. */
export const SITES = 4

export const digits = (value: number, width: number): string => String(value).padStart(width, '0')
export const hex = (value: number, width: number): string =>
  (value >>> 0).toString(16).padStart(8, '0').slice(-width)

/** 32 bits that an index always gives, another for each salt. */
export const mixed = (index: number, salt: number): number => {
  const x = Math.imul(index + salt * 7919, 0x9e37_79b1)
  return (x ^ (x >>> 15)) >>> 0
}

/** What a host calls itself in its log. */
export const hostName = (layer: Speaker['layer'], index: number): string =>
  `${HOST_PREFIX[layer]}-${digits(index, 4)}.site${index % SITES}.corp.example`

/** The machine with an index below {@link ENTITIES}. */
export const entityName = (index: number): string => `vdi-${digits(index, 5)}`

export const ipOf = (n: number): string =>
  `10.${16 + (n >> 8)}.${n & 255}.${1 + (mixed(n, 1) % 250)}`

export const macOf = (entity: number): string => {
  const n = mixed(entity, 2)
  return `00:50:56:${hex(n >> 16, 2)}:${hex(n >> 8, 2)}:${hex(n, 2)}`
}

export const uuidOf = (n: number): string =>
  `${hex(mixed(n, 6), 8)}-${hex(mixed(n, 7), 4)}-4${hex(mixed(n, 8), 3)}-8${hex(n, 3)}-${hex(mixed(n, 9), 8)}${hex(n, 4)}`

export const naaOf = (n: number): string =>
  `naa.600a09803830${hex(mixed(n, 3), 8)}${hex(mixed(n, 4), 8)}${hex(n, 4)}`

export const wwnOf = (device: number): string => {
  const n = mixed(device, 5)
  return `50:0a:09:8${n & 7}:${hex(n >> 24, 2)}:${hex(n >> 16, 2)}:${hex(n >> 8, 2)}:${hex(n, 2)}`
}

export const datastoreName = (device: number): string => `vdi-ds-${digits(device, 3)}`
export const datastorePath = (device: number): string => `/vmfs/volumes/${datastoreName(device)}`
