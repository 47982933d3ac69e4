import { SEVERITY, severityFromWord } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import { isContinuation, putHeader, readEsxiHeader } from './esxi-line.ts'
import type { EsxiHeader } from './esxi-line.ts'
import { deviceIn, putStorage, storageEvent } from './esxi-storage.ts'
import type { LogFormat, ParsedLine } from './format.ts'
import { parsedLine, put, wholeNumber } from './parsed-line.ts'
import type { Attributes } from './parsed-line.ts'

/** `cpu7:35233)`, `cpu0:263421 opID=a03fc439)`: processor, world and the operation it works for. */
const CPU = /^cpu(\d{1,5}):(\d{1,15})(?: opID=([^\s)]{1,100}))?\)/
/** Before the clock is set: processor ticks, or days, hours, minutes and seconds since boot. */
const BOOT = /^(?:TSC: \d{1,20} |(\d{1,5}):(\d\d):(\d\d):(\d\d)\.(\d{3}) )(?=cpu\d)/
const LEVEL = /^ ?(WARNING|ALERT|PANIC): /
const MODULE = /^([A-Za-z][\w.-]{1,40}): /

function isVmkernel(app: string | undefined): boolean {
  return app === 'vmkernel' || app === 'vmkwarning' || app === 'vmkalert'
}

/** Microseconds since boot, where a line counts them in place of a time. */
function uptimeOf(boot: RegExpExecArray | null): number | undefined {
  if (boot?.[1] === undefined) return undefined
  const [days, hours, minutes, seconds, millis] = boot.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return ((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + millis) * 1000
}

function parse(line: string): ParsedLine | undefined {
  const header = readEsxiHeader(line)
  if (header === undefined) return undefined
  const boot = BOOT.exec(header.text)
  const text = boot === null ? header.text : header.text.slice(boot[0].length)
  const cpu = CPU.exec(text)
  if (cpu === null && !isVmkernel(header.app)) return undefined
  const spoken = text.slice(cpu?.[0].length ?? 0)
  if (/^ ?\[\w{3,40}\] \d+us: /.test(spoken)) return undefined
  const word = LEVEL.exec(spoken)
  const body = spoken.slice(word?.[0].length ?? 0)
  const device = deviceIn(body)
  const level = levelOf(word?.[1], header)
  const attributes: Attributes = {}
  putHeader(attributes, header)
  put(attributes, 'vsphere.uptime_us', uptimeOf(boot))
  put(attributes, 'cpu.logical_number', wholeNumber(cpu?.[1]))
  put(attributes, 'vsphere.world_id', wholeNumber(cpu?.[2]))
  put(attributes, 'vsphere.op_id', cpu?.[3])
  put(attributes, 'log.logger', MODULE.exec(body)?.[1])
  putStorage(attributes, body, device)
  return parsedLine(body === '' ? line : body, {
    stamp: header.stamp,
    host: header.host,
    app: 'vmkernel',
    severity: level.severity,
    severityText: level.severityText,
    severityAssumed: level.severityAssumed,
    eventName: storageEvent(body),
    entity: device && `volume:${device}`,
    attributes,
  })
}

/** The level in the text, else the two letters; a line without either is information. */
function levelOf(
  word: string | undefined,
  header: EsxiHeader,
): Pick<ParsedLine, 'severity' | 'severityText' | 'severityAssumed'> {
  if (word !== undefined) return { severity: severityFromWord(word), severityText: word }
  if (header.severity === undefined) return { severity: SEVERITY.info, severityAssumed: true }
  return { severity: header.severity, severityText: header.level! }
}

/** A whole line in one look: time, level, host and program, each optional, then the processor. */
const LINE =
  /^(?:\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d):? (?:[A-Z][a-z]\(\d{1,3}\)\+? )?(?:(?:[\w.-]{1,253} )?(vmkernel|vmkwarning|vmkalert)(?:\[\w{1,20}\])?: {1,4})?)?(?:TSC: \d{1,20} |\d{1,5}:\d\d:\d\d:\d\d\.\d{3} )?(cpu\d{1,5}:\d{1,15}[ )])?/

function sniff(line: string): number {
  const match = LINE.exec(line)
  if (match === null || (match[1] === undefined && match[2] === undefined)) return 0
  if (match[2] !== undefined) return 0.97
  return parse(line) === undefined ? 0 : 0.95
}

/**
 * The ESXi kernel: vmkernel.log, vmkwarning.log and the same over syslog. Times are UTC. The lines
 * that explain slow desktops are events: failed SCSI commands, latency jumps, all paths down.
 */
