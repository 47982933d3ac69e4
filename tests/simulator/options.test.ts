import { describe, expect, test } from 'vitest'
import { readOptions } from '../../simulator/options.ts'

const to = ['--out', 'x']

describe('readOptions', () => {
  test('fills in the sample', () => {
    expect(readOptions(to)).toMatchObject({ seed: 12, hours: 2, faults: ['rogue-vm'] })
  })

  test('reads everything it documents', () => {
    const args = '--seed 7 --hours 1.5 --start 2026-03-04T05:06:07Z --speed 10 --truth t'.split(' ')
    const where = ['--url', 'http://127.0.0.1:7600/', '--syslog', '[::1]:5514']
    const faults = ['--faults', 'path-failover,uplink-flap']
    expect(readOptions([...args, ...where, ...faults])).toEqual({
      seed: 7,
      hours: 1.5,
      startUs: Date.parse('2026-03-04T05:06:07Z') * 1000,
      speed: 10,
      faults: ['path-failover', 'uplink-flap'],
      url: 'http://127.0.0.1:7600',
      syslog: { host: '::1', port: 5514 },
      truth: 't',
      out: undefined,
      gzip: false,
      about: undefined,
    })
    expect(readOptions([...to, '--gzip', '--about', 'a.json'])).toMatchObject({
      gzip: true,
      about: 'a.json',
    })
    expect(readOptions([...to, '--faults', 'none', '--now'])).toMatchObject({
      faults: [],
      startUs: undefined,
    })
    expect(readOptions(['--help'])).toBe('help')
  })

  test.each([
    [['--seed', 'one'], '--seed is "one"'],
    [['--hours', '0'], '--hours is "0"'],
    [['--hours', '900'], '--hours is "900"'],
    [['--start', 'today'], '--start is "today"'],
    [['--speed', '-1'], '--speed'],
    [['--faults', 'fire'], '--faults names "fire"'],
    [['--faults', 'rogue-vm,none'], '--faults names "none"'],
    [['--url', 'localhost'], '--url is "localhost"'],
    [['--syslog', '127.0.0.1'], '--syslog is "127.0.0.1"'],
    [['--syslog', 'a:99999'], '--syslog is "a:99999"'],
    [['--frobnicate'], "'--frobnicate'"],
    [['--url', 'http://a'], '--out writes files instead of sending'],
  ])('refuses %j and says why', (args, why) => {
    expect(() => readOptions([...to, ...args])).toThrow(why)
  })

  test('compresses files only', () => {
    expect(() => readOptions(['--url', 'http://a', '--gzip'])).toThrow('--gzip is about files')
  })

  test('wants to know where to send to', () => {
    expect(() => readOptions([])).toThrow('nowhere to send to')
  })
})
