import { describe, expect, test } from 'vitest'
import { buildIndex, searchIndex, wordsOf, type Entry } from '../../ui/shell/palette-index.ts'

const entry = (title: string, about: string, ...names: string[]): Entry => ({
  id: `entity:${title}`,
  title,
  about,
  names,
})

const index = buildIndex([
  entry('VDI-0417', 'VM, team desktop', 'VDI-0417.corp.example.net', '10.30.0.126', 'vm-1812'),
  entry('u11251 on VDI-0417', 'session, team desktop'),
  entry('VDI-0418', 'VM, team desktop', '10.30.0.127'),
  entry('esx-07', 'host, team virtualisation', 'esx-07.corp.example.net', 'host-12'),
  entry('vmhba2 of esx-07', 'HBA, team virtualisation', '21:00:00:0e:1e:68:d4:e5'),
  entry('naa.600508b1001cd1f4a3e86b9270c5a41e', 'LUN, team storage'),
  entry('naa.6000000000000000000000000000bbbb', 'LUN, team storage', 'DS-41e'),
])
const titles = (text: string): string[] =>
  searchIndex(index, text, 5).map(({ id }) => id.slice('entity:'.length))

describe('the palette finds', () => {
  test.each([
    ['vdi-0417', ['VDI-0417', 'u11251 on VDI-0417']],
    ['0417', ['VDI-0417', 'u11251 on VDI-0417']],
    ['vdi 0418', ['VDI-0418']],
    ['esx-07', ['esx-07', 'vmhba2 of esx-07']],
    ['esx-07 hba', ['vmhba2 of esx-07']],
    ['10.30.0.127', ['VDI-0418']],
    ['0e:1e:68', ['vmhba2 of esx-07']],
    ['naa.6005', ['naa.600508b1001cd1f4a3e86b9270c5a41e']],
    ['lun a41e', ['naa.600508b1001cd1f4a3e86b9270c5a41e']],
    ['ESX-07.CORP.EXAMPLE.NET', ['esx-07']],
    ['host-12', ['esx-07']],
  ])('%s', (text, expected) => {
    expect(titles(text)).toEqual(expected)
  })

  test('a name with one letter wrong, and only then', () => {
    expect(titles('vdj-0417')).toEqual(['VDI-0417', 'u11251 on VDI-0417'])
    expect(titles('esx-09')[0]).toBe('esx-07')
  })

  test('the end of a long identifier', () => {
    expect(titles('41e').sort()).toEqual([
      'naa.6000000000000000000000000000bbbb',
      'naa.600508b1001cd1f4a3e86b9270c5a41e',
    ])
  })

  test('nothing for nothing, and nothing for what is not there', () => {
    expect(searchIndex(index, '   ', 5)).toEqual([])
    expect(titles('zz-unknown')).toEqual([])
    expect(titles('vdi-0417 storage')).toEqual([])
  })

  test.each(['*', '+', 'vdi~1', 'title:vdi', '^', '"', '\\'])(
    'no harm in %s, which another language would read',
    (text) => {
      expect(titles(text)).toEqual([])
    },
  )
})

test('words that many share are no burden and still narrow the answer', () => {
  const many = Array.from({ length: 1_000 }, (_, i) =>
    entry(`VDI-${String(i).padStart(4, '0')}`, 'VM, team desktop'),
  )
  const large = buildIndex([...many, entry('build-22', 'VM, team build')])
  const found = (text: string) => searchIndex(large, text, 3).map(({ id }) => id)
  expect(found('vdi 0417')).toEqual(['entity:VDI-0417'])
  expect(found('desktop')).toEqual(['entity:VDI-0000', 'entity:VDI-0001', 'entity:VDI-0002'])
  expect(found('vm build')).toEqual(['entity:build-22'])
  expect(large.words).not.toContain('desktop')
})

test('a name is cut into words that people type', () => {
  expect(wordsOf('VDI-0417 (DC1)')).toEqual(['vdi-0417', 'dc1', 'vdi', '0417'])
})
