import { severityFromWord } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine } from './format.ts'
import { attributes, parsedLine, wholeNumber } from './parsed-line.ts'
import { readRfc3339 } from './read-stamp.ts'

/** `Event [id] [part-parts] ` and where the payload begins. */
const EVENT = /\bEvent \[(\d{1,15})\] \[(\d{1,4})-(\d{1,4})\] /

/** What a syslog server leaves before the event: time, host, program, process. */
const PREFIX_LIMIT = 400

/** One part of an event as vCenter sends it. */
export interface EventPart {
  readonly key: string
  /** 1 to `parts`. */
  readonly part: number
  readonly parts: number
  /** Where `Event [` stands and where the payload begins. */
  readonly start: number
  readonly payloadStart: number
}

/** The event part in a line, whatever stands before it; undefined when there is none. */
export function eventPartIn(line: string): EventPart | undefined {
  if (!line.includes('Event [')) return undefined
  const match = EVENT.exec(line.slice(0, PREFIX_LIMIT))
  if (match === null) return undefined
  const [head, key, part, parts] = match
  return {
    key: key!,
    part: Number(part),
    parts: Number(parts),
    start: match.index,
    payloadStart: match.index + head.length,
  }
}

/**
 * The payload of an event from those of its parts, without the brackets that the split put around each.
 * The vendor's page shows `[payload-part-2]` and leaves open whether the brackets are sent [K]: they
 * count as the split's when they stand at every cut, and around the whole when the payload begins with
 * two.
 */
export function joinPayloads(payloads: readonly string[]): string {
  const last = payloads.length - 1
  const cut = payloads.every(
    (text, i) => (i === 0 || text.startsWith('[')) && (i === last || text.endsWith(']')),
  )
  if (!cut) return payloads.join('')
  const around = payloads[0]!.startsWith('[[')
  return payloads
    .map((text, i) => text.slice(i > 0 || around ? 1 : 0, i < last || around ? -1 : undefined))
    .join('')
}

/** `created type severity user target chain`, each in brackets; then the description. */
const FIELDS = 6

interface Payload {
  readonly fields: readonly string[]
  /** Offsets of the description in the line. */
  readonly from: number
  readonly to: number
}

/**
 * Splits a payload at `] [`. The description is the rest up to the last bracket of the line; it may
 * hold brackets itself, and a split or cut event may lack its end.
 */
function readPayload(line: string, start: number): Payload | undefined {
  const fields: string[] = []
  let at = start + 1
  if (line[start] !== '[') return undefined
  while (fields.length < FIELDS) {
    const end = line.indexOf('] [', at)
    if (end < 0 || end - at > 1024) return undefined
    fields.push(line.slice(at, end))
    at = end + 3
  }
  const last = line.lastIndexOf(']')
  return { fields, from: at, to: last >= at ? last : line.length }
}

/** `info`, `warning`, `error`; what a user did is information. */
function severityOf(word: string): number {
  return word === 'user' ? severityFromWord('info') : severityFromWord(word)
}

