import { SEVERITY } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import { isContinuation, putHeader, readEsxiHeader } from './esxi-line.ts'
import type { EsxiHeader } from './esxi-line.ts'
import { deviceIn, putStorage } from './esxi-storage.ts'
import type { LogFormat, ParsedLine } from './format.ts'
import { parsedLine, put, wholeNumber } from './parsed-line.ts'
import type { Attributes } from './parsed-line.ts'

/** `[scsiCorrelator] 14807183227307us: [esx.problem.…] `: correlator, microseconds since boot, id. */
const EVENT = /^ ?\[(\w{3,40})\] (\d{1,19})us: {1,4}\[([a-z][\w-]*(?:\.[\w-]+)+)\] ?/

/** `An event (esx.audit.…) could not be sent immediately to hostd; queueing for retry.`, `No correlator for vob.…` */
const OWN_MATTERS =
  /^(?:An event \([a-z][\w-]*(?:\.[\w-]+)+\) could not be sent|No correlator for vob\.)/

/** VMFS volumes are named by UUID: four groups of hexadecimal digits, 8-8-4-12. */
const VMFS_UUID = /\b[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}\b/
const NIC = /\bvmnic\d{1,4}\b/

/** The longest id of the catalogue is well below this. */
const HEAD_LIMIT = 300

type Level = Pick<ParsedLine, 'severity' | 'severityText' | 'severityAssumed'>

/** The letters of ESXi 8, else the class of the event: a problem is a warning. */
function levelOf(header: EsxiHeader, id: string): Level {
  if (header.severity !== undefined) {
    return { severity: header.severity, severityText: header.level! }
  }
  const severity = id.startsWith('esx.problem.') ? SEVERITY.warn : SEVERITY.info
  return { severity, severityAssumed: true }
}

function phaseOf(id: string): string | undefined {
  if (id.startsWith('esx.problem.')) return 'start'
  return id.startsWith('esx.clear.') ? 'end' : undefined
}

/** The device or the datastore an event is about. */
function entityOf(device: string | undefined, text: string): string | undefined {
  if (device !== undefined) return `volume:${device}`
  const uuid = VMFS_UUID.exec(text)?.[0]
  return uuid && `datastore:${uuid}`
}

function parseEvent(header: EsxiHeader, event: RegExpExecArray): ParsedLine {
  const [head, correlator, uptime, id] = event
  const body = header.text.slice(head.length)
  const level = levelOf(header, id!)
  const device = deviceIn(body)
  const attributes: Attributes = {}
  putHeader(attributes, header)
  put(attributes, 'vsphere.vob.correlator', correlator)
  put(attributes, 'vsphere.uptime_us', wholeNumber(uptime))
  put(attributes, 'event.phase', phaseOf(id!))
  if (body.includes('vmnic')) put(attributes, 'network.interface.name', NIC.exec(body)?.[0])
  putStorage(attributes, body, device)
  return parsedLine(body === '' ? id! : body, {
    stamp: header.stamp,
    host: header.host,
    app: 'vobd',
    severity: level.severity,
    severityText: level.severityText,
    severityAssumed: level.severityAssumed,
    eventName: id,
    entity: entityOf(device, body),
    attributes,
  })
}

function parse(line: string): ParsedLine | undefined {
  const header = readEsxiHeader(line)
  if (header === undefined) return undefined
  const event = EVENT.exec(header.text.slice(0, HEAD_LIMIT))
  if (event !== null) return parseEvent(header, event)
  const isOwnMatter = OWN_MATTERS.test(header.text.slice(0, HEAD_LIMIT))
  if (!isOwnMatter && header.app !== 'vobd') return undefined
  const level = levelOf(header, '')
  const attributes: Attributes = {}
  putHeader(attributes, header)
  return parsedLine(header.text === '' ? line : header.text, {
    stamp: header.stamp,
    host: header.host,
    app: 'vobd',
    severity: level.severity,
    severityText: level.severityText,
    severityAssumed: level.severityAssumed,
    attributes,
  })
}

