import type { SampleStatus, StartFacts } from '../../../model/api.ts'
import type { Layer } from '../../../model/entity.ts'
import { count, quantity } from '../../lib/quantity.ts'

/** What fills each layer: what one sees there, and who sends it. */
export const WAITING: readonly {
  readonly layer: Layer
  readonly shows: string
  readonly comesFrom: string
}[] = [
  {
    layer: 'session',
    shows: 'Logons, input delay, round trip',
    comesFrom: 'Horizon or Citrix events, session metrics',
  },
  {
    layer: 'guest',
    shows: 'Event logs, journals, disk latency seen inside',
    comesFrom: 'Windows event forwarding, journald, guest agents',
  },
  {
    layer: 'hypervisor',
    shows: 'vmkernel, vobd, hostd, vCenter events, DAVG',
    comesFrom: 'ESXi and vCenter syslog, libvirt, Hyper-V, metrics by remote write',
  },
  {
    layer: 'storage',
    shows: 'Array events, service time, queue depth',
    comesFrom: 'Array syslog, array metrics',
  },
  {
    layer: 'network',
    shows: 'Switch messages, port errors, utilisation',
    comesFrom: 'Switch syslog, interface metrics',
  },
  {
    layer: 'service',
    shows: 'Brokers, directory, DNS, DHCP, profile shares',
    comesFrom: 'Their logs, response times',
  },
]

/** `41 GB free, about 160 M records`. */
export const roomText = ({ freeBytes, recordsThatFit }: StartFacts): string =>
  `${quantity(freeBytes, 'By')} free, about ${count(recordsThatFit)} records`

/** `Two hours of a data centre with one slow desktop: 200 VMs, 16 hosts, 1.08 M records and values.` */
export function sampleText({ about }: SampleStatus): string {
  if (about === null) return 'A data centre with one slow desktop.'
  const hours = Math.round((Date.parse(about.to) - Date.parse(about.from)) / 360_000) / 10
  const what = about.slow === null ? '' : ' with one slow desktop'
  const rows = count(about.records + about.points)
  return `${hours} ${hours === 1 ? 'hour' : 'hours'} of a data centre${what}: ${about.vms} VMs, ${about.hosts} hosts, ${rows} records and measured values. Removable.`
}

/** On the button: a sample that is there need only be shown. */
export const loadWords = ({ state }: SampleStatus): string =>
  state === 'loading'
    ? 'Loading the sample'
    : state === 'loaded'
      ? 'Show the sample incident'
      : 'Load the sample incident'

/** Records and values that a laptop loads in a second. */
const PER_SECOND = 100_000

/** `about 10 s`: how long loading takes, roughly. */
export function loadingTime({ about }: SampleStatus): string {
  if (about === null) return ''
  const seconds = (about.records + about.points) / PER_SECOND
  return `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} s`
}

/** Where to send what, as addresses to copy. `origin` is where the page came from. */
export function addresses(
  listeners: StartFacts['listeners'],
  origin: string,
): readonly (readonly [string, string])[] {
  const syslog = new Map<string, string[]>()
  for (const { protocol, address } of listeners) {
    if (!protocol.startsWith('syslog-')) continue
    syslog.set(address, [...(syslog.get(address) ?? []), protocol.slice('syslog-'.length)])
  }
  return [
    ...[...syslog].map(
      ([address, ways]) => [`Syslog ${ways.sort().reverse().join(' and ')}`, address] as const,
    ),
    ['Elasticsearch', `${origin}/_bulk`],
    ['OpenTelemetry', `${origin}/v1/logs`],
    ['Prometheus', `${origin}/api/v1/write`],
    ['Loki', `${origin}/loki/api/v1/push`],
  ]
}
