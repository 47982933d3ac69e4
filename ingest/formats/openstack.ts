import type { Layer } from '../../model/entity.ts'
import { severityFromWord } from '../../model/severity.ts'
import type { LogFormat, ParsedLine } from './format.ts'
import { attributes, parsedLine, wholeNumber } from './parsed-line.ts'
import { readIso } from './read-stamp.ts'

/** `23623 INFO neutron.wsgi `: process, level and logger; journals leave the process out. */
const HEADER =
  /^(?:(\d{1,10}) )?(TRACE|DEBUG|INFO|AUDIT|WARNING|ERROR|CRITICAL) ([A-Za-z_][\w.-]{0,200})(?= |$)/

/** The request context in brackets: `[-]`, `[req-… user project …]`, `[None req-… …]`. */
const CONTEXT = /^ \[(-|(?:None |req-)[^\]]{0,400})\] ?/

const REQUEST = /^req-[0-9a-f-]{36}$/
const USER_OR_PROJECT = /^[0-9a-f]{32,64}$/
const INSTANCE = /^\[instance: ([0-9a-f]{8}-[0-9a-f-]{27})\] /

/** The layer of a project's lines: what it runs, not what it is. */
const PROJECT_LAYERS: Readonly<Record<string, Layer>> = {
  nova: 'hypervisor',
  ironic: 'hypervisor',
  placement: 'hypervisor',
  neutron: 'network',
  octavia: 'network',
  designate: 'network',
  ovsdbapp: 'network',
  cinder: 'storage',
  glance: 'storage',
  manila: 'storage',
  swift: 'storage',
  keystone: 'service',
  heat: 'service',
  barbican: 'service',
  magnum: 'service',
}

interface Context {
  readonly globalRequest?: string | undefined
  readonly request?: string | undefined
  readonly user?: string | undefined
  readonly project?: string | undefined
}

/**
 * The parts of a request context. Two request ids are the caller's, which spans services, and the
 * service's own; then user and project, then domains.
 */
function contextOf(text: string): Context {
  if (text === '-') return {}
  const words = text.split(' ').filter((word) => word !== 'None')
  const requests = words.filter((word) => REQUEST.test(word))
  const identity = words.slice(requests.length)
  const id = (word: string | undefined): string | undefined =>
    word !== undefined && USER_OR_PROJECT.test(word) ? word : undefined
  return {
    globalRequest: requests.length > 1 ? requests[0] : undefined,
    request: requests.at(-1),
    user: id(identity[0]),
    project: id(identity[1]),
  }
}

function parse(line: string): ParsedLine | undefined {
  const stamp = readIso(line)
  const rest = stamp === undefined ? line : line.slice(stamp.text.length + 1)
  const header = HEADER.exec(rest)
  if (header === null) return undefined
  const [head, pid, level, logger] = header
  const bracket = CONTEXT.exec(rest.slice(head.length))
  if (stamp === undefined ? bracket === null : pid === undefined) return undefined
  const context = bracket === null ? {} : contextOf(bracket[1]!)
  const message = rest.slice(head.length + (bracket === null ? 1 : bracket[0].length))
  const instance = INSTANCE.exec(message)
  const project = logger!.split('.', 1)[0]!
  const known = Object.hasOwn(PROJECT_LAYERS, project)
  return parsedLine(message === '' ? logger! : message, {
    stamp,
    app: known ? project : undefined,
    severity: severityFromWord(level!),
    severityText: level,
    layer: known ? PROJECT_LAYERS[project] : undefined,
    entity: instance === null ? undefined : `vm:${instance[1]}`,
    attributes: attributes({
      'process.pid': wholeNumber(pid),
      'log.logger': logger,
      'openstack.request_id': context.request,
      'openstack.global_request_id': context.globalRequest,
      'openstack.project_id': context.project,
      'user.id': context.user,
      'vm.id': instance?.[1],
    }),
  })
}

function sniff(line: string): number {
  const first = line.charCodeAt(0)
  const dated = first >= 48 && first <= 57
  if (dated && line.charCodeAt(4) !== 45) return 0
  const stamp = dated ? readIso(line) : undefined
  if (dated && stamp === undefined) return 0
  const rest = line.slice(stamp === undefined ? 0 : stamp.text.length + 1, 700)
  const header = HEADER.exec(rest)
  if (header === null || (dated && header[1] === undefined)) return 0
  const bracket = CONTEXT.test(rest.slice(header[0].length))
  return bracket ? 0.9 : dated ? 0.7 : 0
}

