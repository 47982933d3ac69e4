import type { Layer } from '../../model/entity.ts'

/** A part of a page of help. `{http}` and `{syslog}` in code stand for the addresses that listen now. */
export type HelpBlock =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly label: string; readonly code: string }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly [string, string])[] }

export interface HelpTopic {
  readonly id: string
  readonly title: string
  readonly about: string
  /** Further words that find it. */
  readonly words: string
  readonly blocks: readonly HelpBlock[]
}

const text = (said: string): HelpBlock => ({ kind: 'text', text: said })
const code = (label: string, ...lines: string[]): HelpBlock => ({
  kind: 'code',
  label,
  code: lines.join('\n'),
})
const rows = (...all: (readonly [string, string])[]): HelpBlock => ({ kind: 'rows', rows: all })

/** `send-storage`: the page that says how a layer is filled. */
export const sendTopic = (layer: Layer): string => `send-${layer}`

const TELEGRAF = code(
  'telegraf.conf',
  '[[outputs.http]]',
  '  url = "{http}/api/v1/write"',
  '  data_format = "prometheusremotewrite"',
  '  [outputs.http.headers]',
  '    Content-Type = "application/x-protobuf"',
  '    Content-Encoding = "snappy"',
  '    X-Prometheus-Remote-Write-Version = "0.1.0"',
)

const WINLOGBEAT = (logs: readonly string[]): HelpBlock =>
  code(
    'winlogbeat.yml',
    'winlogbeat.event_logs:',
    ...logs.map((log) => `  - name: ${log}`),
    'output.elasticsearch:',
    '  hosts: ["{http}"]',
  )

