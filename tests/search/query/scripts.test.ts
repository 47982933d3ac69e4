import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answerLines, readQueryScript } from '../../support/query-script.ts'
import { ReferenceStore } from '../../support/reference-store.ts'

const FOLDER = join(import.meta.dirname, '../../queries')

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const script = readQueryScript(readFileSync(join(FOLDER, file), 'utf8'))
  const store = ReferenceStore.of(script.records)
  it.each(script.cases)('$query', async ({ query, expected }) => {
    expect(await answerLines(store, query)).toEqual([...expected])
  })
})
