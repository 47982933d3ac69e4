import { put, wholeNumber } from './parsed-line.ts'
import type { Attributes } from './parsed-line.ts'

/*
 * What ESXi says of its storage in the text of vmkernel and vobd lines. The raw triple of a failed
 * command is kept as written: H the host's status, D the device's, P the plug-in's (Broadcom KB 318927,
 * 337796, 309543).
 */

/** The ids under which a device is the same on every host; `mpx.` and `vmhba` names are not. */
const DEVICE = /\b(?:naa|eui)\.[0-9a-fA-F]{8,64}\b|\bt10\.[A-Za-z0-9][\w.-]{3,120}/

/** The device a text names, in lower case for hexadecimal ids. */
export function deviceIn(text: string): string | undefined {
  if (!text.includes('naa.') && !text.includes('eui.') && !text.includes('t10.')) return undefined
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

/** The status triple and the sense data of a failed command, which only then can name its operation. */
function putStatus(into: Attributes, text: string): void {
  const status = STATUS.exec(text)
  if (status === null) return
  put(into, 'scsi.opcode', OPCODE.exec(text)?.[1])
  put(into, 'scsi.host_status', status[1])
  put(into, 'scsi.device_status', status[2])
  put(into, 'scsi.plugin_status', status[3])
  const sense = SENSE.exec(text)
  if (sense === null) return
  put(into, 'scsi.sense.valid', sense[1] === 'Valid')
  put(into, 'scsi.sense.key', sense[2])
  put(into, 'scsi.sense.asc', sense[3])
  put(into, 'scsi.sense.ascq', sense[4])
}

/**
 * Adds device, operation, status, sense data, path, latency and count of a text, under the names of
 * the schema. Only valid sense data can be decoded: `scsi.sense.valid` is false for what ESXi calls
 * possible. `event.count` is how often a throttled line stands for its event.
 */
export function putStorage(into: Attributes, text: string, device: string | undefined): void {
  if (device?.startsWith('naa.') === true) put(into, 'storage.volume.naa', device)
  if (text.includes('vmhba')) put(into, 'storage.path.name', PATH.exec(text)?.[0])
  if (text.includes('H:0x')) putStatus(into, text)
  if (text.includes(' microseconds')) {
    const latency = LATENCY.exec(text)
    put(into, 'storage.io.latency_before_us', wholeNumber(latency?.[1]))
    put(into, 'storage.io.latency_us', wholeNumber(latency?.[2]))
  }
  if (text.includes('repeated ')) {
    put(into, 'event.count', wholeNumber(REPEATED.exec(text)?.[1]))
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
  if (text.includes('I/O latency') || text.includes('All Paths Down')) {
    const known = EVENTS.find(([words]) => text.includes(words))
    if (known !== undefined) return known[1]
  }
  return text.includes('H:0x') && / failed:? H:0x/i.test(text) ? 'scsi.command.failed' : undefined
}
