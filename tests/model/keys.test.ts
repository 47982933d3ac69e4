import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signsIn } from '../../model/key-signs.ts'
import { attributeWith, KEY_PATTERNS, keysOf, keysOfRecord } from '../../model/keys.ts'

const CASES: readonly (readonly [string, readonly string[]])[] = [
  [
    'Device naa.600A098038303053453F463045727932 performance has deteriorated',
    ['naa 600a098038303053453f463045727932'],
  ],
  [
    'path vmhba2:C0:T11:L4 of eui.0025385b71b0a1c2 is dead',
    ['eui 0025385b71b0a1c2', 'scsi_path vmhba2:C0:T11:L4'],
  ],
  [
    't10.NVMe____Samsung_SSD__0025385B71B0A1C2 opened',
    ['t10 NVMe____Samsung_SSD__0025385B71B0A1C2'],
  ],
  [
    '3600a098038303053453f463045727932: sdc - 35000c500a1b2c3d4 of wwn-0x600a098038303053453f463045727932',
    ['naa 600a098038303053453f463045727932', 'naa 5000c500a1b2c3d4'],
  ],
  ['36 of 3600a0980383030534 at 0x600a09803830305', []],
  [
    'rport 0x2100000e1e123456, 0X10000000C9A1B2C3',
    ['wwn 21:00:00:0e:1e:12:34:56', 'wwn 10:00:00:00:c9:a1:b2:c3'],
  ],
  ['at 0xffff8880012345678 and 0xffff888001234567 and 0x1a2b000000000000', []],
  ['login from 20:00:00:25:B5:AA:00:1F', ['wwn 20:00:00:25:b5:aa:00:1f']],
  ['mac 00-50-56-9A-BC-DE and 0050.569a.bcdf', ['mac 00:50:56:9a:bc:de', 'mac 00:50:56:9a:bc:df']],
  ['00:50:56:9a:bc:de 00:50:56:9A:BC:DE', ['mac 00:50:56:9a:bc:de']],
  // What the tokeniser reads as a number with a pair in it.
  ['seen 1.00:50:56:9a:bc:de and 00-50-56-9a-bc-de.5 and x.20:00:00:25:B5:AA:00:1F', []],
  ['last seen 00:50:56:9a:bc:de.', ['mac 00:50:56:9a:bc:de']],
  ['from 10.0.0.1:443 to 10.0.0.2.', ['ip 10.0.0.1', 'ip 10.0.0.2']],
  ['version 8.0.3.1, v7.0.0.2, build: 1.2.3.4, fw=4.3.2.1', []],
  ['ONTAP 9.11.1.7.2 and 300.1.1.1 and 1.2.3', []],
  ['peer fe80:0::0250:56ff:fe9a:bcde up', ['ip fe80::250:56ff:fe9a:bcde']],
  ['2001:db8:0:0:1:0:0:1 and 2001:db8::1', ['ip 2001:db8::1:0:0:1', 'ip 2001:db8::1']],
  ['at 10:42:00 std::vector<abc::def> a:b:c', []],
  [
    'vm 5029A1B2-c3d4-e5f6-a7b8-c9d0e1f2a3b4 on /vmfs/volumes/5f3a1b2c-9d8e7f60-1234-0025b5aa001f/a.vmx',
    ['uuid 5029a1b2-c3d4-e5f6-a7b8-c9d0e1f2a3b4', 'vmfs_uuid 5f3a1b2c-9d8e7f60-1234-0025b5aa001f'],
  ],
  [
    'task on vm-1042, host-34, domain-c8, group-v3, datastore-77',
    ['moref vm-1042', 'moref host-34', 'moref domain-c8', 'moref group-v3', 'moref datastore-77'],
  ],
  ['my-vm-7x host-based vm- 12', []],
  // A volume by its serial number, as Pure and ONTAP put it into the name.
  [
    'component vdi-vol-2 serial 730D187406C14775007B3AB1 latency 48 ms',
    ['naa 624a9370730d187406c14775007b3ab1'],
  ],
  [
    '{"volume_serial": "730D187406C14775007B3AB1"} Serial Number: 730d187406c14775007b3ab2',
    ['naa 624a9370730d187406c14775007b3ab1', 'naa 624a9370730d187406c14775007b3ab2'],
  ],
  [
    'lun /vol/v1/lun1 (serial number 80E2E?FABuZB), serial-number: 804C7A]KjYhJ, Serial#: 8151s$Mpi4zj',
    [
      'naa 600a098038304532453f464142755a42',
      'naa 600a09803830344337415d4b6a59684a',
      'naa 600a09803831353173244d7069347a6a',
    ],
  ],
  ['Pure says 730D187406C14775007B3AB1 and serial', []],
  [
    'serial 202611270800202611270800, serial 730D187406C14775007B3AB, serial x730D187406C14775007B3AB1',
    [],
  ],
  ['certificate serial 730D187406C14775007B3AB1 and serial 730D1874-06C14775007B3AB1', []],
  [
    'serial: 20261127-080, serial=8.0.3-b12345, serial number 18071C5E2B34, serial=FOC1234X0AB9',
    [],
  ],
  [
    'serial: abcdefghijkL and serial ttyUSB0/9600 and serial=/dev/ttyUSB0, serial: 80E2E?FABuZBx',
    [],
  ],
  // A volume by its bare name.
  [
    'vdisk_UID 60050768018F8A1B2C3D000000000017 and 60:06:01:60:A1:B2:C3:D4:E5:F6:07:18:29:3A:4B:5C',
    ['naa 60050768018f8a1b2c3d000000000017', 'naa 60060160a1b2c3d4e5f60718293a4b5c'],
  ],
  ['md5 600a1980383053453f46304572793212 of 6005076801 and x60050768018F8A1B2C3D000000000017', []],
  // What everybody or nobody has identifies no one.
  ['from 00:00:00:00:00:00 to ff:ff:ff:ff:ff:ff and 01:80:C2:00:00:00', []],
  ['0.0.0.0 127.0.0.1 224.0.0.251 255.255.255.255 ::1 ff02::1', []],
  ['00000000-0000-0000-0000-000000000000', []],
  ['nothing here', []],
]

