import { describe, expect, it } from 'vitest'
import { MAX_MASKED_LENGTH, MAX_SLOTS, Mask } from '../../../ingest/templates/mask.ts'
import { templateText } from '../../../model/template.ts'

function masked(text: string): string {
  const mask = new Mask()
  return mask.scan(text) ? templateText(mask.masked()) : 'no pattern'
}

const CASES: readonly (readonly [text: string, masked: string])[] = [
  ['link down', 'link down'],
  ['', ''],
  ['took 34ms, 10GB of 4096 (0.25%)', 'took <num>, <num> of <num> (<num>%)'],
  ['at 2026-11-21T10:42:00.123Z and 10:42:00', 'at <time> and <time>'],
  ['2026/11/21 10:42:00 +01:00 Nov  1 10:42:00', '<time> +<num>:<num> <time>'],
  ['Nov is a month, 21 Nov too', 'Nov is a month, <num> Nov too'],
  ['from 10.0.0.1:443 to [fe80::250:56ff:fe9a:1]', 'from <ip>:<num> to [<ip>]'],
  ['mac 00:50:56:9a:bc:de or 00-50-56-9A-BC-DE', 'mac <mac> or <mac>'],
  ['wwn 20:00:00:25:b5:aa:00:1f', 'wwn <wwn>'],
  ['vm 5029a1b2-c3d4-e5f6-a7b8-c9d0e1f2a3b4', 'vm <uuid>'],
  ['vm abcdefab-abcd-abcd-abcd-abcdefabcdef', 'vm <uuid>'],
  ['fs 5f3a1b2c-9d8e7f60-1234-0025b5aa001f', 'fs <id>'],
  ['naa.600a098038303053453f463045727932 eui.0025385b71b0a1c2', '<naa> <naa>'],
  ['t10.NVMe____Samsung_SSD lost', '<naa> lost'],
  ['naa.short', 'naa.short'],
  ['task on vm-1042 and host-34, domain-c8', 'task on <moref> and <moref>, <moref>'],
  ['host-based vm-ware', 'host-based vm-ware'],
  ['cmd 0x8a H:0x0 deadbeef cafe', 'cmd <hex> H:<hex> <hex> cafe'],
  ['vmhba32:C0:T1:L4', '<id>:<id>:<id>:<id>'],
  ['read /vmfs/volumes/ds01/vm-7.vmx, "/etc/hosts"', 'read <path>, "/etc/hosts"'],
  ['10/12 a/b1 http://h1/x?y=2', '<num>/<num> a/<id> http://<id>/x?y=<num>'],
  ['user é1 ½ of ٣', 'user <id> <num> of ٣'],
  ['<b> 1', '<b> <num>'],
  ['a\0b', 'no pattern'],
  ['a\x1fb', 'no pattern'],
  ['9 '.repeat(MAX_SLOTS), '<num> '.repeat(MAX_SLOTS)],
  ['9 '.repeat(MAX_SLOTS + 1), 'no pattern'],
  ['a'.repeat(MAX_MASKED_LENGTH + 1), 'no pattern'],
]

describe('the mask', () => {
  it.each(CASES)('of %j', (text, expected) => {
    expect(masked(text)).toBe(expected)
  })

  it('counts repeated tokens with a digit once', () => {
    const mask = new Mask()
    mask.scan('7 of 7 and 8')
    expect(mask.hashed).toBe(2)
  })

  it('stays linear on hostile text', () => {
    const mask = new Mask()
    const started = performance.now()
    for (const piece of ['0:', 'ab-', '/', '/a', '1.', 'naa.', '::', '2026-', 'Nov ', 'vm-', 'é']) {
      for (let i = 0; i < 20; i++) mask.scan(piece.repeat(MAX_MASKED_LENGTH / piece.length - 1))
      mask.scanAsOne(piece.repeat(500_000))
    }
    expect(performance.now() - started).toBeLessThan(8_000)
  })
})
