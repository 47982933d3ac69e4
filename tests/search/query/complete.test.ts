import fc from 'fast-check'
import { expect, it } from 'vitest'
import { complete } from '../../../search/query/complete.ts'
import { arbitraryQueryText } from '../../support/query-text.ts'

/** The labels offered with the cursor at `^`, and where they go. */
function offered(marked: string): [number, string[], string | undefined] {
  const offset = marked.indexOf('^')
  const { from, options, valuesOf } = complete(marked.replace('^', ''), offset)
  return [from, options.map((one) => one.label), valuesOf]
}

it.each<[string, [number, string[], string | undefined]]>([
  ['sev^', [0, ['severity', 'severityText'], undefined]],
  ['apd hos^ x', [4, ['host'], undefined]],
  ['severity>=wa^', [10, ['warn'], 'severity']],
  ['host.name:^', [10, [], 'host']],
  ['layer:(storage or n^', [18, ['network'], 'layer']],
  ['a | st^', [4, ['stats'], undefined]],
  ['a | stats p9^', [10, ['p90(', 'p95(', 'p99('], undefined]],
  ['a | stats max(unc^', [14, ['uncertaintyMs'], undefined]],
  ['a | stats count() b^', [18, ['by'], undefined]],
  ['a | stats count() by bi^', [21, ['bin('], undefined]],
  ['a | sort host de^', [14, ['desc'], undefined]],
])('%s', (marked, expected) => expect(offered(marked)).toEqual(expected))

it('offers fields at the start and pipes after a bar', () => {
  expect(offered('^')[1]).toContain('near')
  expect(offered('a ^')[1]).toContain('host')
  expect(offered('a | ^')[1]).toContain('dedup')
})

it('has an answer anywhere in any text', () => {
  fc.assert(
    fc.property(arbitraryQueryText, fc.nat(60), (text, at) => {
      const offset = Math.min(at, text.length)
      const { from } = complete(text, offset)
      expect(from).toBeGreaterThanOrEqual(0)
      expect(from).toBeLessThanOrEqual(offset)
    }),
    { numRuns: 2000 },
  )
})
