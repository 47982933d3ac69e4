import { describe, expect, test } from 'vitest'
import type { ApiEntity } from '../../model/api.ts'
import { parseQuery } from '../../search/query/parse.ts'
import { completionsAt, optionsOf, type Known } from '../../ui/panels/header/completion-options.ts'

const entity = (name: string, id = `array:${name}`): ApiEntity => ({
  ...{ id, type: 'array', name, layer: 'storage', team: null, aliases: [], attributes: {} },
})

function known(text: string, over: Partial<Known> = {}): Known {
  const completions = completionsAt(text, text.length)
  return {
    ...{ completions, typed: text.slice(completions.from), seenFields: [], facets: [] },
    ...{ entities: [], history: [], stateOf: () => '', ageOf: () => 'yesterday' },
    ...over,
  }
}
const labels = (options: readonly { readonly section: string; readonly label: string }[]) =>
  options.map(({ section, label }) => `${section} ${label}`)

describe('what is offered', () => {
  test('fields, entities, values and history, in this order', () => {
    const options = optionsOf(
      known('near:vdi-0417 and arr', {
        seenFields: ['array.controller', 'op'],
        facets: [
          { field: 'host', values: [{ value: 'array-a', count: 1702 }], other: 0, missing: 0 },
          { field: 'app', values: [{ value: 'carrier', count: 9 }], other: 0, missing: 0 },
          {
            field: 'array.controller',
            values: [{ value: 'A', count: 10 }],
            other: 5,
            missing: 0,
          },
        ],
        entities: [entity('array-a')],
        history: [{ q: 'near:array-a | patterns', at: 0 }],
      }),
    )
    expect(labels(options)).toEqual([
      'Fields array.controller',
      'Entities array-a',
      'Values host:array-a',
      'History near:array-a | patterns',
    ])
    expect(options.map(({ right }) => right)).toEqual(['1+ values, 15', '', '1,702', 'yesterday'])
    expect(options.map(({ text }) => text)).toEqual([
      'array.controller:',
      'near:array-a',
      'host:array-a',
      'near:array-a | patterns',
    ])
  })

  test('after a field its values, quoted so that the whole is a query', () => {
    const facet = {
      field: 'host',
      values: ['esx-07', 'a b', 'x|y'].map((value) => ({ value, count: 3 })),
      ...{ other: 0, missing: 0 },
    }
    const options = optionsOf(known('host:', { facets: [facet] }))
    expect(options.map(({ text }) => text)).toEqual(['esx-07', '"a b"', '"x|y"'])
    for (const [i, { text }] of options.entries()) {
      expect(parseQuery(`host:${text}`).filter).toEqual({
        ...{ kind: 'equals', field: 'host', value: facet.values[i]!.value },
      })
    }
  })

  test('severities by name, their levels counted together', () => {
    const values = [
      { value: 9, count: 5 },
      { value: 10, count: 2 },
      { value: 17, count: 1 },
    ]
    const options = optionsOf(
      known('severity>=', { facets: [{ field: 'severity', values, other: 0, missing: 0 }] }),
    )
    expect(
      options.filter(({ right }) => right !== '').map(({ text, right }) => [text, right]),
    ).toEqual([
      ['info', '7'],
      ['error', '1'],
    ])
  })

  test('after near: entities; of two with one name their ids', () => {
    const twins = [entity('DS-1', 'datastore:a'), entity('DS-1', 'datastore:b'), entity('DS-12')]
    const options = optionsOf(known('near:ds', { entities: twins }))
    expect(options.map(({ text }) => text)).toEqual(['datastore:a', 'datastore:b', 'DS-12'])
  })

  test('behind a bar the pipes', () => {
    expect(labels(optionsOf(known('x | pa')))).toEqual(['Pipes patterns'])
  })
})
