import { isoTime } from '../clock.ts'
import type { Host } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { localTime } from './log.ts'

/**
 * What ESXi 8 sends by default: RFC 3164 in shape, the time RFC 3339 in UTC with milliseconds (VMware
 * vSphere 8, "ESXi Syslog Message Formats" and "Protocols, Formats and Framing").
 */
export function esxiFrame(us: number, host: Host, pri: number, tag: string, text: string): string {
  return `<${pri}>${isoTime(localTime(us, host))} ${host.hostname} ${tag}: ${text}`
}

/** local6: information of the kernel, its warnings; user.info of vobd; local4.info of hostd and vpxa. */
export const PRI = {
  vmkernel: 182,
  vmkwarning: 180,
  vobd: 14,
  hostd: 166,
  vpxa: 166,
  crond: 78,
} as const

/** `cpu14:2098241)`: the core and the world that spoke. */
export function vmkernelText(host: Host, random: Random, text: string): string {
  return `cpu${random.below(host.cores * 2)}:${2_097_200 + random.below(1_400)})${text}`
}

/** vobd writes the microseconds since the host's boot, two blanks before and none after the bracket. */
export function vobText(
  us: number,
  host: Host,
  correlator: string,
  id: string,
  text: string,
): string {
  return ` [${correlator}] ${Math.round(us - host.bootUs)}us: [${id}] ${text}`
}

/** Process ids of a host's daemons are the same until it boots. */
export function pidOf(host: Host, daemon: 'hostd' | 'vpxa' | 'vobd' | 'crond'): number {
  const base = { hostd: 2_099_210, vpxa: 2_099_780, vobd: 2_097_640, crond: 2_098_590 }[daemon]
  return base + host.index * 7
}