/** The pages of help, in the order in which they are listed. */
export const HELP_TOPICS: readonly HelpTopic[] = [
  {
    id: 'query',
    title: 'The query language',
    about: 'words, fields, ranges, pipes',
    words: 'search syntax operators and or not wildcard regular expression near entity stats',
    blocks: [
      rows(
        ['apd timeout', 'records with both words, whole, in any case'],
        ['"link failure"', 'the words next to each other'],
        ['host:esx-01', 'a field; * and ? stand for anything'],
        ['severity>=warn', 'comparisons, ranges as field:[10 to 60]'],
        ['host:(esx-01 or esx-02)', 'any of several values'],
        ['/naa\\.600a[0-9a-f]+/', 'a regular expression'],
        ['a and (b or not c)', 'and may be left out'],
        ['entity:VDI-0417', 'what names the entity, by any of its names then'],
        ['near:VDI-0417', 'the entity, what it depends on, and what depends on it'],
        ['layer:storage team:network', 'a layer, a team'],
        [
          'apd | stats count() by host',
          'a table; also top, rate, sort, limit, fields, patterns, dedup',
        ],
      ),
    ],
  },
  {
    id: 'send',
    title: 'Send live',
    about: 'the addresses that listen, and what to write where',
    words: 'add a source syslog rsyslog elasticsearch otlp opentelemetry prometheus loki filebeat',
    blocks: [
      text('Nothing has to be registered: a source appears with its first record.'),
      code(
        'rsyslog',
        '*.* action(type="omfwd" target="{syslogHost}" port="{syslogPort}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")',
      ),
      code(
        'Filebeat, Logstash, Fluent Bit, Vector: their Elasticsearch output',
        'hosts: ["{http}"]',
      ),
      code(
        'OpenTelemetry',
        'OTEL_EXPORTER_OTLP_ENDPOINT={http}',
        'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
      ),
      code('prometheus.yml', 'remote_write:', '  - url: {http}/api/v1/write'),
      code('Grafana Alloy, Promtail: Loki push', 'url: {http}/loki/api/v1/push'),
      code(
        'What runs where, and what it depends on',
        'curl --data-binary @inventory.ndjson -H "content-type: application/x-ndjson" {http}/api/v1/ingest/inventory',
      ),
    ],
  },
  {
    id: 'import',
    title: 'Read files',
    about: 'log files and folders, compressed or not',
    words: 'import file folder gz upload journal archive',
    blocks: [
      code('From a shell', 'npx plumbline import PATH'),
      text(
        'Started again, nothing is stored twice: what is known of a file is recognised by its place. The format is found out per file; --format says it where it cannot be.',
      ),
      code(
        'Several at once, with the name of the source',
        'npx plumbline import --source esx-07 var/log/*.gz',
      ),
    ],
  },
  {
    id: 'formats',
    title: 'Formats',
    about: 'what is read, and what becomes of the rest',
    words: 'parser vmkernel vobd hostd vcenter cisco netapp ceph journald windows json syslog',
    blocks: [
      text(
        'Found out per source, remembered, and looked at again when lines stop fitting. What no format understands is kept as it came, findable and counted as not parsed.',
      ),
      rows(
        [
          'Hypervisor',
          'ESXi vmkernel, vobd, hostd and vpxa, vCenter events, vmware.log, libvirt, QEMU',
        ],
        ['Storage', 'NetApp EMS, Ceph'],
        ['Network', 'Cisco IOS, IOS XE, IOS XR, NX-OS, Open vSwitch'],
        ['Guest', 'Linux kernel, systemd journal, JSON lines of winlogbeat and nxlog'],
        [
          'Any',
          'RFC 3164, RFC 5424, JSON lines (ECS, OpenTelemetry), logfmt, containers, OpenStack, text with a time',
        ],
      ),
      code('All, with their references', 'npx plumbline formats'),
    ],
  },
  {
    id: 'send-session',
    title: 'Fill the session layer',
    about: 'logons, input delay, round trip',
    words: 'horizon citrix session metrics windows send',
    blocks: [
      text(
        'Horizon: in the console, Settings, Event Configuration, Syslog, add {syslog}. Citrix and Windows write sessions to event logs:',
      ),
      WINLOGBEAT([
        'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
        'Microsoft-Windows-User Profile Service/Operational',
        'Application',
      ]),
      text('Input delay and round trip are performance counters; Telegraf sends them:'),
      TELEGRAF,
    ],
  },
  {
    id: 'send-guest',
    title: 'Fill the guest layer',
    about: 'event logs, journals, disk latency seen inside',
    words: 'windows event log linux journald guest agent send',
    blocks: [
      WINLOGBEAT(['System', 'Application']),
      code(
        'Linux: /etc/rsyslog.d/plumbline.conf',
        '*.* action(type="omfwd" target="{syslogHost}" port="{syslogPort}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")',
      ),
      text(
        'Disk latency as the guest sees it: windows_exporter or node_exporter, sent on by Prometheus:',
      ),
      code('prometheus.yml', 'remote_write:', '  - url: {http}/api/v1/write'),
    ],
  },
  {
    id: 'send-hypervisor',
    title: 'Fill the hypervisor layer',
    about: 'vmkernel, vobd, hostd, vCenter events, device latency',
    words: 'esxi vcenter libvirt hyper-v vsphere send',
    blocks: [
      code(
        'On each ESXi host',
        "esxcli system syslog config set --loghost='tcp://{syslog}'",
        'esxcli system syslog reload',
        'esxcli network firewall ruleset set --ruleset-id=syslog --enabled=true',
      ),
      text(
        'vCenter: in its appliance management (port 5480), Syslog, Forwarding, add {syslog} over TCP; events come with it once vpxd.event.syslog.enabled is true.',
      ),
      text(
        'libvirt and QEMU write to the journal, which rsyslog forwards; Hyper-V writes event logs:',
      ),
      WINLOGBEAT([
        'Microsoft-Windows-Hyper-V-VMMS-Admin',
        'Microsoft-Windows-Hyper-V-Worker-Admin',
      ]),
      text(
        'Device and kernel latency: Telegraf with inputs.vsphere, or any exporter, by remote write:',
      ),
      TELEGRAF,
    ],
  },
  {
    id: 'send-storage',
    title: 'Fill the storage layer',
    about: 'array events, service time, queue depth',
    words: 'netapp ontap ceph array syslog fibre channel send',
    blocks: [
      code(
        'NetApp ONTAP',
        'event notification destination create -name plumbline -syslog {syslogHost} -syslog-port {syslogPort} -syslog-transport tcp-unencrypted',
        'event notification create -filter-name important-events -destinations plumbline',
      ),
      code(
        'Ceph',
        'ceph config set global log_to_syslog true',
        'ceph config set global mon_cluster_log_to_syslog true',
      ),
      text(
        'and rsyslog on its nodes sends them on. Service time and queue depth come from the exporter of the array:',
      ),
      code('prometheus.yml', 'remote_write:', '  - url: {http}/api/v1/write'),
    ],
  },
  {
    id: 'send-network',
    title: 'Fill the network layer',
    about: 'switch messages, port errors, utilisation',
    words: 'cisco ios nx-os switch snmp open vswitch send',
    blocks: [
      code('Cisco IOS, IOS XE', 'logging host {syslogHost} transport tcp port {syslogPort}'),
      code('Cisco NX-OS', 'logging server {syslogHost} 6 port {syslogPort} use-vrf management'),
      text(
        'Port errors and utilisation: Prometheus with snmp_exporter (if_mib), sent on by remote write:',
      ),
      code('prometheus.yml', 'remote_write:', '  - url: {http}/api/v1/write'),
    ],
  },
  {
    id: 'send-service',
    title: 'Fill the service layer',
    about: 'brokers, directory, DNS, DHCP, profile shares',
    words: 'broker active directory dns dhcp profile share send',
    blocks: [
      WINLOGBEAT(['Directory Service', 'DNS Server', 'Microsoft-Windows-Dhcp-Server/Operational']),
      code(
        'Services on Linux: /etc/rsyslog.d/plumbline.conf',
        '*.* action(type="omfwd" target="{syslogHost}" port="{syslogPort}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")',
      ),
      code(
        'Applications with OpenTelemetry',
        'OTEL_EXPORTER_OTLP_ENDPOINT={http}',
        'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
      ),
    ],
  },
]

/** Where the server listens, for the lines of configuration. */
export interface Listening {
  /** `http://127.0.0.1:7600`. */
  readonly http: string
  /** `127.0.0.1:5514`; null when syslog is switched off. */
  readonly syslog: string | null
}

/** A text of help with the addresses in it. Without a syslog listener its place says so. */
export function withAddresses(said: string, { http, syslog }: Listening): string {
  const at = syslog?.lastIndexOf(':') ?? -1
  const host = syslog === null ? '(syslog is off)' : syslog.slice(0, at).replace(/^\[|\]$/g, '')
  const port = syslog === null ? '' : syslog.slice(at + 1)
  return said
    .replaceAll('{http}', http)
    .replaceAll('{syslog}', syslog ?? '(syslog is off)')
    .replaceAll('{syslogHost}', host)
    .replaceAll('{syslogPort}', port)
}

/** What listens, of the server's health and the address that the page came from. */
export function listeningOf(
  listeners: readonly { readonly protocol: string; readonly address: string }[],
  origin: string,
): Listening {
  const syslog = listeners.find(
    ({ protocol }) => protocol === 'syslog-tcp' || protocol === 'syslog-udp',
  )
  return { http: origin, syslog: syslog?.address ?? null }
}
