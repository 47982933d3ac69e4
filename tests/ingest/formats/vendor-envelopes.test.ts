import { describe, expect, test } from 'vitest'
import { FormatDetector } from '../../../ingest/detect.ts'

const detect = (line: string) => new FormatDetector().detect('udp', line)

describe('a vendor line inside syslog', () => {
  test('takes host and severity from the frame where the message has none', () => {
    expect(
      detect(
        '<181>2026-03-04T07:41:12.310Z esx-07.example vmkernel: cpu2:2097678)NMP: nmp_PathDetermineFailure:3014: path down',
      ),
    ).toMatchObject({
      format: 'esxi-vmkernel',
      parsed: {
        host: 'esx-07.example',
        app: 'vmkernel',
        severity: 10,
        stamp: { text: '2026-03-04T07:41:12.310Z' },
        attributes: { 'vsphere.world_id': 2097678, 'log.syslog.severity.code': 5 },
      },
    })
  })

  test('has the level of its own text before that of the frame', () => {
    expect(
      detect(
        '<166>2026-03-04T07:50:11.118Z esx-07 Hostd: error hostd[2099812] [Originator@6876 sub=Hostsvc opID=8f21c0de] lost',
      ),
    ).toMatchObject({
      format: 'esxi-hostd',
      parsed: {
        host: 'esx-07',
        app: 'hostd',
        body: 'lost',
        severity: 17,
        attributes: { 'vsphere.op_id': '8f21c0de', 'log.syslog.severity.code': 6 },
      },
    })
  })

  test('keeps the time of the event before that of the frame', () => {
    expect(
      detect(
        '<14>1 2026-03-04T09:03:39.9Z vc-1 vpxd 5911 - - Event [348117] [1-1] [2026-03-04T09:03:36.213922Z] [vim.event.VmMigratedEvent] [info] [ann] [DC] [348102] [Migrated]',
      ),
    ).toMatchObject({
      format: 'vcenter-events',
      parsed: { host: 'vc-1', app: 'vpxd', stamp: { text: '2026-03-04T09:03:36.213922Z' } },
    })
  })

  test.each([
    ['<189>Mar  4 10:41:22 leaf-3 %MODULE-5-MOD_OK: Module 1 is online', 'leaf-3'],
    ['<189>Mar  4 10:41:22.123 CET: %SYS-5-CONFIG_I: Configured from console', undefined],
    ['<189>2026-03-04T10:41:22+01:00 leaf-3 Bgp: %BGP-5-ADJCHANGE: peer 192.0.2.2 down', 'leaf-3'],
  ])('of Cisco with a plain header keeps the time of the header: %s', (line, host) => {
    const found = detect(line)
    expect(found?.format).toBe('cisco-ios')
    expect(found?.parsed.severity).toBe(10)
    expect(found?.parsed.stamp).toBeDefined()
    expect(found?.parsed.host).toBe(host)
  })

  test('of NX-OS behind a relay keeps the time of the device', () => {
    expect(
      detect(
        '<189>Mar  4 10:41:25 mds-a : 2026 Mar  4 10:41:22 UTC: %PORT-5-IF_DOWN_LINK_FAILURE: %$VSAN 12%$ Interface fc1/3 is down',
      ),
    ).toMatchObject({
      format: 'cisco-nxos',
      parsed: {
        host: 'mds-a',
        body: 'Interface fc1/3 is down',
        eventName: 'cisco:PORT-5-IF_DOWN_LINK_FAILURE',
        stamp: { kind: 'instant', text: '2026 Mar  4 10:41:22 UTC' },
        attributes: { 'fc.vsan': 12 },
      },
    })
  })

  test.each([
    ['<13>Feb 10 11:36:10 [cl1-02: wafl: wafl.vol.full:alert]: Insufficient space', 'netapp-ems'],
    ['<29>Mar  4 10:00:00 kvm-3 ovs-vswitchd[9]: ovs|00012|bridge|WARN|port down', 'openvswitch'],
    ['<27>Mar  4 10:00:00 kvm-3 libvirtd[9]: 14069: error : f:1 : lost monitor', 'libvirt'],
    [
      '<30>Mar  4 10:00:00 st-1 ceph-osd[9]: 2026-03-04T10:00:00.1+0000 7f12c6f8b700 -1 osd.9 1 down',
      'ceph',
    ],
    ['<30>Mar  4 10:00:00 os-1 nova-compute[9]: INFO nova.virt [None req-1 a b] ok', 'openstack'],
    ['<14>2026-03-04T07:43:05.1Z esx-07 vobd: [netCorrelator] 7us: [vob.net.x] text', 'esxi-vobd'],
  ])('is recognised: %s', (line, format) => {
    expect(detect(line)?.format).toBe(format)
  })
})

describe('text that only looks like a vendor line', () => {
  test.each([
    'the switch said %LINK-3-UPDOWN: down and we waited',
    'Event [7] of the season [1-1] was a draw',
    '[note: to self: buy.milk:notice] later',
    'cpu7 is hot',
  ])('is not taken for one: %s', (line) => {
    expect(detect(`<13>Mar  4 10:00:00 host app: ${line}`)?.format).toBe('rfc3164')
  })
})
