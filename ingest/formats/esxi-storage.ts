import type { AttributeValue } from '../../model/record.ts'
import { wholeNumber } from './parsed-line.ts'

/*
 * What ESXi says of its storage in the text of vmkernel and vobd lines. The raw triple of a failed
 * command is kept as written: H the host's status, D the device's, P the plug-in's (Broadcom KB 318927,
 * 337796, 309543).
 */

/** The ids under which a device is the same on every host; `mpx.` and `vmhba` names are not. */
const DEVICE = /\b(?:naa|eui)\.[0-9a-fA-F]{8,64}\b|\bt10\.[A-Za-z0-9][\w.-]{3,120}/

/** The device a text names, in lower case for hexadecimal ids. */
export function deviceIn(text: string): string | undefined {
  const device = DEVICE.exec(text)?.[0]
  return device?.startsWith('t10.') === true ? device : device?.toLowerCase()
}

const STATUS = /\bH:(0x[0-9a-fA-F]{1,4}) D:(0x[0-9a-fA-F]{1,4}) P:(0x[0-9a-fA-F]{1,4})/
const SENSE =
  /\b(Valid|Possible) sense data: (0x[0-9a-fA-F]{1,2}),? (0x[0-9a-fA-F]{1,2}),? (0x[0-9a-fA-F]{1,2})/
const OPCODE = /\bCmd ?(?:\(0x[0-9a-f]{1,16}\) )?(0x[0-9a-f]{1,2})[, ]/
const PATH = /\bvmhba\d{1,4}:C\d{1,4}:T\d{1,5}:L\d{1,5}\b/
const LATENCY = /\bfrom average value of (\d{1,12}) microseconds to (\d{1,12}) microseconds/
const REPEATED = /\brepeated (\d{1,9}) times/

/**
 * Operation, status, sense data, path, latency and count of a text, under the names of the schema.
 * Only valid sense data can be decoded: `scsi.sense.valid` is false for what ESXi calls possible.
 */
export function storageAttributes(text: string): Record<string, AttributeValue | undefined> {
  const device = deviceIn(text)
  const status = text.includes('H:0x') ? STATUS.exec(text) : null
  const sense = status === null ? null : SENSE.exec(text)
  const latency = text.includes(' microseconds') ? LATENCY.exec(text) : null
  return {
    'storage.volume.naa': device?.startsWith('naa.') === true ? device : undefined,
    'storage.path.name': PATH.exec(text)?.[0],
    'scsi.opcode': status === null ? undefined : OPCODE.exec(text)?.[1],
    'scsi.host_status': status?.[1],
    'scsi.device_status': status?.[2],
    'scsi.plugin_status': status?.[3],
    'scsi.sense.valid': sense === null ? undefined : sense[1] === 'Valid',
    'scsi.sense.key': sense?.[2],
    'scsi.sense.asc': sense?.[3],
    'scsi.sense.ascq': sense?.[4],
    'storage.io.latency_before_us': wholeNumber(latency?.[1]),
    'storage.io.latency_us': wholeNumber(latency?.[2]),
    'event.count': text.includes(' times') ? wholeNumber(REPEATED.exec(text)?.[1]) : undefined,
  }
}

/** The sentences of vmkernel that stand for an event of the VOB catalogue. [K] but the first. */
const EVENTS: readonly (readonly [string, string])[] = [
  ['I/O latency increased from average value', 'esx.problem.scsi.device.io.latency.high'],
  ['I/O latency reduced from', 'esx.clear.scsi.device.io.latency.improved'],
  ['has entered the All Paths Down state', 'esx.problem.storage.apd.start'],
  ['has entered the All Paths Down Timeout state', 'esx.problem.storage.apd.timeout'],
  ['has exited the All Paths Down state', 'esx.clear.storage.apd.exit'],
]

/** The event a vmkernel text tells; a failed command is `scsi.command.failed`. */
export function storageEvent(text: string): string | undefined {
  const known = EVENTS.find(([words]) => text.includes(words))
  if (known !== undefined) return known[1]
  return text.includes('H:0x') && / failed:? H:0x/i.test(text) ? 'scsi.command.failed' : undefined
}

/** `volume:naa.…` when the text names a device that is the same on every host. */
export function volumeIn(text: string): string | undefined {
  const device = deviceIn(text)
  return device && `volume:${device}`
}
