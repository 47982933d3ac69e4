import { describe, expect, test } from 'vitest'
import { titleOf } from '../../../search/timeline/title.ts'
import { NAA } from './inventory.ts'

const titleOfBody = (body: string): string => titleOf({ body, eventName: null })

describe('a title', () => {
  test.each([
    // ESXi
    [
      `ScsiDeviceIO: 1513: Device ${NAA} performance has deteriorated. I/O latency increased from average value of 834 microseconds to 96022 microseconds.`,
      'naa.600a…3451 performance deteriorated',
    ],
    [
      '[VpxLRO] -- BEGIN lro-854506 -- vpxa -- vpxapi.VpxaService.retrieveChanges -- 7e6848bf',
      'BEGIN lro-854506 -- vpxa…',
    ],
    ['[Originator@6876 sub=Vimsvc] [scsi] Lost path to the disk', 'Lost path to the disk'],
    [
      'State Transition (VM_STATE_ON -> VM_STATE_RECONFIGURING)',
      'State Transition (VM_STATE_ON -> VM_STATE_RECONFIGURING)',
    ],
    [
      'Task Created : haTask-1077-vim.vm.guest.GuestOperationsManager.listProcesses-216067271',
      'Task Created : haTask-1077-vim.vm.guest.GuestOperationsMana…',
    ],
    ['WARNING: NFS: 1286: Lost connection to the server', 'Lost connection to the server'],
    [
      'Datastore DS-VDI-03 (e482dad0-f3df7de4-65bd-0025b5269e80) statistics refreshed',
      'Datastore DS-VDI-03 statistics refreshed',
    ],
    // vCenter
    [
      "Alarm 'Datastore latency' on DS-VDI-03 changed from Green to Red",
      "Alarm 'Datastore latency' on DS-VDI-03: Green → Red",
    ],
    [
      'Migrating VDI-0423 off host esx-07.corp.example.net in DC1',
      'Migrating VDI-0423 off host esx-07 in DC1',
    ],
    // Windows events
    [
      'The program EXCEL.EXE version 16.0.17928.20114 stopped interacting with Windows and was closed. To see if more information about the problem is available, check the problem history.',
      'EXCEL.EXE stopped interacting with Windows and was closed',
    ],
    [
      'The WinHTTP Web Proxy Auto-Discovery Service service entered the running state.',
      'WinHTTP Web Proxy Auto-Discovery Service service is running',
    ],
    [
      'An account was successfully logged on. Subject: Security ID: S-1-5-18',
      'An account was successfully logged on',
    ],
    [
      'The time provider NtpClient is currently receiving valid time data from dc-1.corp.example.net (ntp.d|0.0.0.0:123->10.20.0.2:123).',
      'Time provider NtpClient is receiving valid time data…',
    ],
    [
      'The IO operation at logical block address 0x2f81a40 for Disk 0 (PDO name: \\Device\\00000036) was retried.',
      'IO operation at logical block address 0x2f81a40 for Disk 0…',
    ],
    // syslog of switches, arrays, Linux
    ['%PORT-5-IF_DOWN: Interface fc1/12 is down', 'Interface fc1/12 is down'],
    [
      '%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet1/0/25, changed state to down',
      'Line protocol on Gi1/0/25 is down',
    ],
    [
      '%LINK-3-UPDOWN: Interface TenGigabitEthernet1/1/1, changed state to up',
      'Interface Te1/1/1 is up',
    ],
    ['Aggregate aggr2_n1 experienced a long CP.', 'Aggregate aggr2_n1: long CP'],
    [
      'Linux version 5.14.0-427.el9.x86_64 (gcc 11.4.1) #1 SMP',
      'Linux version 5.14.0-427.el9.x86_64 #1 SMP',
    ],
    ['Stopping User Manager for UID 0...', 'Stopping User Manager for UID 0'],
    ['Dr. No', 'Dr. No'],
    ['a  b\n\tc', 'a b c'],
    ['', 'wafl.cp.toolong'],
  ])('%j: %j', (body, title) => {
    expect(titleOf({ body, eventName: 'wafl.cp.toolong' })).toBe(title)
  })

  test('is at most 60 characters, ends with a whole one and says when something was cut', () => {
    expect(titleOfBody('abcdefgh '.repeat(20))).toBe(`${'abcdefgh '.repeat(6).trim()}…`)
    for (const body of ['x'.repeat(200), '😀'.repeat(100), `y${'😀'.repeat(100)}`]) {
      const title = titleOfBody(body)
      expect(title.length).toBeLessThanOrEqual(60)
      expect(title).not.toMatch(/[\uD800-\uDBFF]…?$/)
      expect(title).toMatch(/…$/)
    }
  })

  test('is the same again, and what fits is left as it is', () => {
    for (const body of [
      'The link is up',
      'Job started: restore-cache',
      'disk 11: controller error',
    ]) {
      expect(titleOfBody(body)).toBe(body)
      expect(titleOfBody(titleOfBody(body))).toBe(body)
    }
  })

  test('of hostile text is made in bounded time', () => {
    const started = process.cpuUsage()
    for (const part of [' (', '"', '[', 'a.', ' version 1', 'has been ', '\u202e', '-- ']) {
      expect(titleOfBody(part.repeat(100_000)).length).toBeLessThanOrEqual(60)
    }
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000)
  })
})