export const esxiVmkernel: LogFormat = {
  name: 'esxi-vmkernel',
  title: 'VMware ESXi vmkernel',
  reference: 'vSphere 8 "ESXi Syslog Message Formats"; Broadcom KB 318927, 338435, 309543',
  layer: 'hypervisor',
  sniff,
  parse,
  continues: isContinuation,
  samples: [
    {
      line: '0:00:00:05.123 cpu0:2097152)BootConfig: 546: coresPerPkg = 1',
      parsed: {
        body: 'BootConfig: 546: coresPerPkg = 1',
        app: 'vmkernel',
        severity: 9,
        severityAssumed: true,
        attributes: { 'vsphere.uptime_us': 5_123_000, 'vsphere.world_id': 2097152 },
      },
    },
    {
      line: 'TSC: 520318 cpu0:1)Init: 812: platform memory is mapped',
      parsed: { body: 'Init: 812: platform memory is mapped', severity: 9 },
    },
    {
      line: '2026-03-04T07:41:12.308Z Wa(180) vmkwarning: cpu12:2097678)WARNING: NMP: nmp_DeviceRequestFastDeviceProbe:237: NMP device "naa.600a0980383036326a5d4f6e75713451" state in doubt; requested fast path state update...',
      parsed: {
        body: 'NMP: nmp_DeviceRequestFastDeviceProbe:237: NMP device "naa.600a0980383036326a5d4f6e75713451" state in doubt; requested fast path state update...',
        stamp: {
          kind: 'instant',
          us: micros(1772610072308000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-03-04T07:41:12.308Z',
        },
        app: 'vmkernel',
        severity: 13,
        severityText: 'WARNING',
        entity: 'volume:naa.600a0980383036326a5d4f6e75713451',
        attributes: {
          'cpu.logical_number': 12,
          'vsphere.world_id': 2097678,
          'log.logger': 'NMP',
          'log.syslog.severity.code': 4,
          'storage.volume.naa': 'naa.600a0980383036326a5d4f6e75713451',
        },
      },
    },
    {
      line: '2026-03-04T07:41:12.310Z In(182) vmkernel: cpu2:2097678)ScsiDeviceIO: 4115: Cmd(0x45b96b8fd2c0) 0x2a, CmdSN 0x1 from world 2112045 to dev "naa.600a0980383036326a5d4f6e75713451" failed H:0x0 D:0x2 P:0x0 Valid sense data: 0x6 0x29 0x0.',
      parsed: {
        body: 'ScsiDeviceIO: 4115: Cmd(0x45b96b8fd2c0) 0x2a, CmdSN 0x1 from world 2112045 to dev "naa.600a0980383036326a5d4f6e75713451" failed H:0x0 D:0x2 P:0x0 Valid sense data: 0x6 0x29 0x0.',
        severity: 9,
        severityText: 'In',
        eventName: 'scsi.command.failed',
        attributes: {
          'scsi.opcode': '0x2a',
          'scsi.host_status': '0x0',
          'scsi.device_status': '0x2',
          'scsi.plugin_status': '0x0',
          'scsi.sense.valid': true,
          'scsi.sense.key': '0x6',
          'scsi.sense.asc': '0x29',
          'scsi.sense.ascq': '0x0',
        },
      },
    },
    {
      line: 'cpu2:2097678 opID=8f21c0de)NMP: nmp_ThrottleLogForDevice:3867: Cmd 0x89 (0x45b96b8fd2c0, 2112045) to dev "naa.600a0980383036326a5d4f6e75713451" on path "vmhba2:C0:T3:L12" Failed: H:0x5 D:0x0 P:0x0 Possible sense data: 0x0 0x0 0x0. Act:EVAL',
      parsed: {
        body: 'NMP: nmp_ThrottleLogForDevice:3867: Cmd 0x89 (0x45b96b8fd2c0, 2112045) to dev "naa.600a0980383036326a5d4f6e75713451" on path "vmhba2:C0:T3:L12" Failed: H:0x5 D:0x0 P:0x0 Possible sense data: 0x0 0x0 0x0. Act:EVAL',
        app: 'vmkernel',
        eventName: 'scsi.command.failed',
        attributes: {
          'vsphere.op_id': '8f21c0de',
          'storage.path.name': 'vmhba2:C0:T3:L12',
          'scsi.opcode': '0x89',
          'scsi.host_status': '0x5',
          'scsi.sense.valid': false,
        },
      },
    },
    {
      line: '2017-06-14T14:14:25.234Z esx-07.example vmkernel: cpu0:33011)WARNING: ScsiDeviceIO: 1223: Device naa.60a9800041764b6c463f437868556b7a performance has deteriorated. I/O latency increased from average value of 1343 microseconds to 28022 microseconds.',
      parsed: {
        body: 'ScsiDeviceIO: 1223: Device naa.60a9800041764b6c463f437868556b7a performance has deteriorated. I/O latency increased from average value of 1343 microseconds to 28022 microseconds.',
        host: 'esx-07.example',
        severity: 13,
        eventName: 'esx.problem.scsi.device.io.latency.high',
        entity: 'volume:naa.60a9800041764b6c463f437868556b7a',
        attributes: {
          'storage.io.latency_before_us': 1343,
          'storage.io.latency_us': 28022,
        },
      },
    },
    {
      line: '2017-06-14T14:14:26.559Z cpu7:35233)VC: 2002: Device rescan time 704 msec (total number of devices 91)',
      parsed: {
        body: 'VC: 2002: Device rescan time 704 msec (total number of devices 91)',
        severity: 9,
        attributes: { 'cpu.logical_number': 7, 'vsphere.world_id': 35233, 'log.logger': 'VC' },
      },
    },
    {
      line: '2017-06-14T14:14:27.038Z cpu22:44012977)ALERT: Heap: 2677: Heap globalCartel-1 exhausted',
      parsed: {
        body: 'Heap: 2677: Heap globalCartel-1 exhausted',
        severity: 19,
        severityText: 'ALERT',
      },
    },
    {
      line: '2026-03-04T07:42:00Z In(182) vmkernel: Init: 812: platform memory is mapped',
      parsed: { body: 'Init: 812: platform memory is mapped', severity: 9 },
    },
    {
      line: '2026-03-04T07:43:05.000Z In(182) vmkernel: cpu3:2097421)StorageApdHandler: 1203: Device or filesystem with identifier [naa.600a0980383036326a5d4f6e75713451] has entered the All Paths Down state.',
      parsed: {
        body: 'StorageApdHandler: 1203: Device or filesystem with identifier [naa.600a0980383036326a5d4f6e75713451] has entered the All Paths Down state.',
        eventName: 'esx.problem.storage.apd.start',
        entity: 'volume:naa.600a0980383036326a5d4f6e75713451',
      },
    },
  ],
}
