import { SEVERITY } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import { isContinuation, readEsxiHeader } from './esxi-line.ts'
import { deviceIn, putStorage } from './esxi-storage.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { parsedLine, put, wholeNumber } from './parsed-line.ts'
import type { Attributes } from './parsed-line.ts'
import { readRfc3339 } from './read-stamp.ts'

/** Since ESXi 8: `In(05) vcpu-0 - `, the dash being the place of an operation id. */
const NEW = /^([A-Za-z][\w.-]{0,40}) (-|opID=[^\s]{1,100}|[0-9a-f]{6,8}(?:-[\w-]{1,80})?) /

/** Before: `| vcpu-0| I125: `, `| vmx| 001 W115+ `; the letter is the level, the number its detail. */
const OLD = /^\| ([^|]{1,40})\| (?:\d{1,3} )?([IWEVDA])(\d{1,3})[:+] ?/

/** The freeze a snapshot or a migration costs the guest, as the virtual machine measured it. [K] */
const STUN = /Unstun: vm stopped for (\d{1,12}) us/

const LEVELS: Readonly<Record<string, Severity>> = {
  I: SEVERITY.info,
  W: SEVERITY.warn,
  E: SEVERITY.error,
  A: SEVERITY.alert,
  V: SEVERITY.debug,
  D: SEVERITY.debug,
}

interface Head {
  readonly stamp: Stamp
  readonly severity: Severity | undefined
  readonly severityText: string | undefined
  readonly thread: string
  readonly opId?: string | undefined
  readonly body: string
}

function readOld(line: string): Head | undefined {
  const stamp = readRfc3339(line)
  const head = stamp && OLD.exec(line.slice(stamp.text.length, stamp.text.length + 80))
  if (stamp === undefined || head === undefined || head === null) return undefined
  return {
    stamp,
    severity: LEVELS[head[2]!],
    severityText: head[2],
    thread: head[1]!,
    body: line.slice(stamp.text.length + head[0].length),
  }
}

function readNew(line: string): Head | undefined {
  const header = readEsxiHeader(line)
  if (header?.stamp === undefined || header.level === undefined) return undefined
  const head = header.app === undefined ? NEW.exec(header.text.slice(0, 160)) : null
  if (head === null) return undefined
  return {
    stamp: header.stamp,
    severity: header.severity,
    severityText: header.level,
    thread: head[1]!,
    opId: head[2] === '-' ? undefined : head[2]!.replace('opID=', ''),
    body: header.text.slice(head[0].length),
  }
}

function parse(line: string): ParsedLine | undefined {
  const head = readNew(line) ?? readOld(line)
  if (head === undefined) return undefined
  const { body } = head
  const stunned = wholeNumber(STUN.exec(body)?.[1])
  const device = deviceIn(body)
  const attributes: Attributes = { 'thread.name': head.thread }
  put(attributes, 'vsphere.op_id', head.opId)
  put(attributes, 'event.duration', stunned === undefined ? undefined : stunned * 1000)
  putStorage(attributes, body, device)
  return parsedLine(body === '' ? line : body, {
    stamp: head.stamp,
    app: 'vmx',
    severity: head.severity,
    severityText: head.severityText,
    eventName: stunned === undefined ? undefined : 'vmware.vm.stunned',
    attributes,
  })
}

/** A whole line in one look. */
const LINE =
  /^\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)(?:\| [^|]{1,40}\| (?:\d{1,3} )?[IWEVDA]\d{1,3}[:+]| (?:Em|Al|Cr|Er|Wa|No|In|Db)\(\d{1,3}\)\+? [A-Za-z][\w.-]{0,40} (?:-|opID=\S{1,100}|[0-9a-f]{6,8}(?:-[\w-]{1,80})?) )/

/**
 * vmware.log of one virtual machine. ESXi never sends it to syslog, and no line names the machine: the
 * folder of the file does. What it alone tells is how long a snapshot or a migration stopped the guest.
 */
export const vmwareVmx: LogFormat = {
  name: 'vmware-vmx',
  title: 'VMware virtual machine log (vmware.log)',
  reference: 'vSphere 8 "ESXi Syslog Message Formats", vmware.log; older forms from practice',
  layer: 'hypervisor',
  sniff: (line) => (LINE.test(line) ? 0.96 : 0),
  parse,
  continues: isContinuation,
  samples: [
    {
      line: '2026-03-04T08:02:44.117Z In(05) vmx - Checkpoint_Unstun: vm stopped for 1841203 us',
      parsed: {
        body: 'Checkpoint_Unstun: vm stopped for 1841203 us',
        stamp: {
          kind: 'instant',
          us: micros(1772611364117000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-03-04T08:02:44.117Z',
        },
        app: 'vmx',
        severity: 9,
        eventName: 'vmware.vm.stunned',
        attributes: { 'thread.name': 'vmx', 'event.duration': 1_841_203_000 },
      },
    },
    {
      line: '2026-03-04T08:02:45.001Z Wa(03) vmx 8f21c0de-7c SnapshotVMX_Consolidate: needs consolidation',
      parsed: {
        body: 'SnapshotVMX_Consolidate: needs consolidation',
        severity: 13,
        attributes: { 'vsphere.op_id': '8f21c0de-7c' },
      },
    },
    {
      line: '2019-03-01T10:00:01.123Z| vcpu-0| W115: scsi0:0: aborting cmd 0x2a, latency 30012 ms',
      parsed: {
        body: 'scsi0:0: aborting cmd 0x2a, latency 30012 ms',
        severity: 13,
        severityText: 'W',
        attributes: { 'thread.name': 'vcpu-0' },
      },
    },
    {
      line: '2021-03-01T10:00:01.123Z| vmx| 001 I005: Destroying virtual dev for scsi0:0',
      parsed: { body: 'Destroying virtual dev for scsi0:0', severity: 9 },
    },
  ],
}