function present(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** The program named before an event: `vpxd[51702] `, `vpxd 123 - - `. */
function programIn(prefix: string): string | undefined {
  return /\b(vpxd|vpxa|vpxd-svcs)(?:\[\d{1,10}\]| \d{1,10}|:| )/.exec(prefix)?.[1]
}

/** The host behind the time, where a syslog server wrote both before the event. */
function hostIn(prefix: string): string | undefined {
  return /^(?:\d{4}-\d\d-\d\dT\S{8,30}|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) ([\w.:-]{1,253}) /.exec(
    prefix,
  )?.[1]
}

function parse(text: string): ParsedLine | undefined {
  const newline = text.indexOf('\n')
  if (newline < 0) return parseLine(text)
  const whole = joinLines(text)
  if (whole !== undefined) return parseLine(whole)
  const parsed = parseLine(text.slice(0, newline))
  return parsed && { ...parsed, body: parsed.body + text.slice(newline) }
}

/** The one line that lines in a file are the parts of, in their order; undefined when they are not. */
function joinLines(text: string): string | undefined {
  const lines = text.split(/\r?\n/)
  const first = eventPartIn(lines[0]!)
  if (first?.parts !== lines.length) return undefined
  const payloads: string[] = []
  for (const line of lines) {
    const part = eventPartIn(line)
    if (part?.key !== first.key || part.part !== payloads.length + 1) return undefined
    payloads.push(line.slice(part.payloadStart))
  }
  return lines[0]!.slice(0, first.payloadStart) + joinPayloads(payloads)
}

function parseLine(line: string): ParsedLine | undefined {
  const part = eventPartIn(line)
  const payload = part && readPayload(line, part.payloadStart)
  if (part === undefined || payload === undefined) return parsePiece(line, part)
  const [created, type, severity, user, target, chain] = payload.fields
  const prefix = line.slice(0, part.start)
  const body = line.slice(payload.from, payload.to).trimEnd()
  return parsedLine(body === '' ? type! || line : body, {
    stamp: readRfc3339(created!),
    host: hostIn(prefix),
    app: programIn(prefix),
    severity: severityOf(severity!),
    severityText: present(severity),
    eventName: present(type),
    attributes: attributes({
      'vsphere.event.key': wholeNumber(part.key),
      'vsphere.event.type_id': present(type),
      'vsphere.chain_id': wholeNumber(chain),
      'vsphere.target': present(target),
      'user.name': present(user),
    }),
  })
}

/** A part whose first one never came: kept under the event's key. */
function parsePiece(line: string, part: EventPart | undefined): ParsedLine | undefined {
  if (part === undefined || part.parts < 2) return undefined
  const body = line.slice(part.payloadStart)
  return parsedLine(body === '' ? line : body, {
    attributes: attributes({ 'vsphere.event.key': wholeNumber(part.key) }),
  })
}

function sniff(line: string): number {
  const part = eventPartIn(line)
  if (part === undefined) return 0
  const inside = line.slice(0, part.start)
  // A whole syslog frame is its envelope's; the message inside comes back here.
  if (inside.startsWith('<') || inside.length > 320) return 0
  return part.parts > 1 || line[part.payloadStart] === '[' ? 0.97 : 0
}

/**
 * Events that vCenter streams to a syslog server. `eventType` is the event's name; the time is when
 * vCenter created it. Events longer than 1,024 characters come in parts: `ingest/join-events.ts` waits
 * for those of a sender; those of a file are lines of one record.
 */
export const vcenterEvents: LogFormat = {
  name: 'vcenter-events',
  title: 'VMware vCenter events over syslog',
  reference: 'vSphere Monitoring and Performance, "Streaming Events to a Remote Syslog Server"',
  layer: 'hypervisor',
  multiline: true,
  sniff,
  parse,
  /** In the file of a syslog server the parts of an event follow each other. */
  continues: (line) => (eventPartIn(line)?.part ?? 1) > 1,
  samples: [
    {
      line: 'Event [348117] [1-1] [2026-03-04T09:03:36.213922Z] [vim.event.DrsVmMigratedEvent] [info] [VSPHERE.LOCAL\\svc-drs] [DC-North] [348102] [DRS migrated vdi-0417 from esx-07.example to esx-09.example in cluster VDI-A in DC-North]',
      parsed: {
        body: 'DRS migrated vdi-0417 from esx-07.example to esx-09.example in cluster VDI-A in DC-North',
        stamp: {
          kind: 'instant',
          us: micros(1772615016213922),
          ns: 0,
          resolutionUs: 1,
          text: '2026-03-04T09:03:36.213922Z',
        },
        severity: 9,
        severityText: 'info',
        eventName: 'vim.event.DrsVmMigratedEvent',
        attributes: {
          'vsphere.event.key': 348117,
          'vsphere.event.type_id': 'vim.event.DrsVmMigratedEvent',
          'vsphere.chain_id': 348102,
          'vsphere.target': 'DC-North',
          'user.name': 'VSPHERE.LOCAL\\svc-drs',
        },
      },
    },
    {
      line: 'vpxd 5911 - - Event [348118] [1-1] [2026-03-04T09:03:37.5Z] [vim.event.UserLoginSessionEvent] [info] [VSPHERE.LOCAL\\ann] [] [348118] [User VSPHERE.LOCAL\\ann@10.2.0.9 logged in as pyvmomi]',
      parsed: {
        body: 'User VSPHERE.LOCAL\\ann@10.2.0.9 logged in as pyvmomi',
        app: 'vpxd',
        severity: 9,
        eventName: 'vim.event.UserLoginSessionEvent',
      },
    },
    {
      line: 'Mar  4 10:03:38 vc-1 vpxd[5911] Event [348122] [1-1] [2026-03-04T09:03:38.101Z] [vim.event.HostConnectionLostEvent] [error] [] [DC-North] [348122] [Host esx-07.example in DC-North is not responding]',
      parsed: {
        body: 'Host esx-07.example in DC-North is not responding',
        host: 'vc-1',
        app: 'vpxd',
        severity: 17,
        eventName: 'vim.event.HostConnectionLostEvent',
      },
    },
    {
      line: 'Event [348119] [1-1] [2026-03-04T09:04:00.000001Z] [esx.problem.storage.apd.start] [warning] [] [DC-North] [348119] [Device or filesystem with identifier [naa.600a0980383036326a5d4f6e75713451] has entered the All Paths Down state.]',
      parsed: {
        body: 'Device or filesystem with identifier [naa.600a0980383036326a5d4f6e75713451] has entered the All Paths Down state.',
        severity: 13,
        eventName: 'esx.problem.storage.apd.start',
      },
    },
    {
      line: 'Event [348120] [1-1] [2026-03-04T09:05:00.684059Z] [vim.event.RoleUpdatedEvent] [info] [VSPHERE.LOCAL\\ann] [] [348120] [Role modified.',
      parsed: { body: 'Role modified.', eventName: 'vim.event.RoleUpdatedEvent' },
    },
    {
      line: 'Event [348121] [2-3] [Modified: config.hardware.numCPU: 2 -> 4; ]',
      parsed: {
        body: '[Modified: config.hardware.numCPU: 2 -> 4; ]',
        attributes: { 'vsphere.event.key': 348121 },
      },
    },
    {
      line: 'Mar  4 10:03:38 vc-1 vpxd[5911] Event [348123] [1-2] [2026-03-04T09:03:38.101Z] [vim.event.VmReconfiguredEvent] [info] [ann] [DC-North] [348123] [Reconfigured vdi-04]\nMar  4 10:03:38 vc-1 vpxd[5911] Event [348123] [2-2] [17 on esx-07.example]',
      parsed: {
        body: 'Reconfigured vdi-0417 on esx-07.example',
        host: 'vc-1',
        severity: 9,
        eventName: 'vim.event.VmReconfiguredEvent',
      },
    },
  ],
}
