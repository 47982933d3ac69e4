import { describe, expect, it } from 'vitest'
import { answerLines, askStore, queryScripts } from '../../support/query-script.ts'
import { ReferenceStore } from '../../support/reference-store.ts'

describe.each(queryScripts())('%s', (_file, script) => {
  const store = ReferenceStore.of(script.records)
  it.each(script.cases)('$query', async ({ query, expected }) => {
    expect(await answerLines(askStore(store), query)).toEqual([...expected])
  })
})