describe('keysOf', () => {
  it.each(CASES)('finds the identifiers of %j', (body, expected) => {
    expect(
      keysOf(body)
        .map((key) => key.kind + ' ' + key.value.replace(/^(naa|eui|t10)\./, ''))
        .sort(),
    ).toEqual([...expected].sort())
  })

  it('answers quickly and without repeats, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      '0',
      ':',
      '::',
      '-',
      '.',
      'fe80',
      'naa.',
      'vm-',
      ' ',
      'é',
      't10._',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
        const keys = keysOf(pieces.join('')).map((key) => `${key.kind} ${key.value}`)
        expect(new Set(keys).size).toBe(keys.length)
      }),
    )
    const started = performance.now()
    for (const hostile of ['0:', 'ab:', '1.', 'a0-', 't10.a.', 'naa.0', '0000:', '12-']) {
      keysOf(hostile.repeat(50_000))
    }
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('signsIn', () => {
  /** Identifiers cut into pieces, so that they stand whole, broken and next to each other. */
  const pieces = CASES.flatMap(([text]) => text.split(/(?<=[:.-])|(?=[ ,])/))
  const piece = fc.oneof(
    fc.constantFrom(...pieces),
    fc.constantFrom(...CASES.map(([text]) => text)),
    fc.constantFrom(':', '::', '-', '.', '_', ' ', 'é', '0x', '3', 'task-', 'haTask-', 'vmhba'),
    fc.constantFrom(
      'serial',
      'SERIAL_NUMBER',
      'serialNumber: ',
      '="',
      '#: ',
      '730d187406c14775007b3ab1',
    ),
    fc.stringMatching(/^[0-9a-fA-F]{1,33}$/),
  )

  it('has the sign of every expression that finds an identifier', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (some) => {
        const text = some.join('')
        const signs = signsIn(text)
        for (const { sign, pattern, value } of KEY_PATTERNS) {
          const found = [...text.matchAll(pattern)].filter((match) => value(match) !== undefined)
          if (found.length > 0) expect(signs & sign, `${String(pattern)} in ${text}`).not.toBe(0)
        }
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('keysOfRecord', () => {
  it('reads the operation and the chain of vSphere records, which are whole values', () => {
    expect(keysOfRecord('', { 'vsphere.op_id': 'kx1-4a-7', 'vsphere.chain_id': 348102 })).toEqual([
      { kind: 'op_id', value: 'kx1-4a-7' },
      { kind: 'chain', value: '348102' },
    ])
    expect(keysOfRecord('', { 'vsphere.op_id': '', 'vsphere.chain_id': null })).toEqual([])
  })

  it('reads attributes whose names promise identifiers, and no others', () => {
    const sid = 'S-1-5-21-3623811015-3361044348-30300820-1013'
    expect(
      keysOfRecord('logon from 10.0.0.7', {
        'source.ip': '10.0.0.7',
        client_mac: '00-50-56-AA-BB-CC',
        'log.syslog.structured_data.View@6876.UserSID': sid,
        'host.ip': 10,
        'url.full': 'http://10.0.0.8/',
        'volume.serial': '730D187406C14775007B3AB1',
        'certificate.number': '730D187406C14775007B3AB2',
        membership: '10.0.0.9',
      }),
    ).toEqual([
      { kind: 'ip', value: '10.0.0.7' },
      { kind: 'mac', value: '00:50:56:aa:bb:cc' },
      { kind: 'sid', value: sid },
      { kind: 'naa', value: 'naa.624a9370730d187406c14775007b3ab1' },
    ])
  })

  it('says where a key stands', () => {
    const record = { body: 'logon from 10.0.0.7', attributes: { 'source.ip': '10.0.0.8' } }
    expect(attributeWith({ kind: 'ip', value: '10.0.0.7' }, record)).toBeUndefined()
    expect(attributeWith({ kind: 'ip', value: '10.0.0.8' }, record)).toBe('source.ip')
  })
})

describe('task ids and accounts', () => {
  it.each([
    ['[task-2837] reconfigure', [['task', 'task-2837']]],
    [
      'Task Created : haTask-417-vim.VirtualMachine.powerOn-90321',
      [['task', 'haTask-417-vim.VirtualMachine.powerOn-90321']],
    ],
    ['subtask-7 and task-x', []],
    ['Security ID: S-1-5-21-1-2-3-1104', [['sid', 'S-1-5-21-1-2-3-1104']]],
    ['Security ID: S-1-5-18', []],
  ] as [string, [string, string][]][])('in %j', (body, keys) => {
    expect(keysOf(body).map(({ kind, value }) => [kind, value])).toEqual(keys)
  })
})
