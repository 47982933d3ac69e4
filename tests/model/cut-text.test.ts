import { expect, test } from 'vitest'
import { cutText } from '../../model/cut-text.ts'

test.each([
  ['fits as it is', 20, 'fits as it is'],
  ['The program EXCEL.EXE version 16.0.17928.20114 stopped', 40, 'The program EXCEL.EXE'],
  ['Device naa.600a performance has deteriorated', 40, 'Device naa.600a performance'],
  ['Alarm Datastore latency: is red at last', 27, 'Alarm Datastore latency'],
  ['WinHTTP Web Proxy service entered the running state', 40, 'WinHTTP Web Proxy service'],
  ['Scan finished on volume ds_vdi_02 of the array', 25, 'Scan finished'],
  ['Lost access (path vmhba2:C0:T1:L12 is down) to the disk', 40, 'Lost access'],
  ['Alarm "Datastore usage on disk" is yellow now', 24, 'Alarm'],
  ['Could not be read', 9, 'Could not'],
  ['x'.repeat(50), 18, ''],
  ['', 5, ''],
])('%j in %i characters: %j', (text, most, cut) => {
  expect(cutText(text, most)).toBe(cut)
})

test('is never longer than asked for, and always the beginning of the text', () => {
  const text =
    'The (old) path to "naa.600a 1" has been lost, and the one of the host esx-07 was closed'
  for (let most = 0; most <= text.length + 1; most++) {
    const cut = cutText(text, most)
    expect(cut.length).toBeLessThanOrEqual(most)
    expect(text.startsWith(cut)).toBe(true)
  }
})
