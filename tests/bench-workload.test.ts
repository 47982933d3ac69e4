import { expect, test } from 'vitest'
import { formatByName } from '../ingest/formats/index.ts'
import {
  formatEcs,
  formatSyslog,
  generateLines,
  NEEDLES,
  type Line,
  type Workload,
} from './bench/generate.ts'
import { expandAlternatives, SPEAKERS } from './bench/templates.ts'

const WORKLOAD: Workload = { rows: 5_000, seed: 7, end: Date.UTC(2026, 10, 21) }
const lines = [...generateLines(WORKLOAD)]

test('the same workload gives the same lines, another seed others', () => {
  expect([...generateLines(WORKLOAD)]).toEqual(lines)
  expect([...generateLines({ ...WORKLOAD, seed: 8 })]).not.toEqual(lines)
})

test('there are 400 templates, no two alike', () => {
  const texts = SPEAKERS.flatMap(({ app, texts: all }) =>
    all.flatMap(([, text]) => expandAlternatives(text).map((each) => `${app}: ${each}`)),
  )
  expect(new Set(texts).size).toBe(400)
})

test('each needle stands in one line', () => {
  const found = NEEDLES.map((needle) => lines.filter(({ body }) => body.includes(needle)).length)
  expect(found).toEqual(NEEDLES.map(() => 1))
})

test.each([
  ['rfc3164', formatSyslog],
  ['json-lines', formatEcs],
] as const)('every line reads back as %s', (name, print) => {
  const format = formatByName(name)!
  const read = (line: Line) => {
    const parsed = format.parse(print(line).trimEnd())
    return { host: parsed?.host, app: parsed?.app, severity: parsed?.severity, body: parsed?.body }
  }
  for (const line of lines.slice(0, 1_000)) {
    const { host, app, severity, body } = line
    expect(read(line)).toEqual({ host, app, severity, body })
  }
})
