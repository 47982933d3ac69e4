import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openPage, startBrowser } from '../support/browser.ts'

const url = inject('sampleUrl')
const RANGE = 'from=2026-11-20T10:30:00Z&to=2026-11-20T11:00:00Z'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

const queryOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Query' })
const lanesOf = (page: Page): Locator => page.getByRole('treegrid', { name: 'Lanes' })

/** What the lanes say to a screen reader, one line a row. */
async function rowsOf(page: Page): Promise<string[]> {
  const rows = await lanesOf(page).getByRole('row').all()
  return Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''))
}

describe('VDI-0417 was slow at 10:42', () => {
  test('with the keyboard alone: the name, its path, its lanes, the one that fills the LUN, the lines', async () => {
    const { page, context, faults } = await openPage(browser)
    await page.goto(`${url}/?${RANGE}`)
    await queryOf(page).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('vdi-0417')
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=near:/i)

    const path = page.getByRole('region', { name: 'Path' }).or(page.getByLabel('Path'))
    await path.getByText('build-22').first().waitFor()
    expect(await path.first().innerText()).toMatch(/of writes/)

    const rows = await rowsOf(page)
    const said = (pattern: RegExp): string => rows.find((row) => pattern.test(row)) ?? ''
    expect(said(/^VDI-0417,/)).not.toBe('')
    expect(said(/^build-22,/)).not.toBe('')
    expect(rows.filter((row) => /Service time|Queue depth/i.test(row))).not.toEqual([])

    // From the query down into the lanes, along an entity's events, and from one event to what belongs with it.
    await page.keyboard.press('Escape')
    const host = lanesOf(page).getByRole('row', { name: /^esx-14, runs build-22/ })
    await host.focus()
    await page.keyboard.press('.')
    const dock = page.getByRole('complementary', { name: 'What is selected' })
    await page.keyboard.press('Enter')
    await dock.getByText('Belongs with').waitFor()
    expect(await dock.innerText()).toMatch(/performance has deteriorated/)
    await page.keyboard.press(']')
    await page.waitForURL(/sel=record:/)
    expect(faults).toEqual([])
    await context.close()
  })
})
