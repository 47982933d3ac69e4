import type { LogFormat } from './format.ts'
import { vmwareVmx } from './vmware-vmx.ts'
import { netappEms } from './netapp-ems.ts'
import { vcenterEvents } from './vcenter-events.ts'
import { esxiHostd } from './esxi-hostd.ts'
import { esxiVobd } from './esxi-vobd.ts'
import { esxiVmkernel } from './esxi-vmkernel.ts'
import { ciscoNxos } from './cisco-nxos.ts'
import { ciscoIos } from './cisco-ios.ts'
import { libvirt } from './libvirt.ts'
import { openstack } from './openstack.ts'
import { ceph } from './ceph.ts'
import { openvswitch } from './openvswitch.ts'
import { journaldExport } from './journald-export.ts'
import { journaldJson } from './journald-json.ts'
import { jsonLines } from './json-lines.ts'
import { cri } from './cri.ts'
import { linuxKernel } from './linux-kernel.ts'
import { logfmt } from './logfmt.ts'
import { rfc3164 } from './rfc3164.ts'
import { rfc5424 } from './rfc5424.ts'
import { timestampedText } from './timestamped-text.ts'

/**
 * Every format there is, the most specific first. Detection takes the highest `sniff`; of equal ones the
 * earlier in this list wins, so a format that could be mistaken for another stands before it:
 * vendor lines before the envelopes without `<PRI>`, those before text that only begins with a time.
 *
 * How sure to be: 0.95 and more, nothing else in the list looks like this (the format is then not
 * compared with the others again on the same channel); 0.9 a literal that only this vendor writes;
 * 0.8 the frame fits in all its parts; 0.5 it fits but others write it too; 0.2 better than nothing.
 */
export const FORMATS: readonly LogFormat[] = [
  vmwareVmx,
  netappEms,
  vcenterEvents,
  esxiHostd,
  esxiVobd,
  esxiVmkernel,
  ciscoNxos,
  ciscoIos,
  libvirt,
  openstack,
  ceph,
  openvswitch,
  rfc5424,
  journaldExport,
  journaldJson,
  jsonLines,
  cri,
  linuxKernel,
  rfc3164,
  logfmt,
  timestampedText,
]

const BY_NAME: ReadonlyMap<string, LogFormat> = new Map(FORMATS.map((f) => [f.name, f]))

/** The format of a name as stored on records and given to `--format`. */
export function formatByName(name: string): LogFormat | undefined {
  return BY_NAME.get(name)
}

/** The surest format for a line, without a memory of the lines before; undefined when none fits. */
export function formatOf(line: string): LogFormat | undefined {
  let best: LogFormat | undefined
  let sureness = 0
  for (const format of FORMATS) {
    const sniffed = format.sniff(line)
    if (sniffed > sureness) {
      best = format
      sureness = sniffed
      if (sniffed === 1) break
    }
  }
  return best
}
