import { describe, expect, it } from 'vitest'
import {
  KernelDrops,
  receiveBufferErrors,
  socketDrops,
  type DropCount,
} from '../../../ingest/listeners/kernel-drops.ts'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  312: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 41 2 0000000000000000 12
  313: 00000000:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 42 2 0000000000000000 30
  901: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 43 2 0000000000000000 5
`

const SNMP = `Ip: Forwarding DefaultTTL
Ip: 1 64
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors
Udp: 1000 2 77 900 76 0 1
`

describe('kernel drops', () => {
  it('are the sum over the sockets of a port', () => {
    expect(socketDrops(TABLE, 5514)).toBe(42)
    expect(socketDrops(TABLE, 68)).toBe(5)
    expect(socketDrops(TABLE, 514)).toBeUndefined()
    expect(socketDrops('', 514)).toBeUndefined()
  })

  it('are else those of the whole machine', () => {
    expect(receiveBufferErrors(SNMP)).toBe(76)
    expect(receiveBufferErrors('Udp: InDatagrams\nUdp: 5\n')).toBeUndefined()
    expect(receiveBufferErrors('')).toBeUndefined()
  })

  it('count from what they were at first, and never backwards', async () => {
    const answers: (DropCount | undefined)[] = [
      { from: 'host', drops: 100 },
      { from: 'host', drops: 103 },
      { from: 'host', drops: 90 },
      undefined,
      { from: 'socket', drops: 4 },
      { from: 'socket', drops: 9 },
    ]
    const drops = new KernelDrops(5514, () => Promise.resolve(answers.shift()))
    const more: [number, string][] = []
    for (let i = 0; i < 6; i++) more.push([await drops.more(), drops.from])
    expect(more).toEqual([
      [0, 'host'],
      [3, 'host'],
      [0, 'host'],
      [0, 'unknown'],
      [4, 'socket'],
      [5, 'socket'],
    ])
  })
})
