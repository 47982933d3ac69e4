import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openPage, seriousFaults, startBrowser } from '../support/browser.ts'

const url = inject('sampleUrl')
const VIEW = '/?q=near:VDI-0417&from=2026-11-20T10:30:00Z&to=2026-11-20T11:00:00Z&zone=UTC'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

const SCREENS = [
  ['Search', VIEW],
  ['Entities', '/entities'],
  ['Sources', '/sources'],
] as const

describe.each(SCREENS)('%s', (_name, path) => {
  test.each(['dark', 'light'] as const)('says nothing wrong to axe, %s', async (theme) => {
    const { page, context, faults } = await openPage(browser, { theme })
    await page.goto(url + path, { waitUntil: 'networkidle' })
    expect(await seriousFaults(page)).toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })
})