/** A whole line in one look: time, level, host and program, each optional, then the correlator. */
const LINE =
  /^(?:\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d):? (?:[A-Z][a-z]\(\d{1,3}\)\+? )?(?:(?:[\w.-]{1,253} )?([a-z]{3,20})(?:\[\w{1,20}\])?: {0,4})?)? ?(?:(\[\w{3,40}\] \d{1,19}us: {1,4}\[[a-z])|(An event \(|No correlator for vob))?/

function sniff(line: string): number {
  const match = LINE.exec(line)
  if (match === null) return 0
  if (match[2] !== undefined) return 0.98
  return match[3] !== undefined || match[1] === 'vobd' ? 0.94 : 0
}

/**
 * The VMkernel observations of an ESXi host: vobd.log and the same over syslog. `vob.*` is what was
 * seen, `esx.*` what the correlator made of it; both carry microseconds since boot, which order them
 * inside a host even when its clock steps.
 */
export const esxiVobd: LogFormat = {
  name: 'esxi-vobd',
  title: 'VMware ESXi vobd (VMkernel observations)',
  reference: 'vSphere 8 "ESXi Syslog Message Formats"; Broadcom KB 318927, 320840',
  layer: 'hypervisor',
  sniff,
  parse,
  continues: isContinuation,
  samples: [
    {
      line: '2026-03-04T07:43:05.118Z: [APDCorrelator] 14807183227307us: [esx.problem.storage.apd.start] Device or filesystem with identifier [naa.600a0980383036326a5d4f6e75713451] has entered the All Paths Down state.',
      parsed: {
        body: 'Device or filesystem with identifier [naa.600a0980383036326a5d4f6e75713451] has entered the All Paths Down state.',
        stamp: {
          kind: 'instant',
          us: micros(1772610185118000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-03-04T07:43:05.118Z',
        },
        app: 'vobd',
        severity: 13,
        eventName: 'esx.problem.storage.apd.start',
        entity: 'volume:naa.600a0980383036326a5d4f6e75713451',
        attributes: {
          'vsphere.vob.correlator': 'APDCorrelator',
          'vsphere.uptime_us': 14807183227307,
          'event.phase': 'start',
          'storage.volume.naa': 'naa.600a0980383036326a5d4f6e75713451',
        },
      },
    },
    {
      line: '2026-03-04T07:45:30.002Z In(14) vobd[2097712]:  [vmfsCorrelator] 14807328111050us: [esx.problem.vmfs.heartbeat.timedout] 5f1c22ab-8d3e9a10-77fe-0025b5aa0017 ds-gold-04',
      parsed: {
        body: '5f1c22ab-8d3e9a10-77fe-0025b5aa0017 ds-gold-04',
        severity: 9,
        severityText: 'In',
        eventName: 'esx.problem.vmfs.heartbeat.timedout',
        entity: 'datastore:5f1c22ab-8d3e9a10-77fe-0025b5aa0017',
      },
    },
    {
      line: '2017-06-14T14:14:25.234Z esx-07.example vobd:  [scsiCorrelator] 14807183227307us: [vob.scsi.scsipath.pathstate.dead] scsiPath vmhba2:C0:T3:L12 changed state from on',
      parsed: {
        body: 'scsiPath vmhba2:C0:T3:L12 changed state from on',
        host: 'esx-07.example',
        severity: 9,
        eventName: 'vob.scsi.scsipath.pathstate.dead',
        attributes: { 'storage.path.name': 'vmhba2:C0:T3:L12' },
      },
    },
    {
      line: '[netCorrelator] 7316208822us: [esx.clear.net.vmnic.linkstate.up] Physical NIC vmnic4 linkstate is up',
      parsed: {
        body: 'Physical NIC vmnic4 linkstate is up',
        app: 'vobd',
        eventName: 'esx.clear.net.vmnic.linkstate.up',
        attributes: { 'event.phase': 'end', 'network.interface.name': 'vmnic4' },
      },
    },
    {
      line: '2026-03-04T07:46:00.500Z In(14) vobd[2097712]:  [scsiCorrelator] 14807358111050us: [esx.problem.scsi.device.io.latency.high] Device naa.600a0980383036326a5d4f6e75713451 performance has deteriorated. I/O latency increased from average value of 1343 microseconds to 28022 microseconds.',
      parsed: {
        body: 'Device naa.600a0980383036326a5d4f6e75713451 performance has deteriorated. I/O latency increased from average value of 1343 microseconds to 28022 microseconds.',
        eventName: 'esx.problem.scsi.device.io.latency.high',
        attributes: { 'storage.io.latency_us': 28022, 'storage.io.latency_before_us': 1343 },
      },
    },
    {
      line: '2026-03-04T07:46:01.500Z: An event (esx.audit.dcui.enabled) could not be sent immediately to hostd; queueing for retry.',
      parsed: {
        body: 'An event (esx.audit.dcui.enabled) could not be sent immediately to hostd; queueing for retry.',
        severity: 9,
      },
    },
  ],
}
