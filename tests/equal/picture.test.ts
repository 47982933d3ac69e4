import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openPage, startBrowser } from '../support/browser.ts'
import { differenceBetween, INCIDENT_VIEW, PICTURE_SLACK } from '../support/picture.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

async function timelineOf(url: string): Promise<Buffer> {
  const { page, context, faults } = await openPage(browser)
  await page.goto(url + INCIDENT_VIEW, { waitUntil: 'networkidle' })
  const timeline = page.getByRole('region', { name: 'Timeline' })
  await timeline
    .getByRole('row', { name: /^VDI-0417, / })
    .first()
    .waitFor()
  await page.waitForTimeout(1_500)
  const picture = await timeline.screenshot()
  expect(faults).toEqual([])
  await context.close()
  return picture
}

// Both as own data: the kept pictures have the bar of the sample above them.
test('the timeline of the incident looks the same on both stores', async () => {
  const embedded = await timelineOf(inject('embeddedUrl'))
  const elastic = await timelineOf(inject('sampleUrl'))
  expect(differenceBetween('timeline-on-elastic', embedded, elastic)).toBeLessThan(PICTURE_SLACK)
})