/**
 * OpenStack services by oslo.log's default line. The instance a line is about is the virtual machine
 * by its UUID, the same that libvirt knows.
 */
export const openstack: LogFormat = {
  name: 'openstack',
  title: 'OpenStack services (oslo.log)',
  reference: 'https://docs.openstack.org/oslo.log/latest/configuration/index.html',
  layer: 'service',
  sniff,
  parse,
  continues: (line) => /^(?:\s|Traceback )/.test(line),
  samples: [
    {
      line: '2026-03-04 10:42:22.772 23623 INFO neutron.wsgi [req-4c743023-00ed-441c-9d0a-19b8167ea0ad 919173c1ba5b04004ac4c467c678e6e8 fd686745c7724189bb02e5f62020a1b2 - default default] 10.1.25.25 "GET /v2.0/ports HTTP/1.1" status: 200 len: 208 time: 0.0089',
      parsed: {
        body: '10.1.25.25 "GET /v2.0/ports HTTP/1.1" status: 200 len: 208 time: 0.0089',
        stamp: {
          kind: 'local',
          year: 2026,
          month: 3,
          day: 4,
          hour: 10,
          minute: 42,
          second: 22,
          microsecond: 772000,
          ns: 0,
          resolutionUs: 1000,
          text: '2026-03-04 10:42:22.772',
        },
        app: 'neutron',
        severity: 9,
        severityText: 'INFO',
        layer: 'network',
        attributes: {
          'process.pid': 23623,
          'log.logger': 'neutron.wsgi',
          'openstack.request_id': 'req-4c743023-00ed-441c-9d0a-19b8167ea0ad',
          'user.id': '919173c1ba5b04004ac4c467c678e6e8',
          'openstack.project_id': 'fd686745c7724189bb02e5f62020a1b2',
        },
      },
    },
    {
      line: '2026-03-04 10:43:01.002 653208 ERROR nova.compute.manager [req-4c743023-00ed-441c-9d0a-19b8167ea0ad - - - - -] [instance: b3247fa2-fdef-4608-b661-0677fd68f96a] Live migration failed.',
      parsed: {
        body: '[instance: b3247fa2-fdef-4608-b661-0677fd68f96a] Live migration failed.',
        app: 'nova',
        severity: 17,
        layer: 'hypervisor',
        entity: 'vm:b3247fa2-fdef-4608-b661-0677fd68f96a',
        attributes: { 'vm.id': 'b3247fa2-fdef-4608-b661-0677fd68f96a' },
      },
    },
    {
      line: '2026-03-04 10:43:01.010 653208 ERROR nova.compute.manager [instance: b3247fa2-fdef-4608-b661-0677fd68f96a] libvirt.libvirtError: Timed out during operation',
      parsed: {
        body: '[instance: b3247fa2-fdef-4608-b661-0677fd68f96a] libvirt.libvirtError: Timed out during operation',
        entity: 'vm:b3247fa2-fdef-4608-b661-0677fd68f96a',
        severity: 17,
      },
    },
    {
      line: '2026-03-04 10:43:01.011 653208 ERROR nova.compute.manager ',
      parsed: { body: 'nova.compute.manager', severity: 17 },
    },
    {
      line: '2026-03-04 10:44:00.100 7 WARNING oslo_config.cfg [-] Option "rabbit_userid" from group "oslo_messaging_rabbit" is deprecated for removal.',
      parsed: {
        body: 'Option "rabbit_userid" from group "oslo_messaging_rabbit" is deprecated for removal.',
        severity: 13,
        attributes: { 'log.logger': 'oslo_config.cfg' },
      },
    },
    {
      line: 'DEBUG cinder.volume.manager [None req-1d0a3023-00ed-441c-9d0a-19b8167ea0ad req-2d0a3023-00ed-441c-9d0a-19b8167ea0ad admin admin] Volume creation took 41 s',
      parsed: {
        body: 'Volume creation took 41 s',
        app: 'cinder',
        severity: 5,
        layer: 'storage',
        attributes: {
          'openstack.global_request_id': 'req-1d0a3023-00ed-441c-9d0a-19b8167ea0ad',
          'openstack.request_id': 'req-2d0a3023-00ed-441c-9d0a-19b8167ea0ad',
        },
      },
    },
  ],
}
