import { expect, test } from 'vitest'
import { oneAhead } from '../../../search/copy/one-ahead.ts'

/** Pages 1 to 3, each noted when it is asked for and when it is there; page `failing` fails. */
async function* pages(seen: string[], failing?: number): AsyncGenerator<number> {
  for (let page = 1; page <= 3; page++) {
    seen.push(`asked ${page}`)
    await Promise.resolve()
    if (page === failing) throw new Error(`page ${page}`)
    seen.push(`there ${page}`)
    yield page
  }
}

test('the next page is asked for before one is used, and each comes once in order', async () => {
  const seen: string[] = []
  for await (const page of oneAhead(pages(seen))) {
    seen.push(`used ${page}`)
    await Promise.resolve()
  }
  expect(seen.filter((one) => one.startsWith('used'))).toEqual(['used 1', 'used 2', 'used 3'])
  expect(seen.indexOf('asked 2')).toBeLessThan(seen.indexOf('used 1'))
  expect(seen.indexOf('asked 3')).toBeGreaterThan(seen.indexOf('used 1'))
})

test('a page that cannot be read is told after those before it', async () => {
  const used: number[] = []
  const all = async (): Promise<void> => {
    for await (const page of oneAhead(pages([], 3))) used.push(page)
  }
  await expect(all()).rejects.toThrow('page 3')
  expect(used).toEqual([1, 2])
})

test('whoever leaves early waits for the page that is being read', async () => {
  const seen: string[] = []
  for await (const page of oneAhead(pages(seen))) {
    if (page === 1) break
  }
  expect(seen).toEqual(['asked 1', 'there 1', 'asked 2', 'there 2'])
})
