import { describe, expect, test } from 'vitest'
import { deviceOfSerial, isDeviceName, serialOfDevice } from '../../model/device-names.ts'

describe('a volume by its serial number', () => {
  test.each([
    ['730D187406C14775007B3AB1', 'naa.624a9370730d187406c14775007b3ab1'],
    // 80E2E?FABuZB: 38 30 45 32 45 3f 46 41 42 75 5a 42.
    ['80E2E?FABuZB', 'naa.600a098038304532453f464142755a42'],
    ['804C7AKjYhJ9', 'naa.600a09803830344337414b6a59684a39'],
  ])('%s is %s', (serial, naa) => {
    expect(deviceOfSerial(serial)).toBe(naa)
    expect(serialOfDevice(naa)?.toLowerCase()).toBe(serial.toLowerCase())
  })

  test.each([
    '202611270800202611270800',
    'abcdefabcdefabcdefabcdef',
    '730d187406c14775007b3ab',
    '18071C5E2B34',
    '20261127-080',
    '8.0.3-b12345',
    '550e8400-e29b',
    '?0E2E?FABuZB',
    'notANumberAt',
  ])('%s is of none', (serial) => expect(deviceOfSerial(serial)).toBeUndefined())

  test.each([
    'naa.60060160a1b2c3d4e5f60718293a4b5c',
    'naa.600a0980000000000000000000000000',
    'naa.624a9370',
    'eui.003b7b308d98f94224a9375e00018816',
  ])('%s has none', (naa) => expect(serialOfDevice(naa)).toBeUndefined())
})

test('digits of a known vendor are a name, others may be a checksum', () => {
  expect(isDeviceName('60050768018F8A1B2C3D000000000017')).toBe(true)
  expect(isDeviceName('6a050768018f8a1b2c3d000000000017')).toBe(false)
})
