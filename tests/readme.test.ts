import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LIMITS } from '../ingest/decoders/limits.ts'
import { FORMATS } from '../ingest/formats/index.ts'
import { ListenerCounters } from '../ingest/listeners/listener-counters.ts'
import { ERROR_CODES } from '../model/errors.ts'
import { STATUS_OF } from '../search/api/errors.ts'
import { REPOSITORY } from './support/requirements.ts'
import { sourcesUnder } from './support/sources.ts'

const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')

/** First cells of the table below a heading, without code marks. */
function rowsOf(heading: string): string[][] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
}

test('the README explains every error code with its status, and no other', () => {
  const documented = rowsOf('Errors').map(([code, status]) => `${code} ${status}`)
  const existing = ERROR_CODES.map((code) => `${code} ${STATUS_OF[code]}`)
  expect(documented.sort()).toEqual(existing.sort())
})

test('no error code is dead', () => {
  const text = ['model', 'ingest', 'search']
    .flatMap(sourcesUnder)
    .filter(({ path }) => !/(model|search\/api)\/errors\.ts$/.test(path))
    .map((source) => source.text)
    .join('\n')
  expect(ERROR_CODES.filter((code) => !text.includes(`'${code}'`) && code !== 'internal')).toEqual(
    [],
  )
})

test('the README names the counter of every limit of ingest', () => {
  const limits = [...Object.keys(LIMITS), ...Object.keys(new ListenerCounters().limited)]
  const section = readme.split('## Limits\n')[1]!.split('\n## ')[0]!
  const named = limits.map((name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`))
  expect(named.filter((name) => !section.includes(`\`${name}\``))).toEqual([])
})

test('the README lists every format, and no other', () => {
  const documented = rowsOf('Formats').map(([name, title]) => `${name}: ${title}`)
  expect(documented.sort()).toEqual(FORMATS.map(({ name, title }) => `${name}: ${title}`).sort())
})
