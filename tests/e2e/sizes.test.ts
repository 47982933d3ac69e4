import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { isReferenceBrowser, openPage, seriousFaults, startBrowser } from '../support/browser.ts'
import { differenceTo, INCIDENT_VIEW, PICTURE_SLACK } from '../support/picture.ts'

const url = inject('sampleUrl')

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

/** Texts of the label column that lie over another, and rows under the words on those below; run in the page. */
const OVERLAPS = `(() => {
  const over = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
  const found = []
  const rows = [...document.querySelectorAll('[role=treegrid] [role=row]')]
  for (const row of rows) {
    const words = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
    const boxes = []
    while (words.nextNode()) {
      const range = document.createRange()
      range.selectNodeContents(words.currentNode)
      const box = range.getBoundingClientRect()
      // What does not fit is left out by wrapping it out of sight.
      const shown = words.currentNode.parentElement.getBoundingClientRect()
      if (box.width > 0 && box.top < shown.bottom - 1) boxes.push([words.currentNode.data, box])
    }
    for (const [i, [text, box]] of boxes.entries())
      for (const [other, its] of boxes.slice(i + 1))
        if (over(box, its)) found.push(text + ' | ' + other)
  }
  const pill = [...document.querySelectorAll('button')].find((one) => one.textContent.startsWith('Below: '))
  const grid = document.querySelector('[role=treegrid]').getBoundingClientRect()
  if (pill !== undefined && over(pill.getBoundingClientRect(), grid)) found.push(pill.textContent)
  return found
})()`

/** 840 wide is 1680 at 200 %. */
const SIZES = [
  [840, 525, 'dark'],
  [1280, 900, 'light'],
  [1680, 1050, 'dark'],
  [2560, 1440, 'light'],
] as const

describe.each(SIZES)('at %i × %i, %s', (width, height, theme) => {
  test('nothing is cut off at the side, and axe has nothing to say', async () => {
    const { page, context, faults } = await openPage(browser, { width, height, theme })
    await page.goto(url + INCIDENT_VIEW, { waitUntil: 'networkidle' })
    await page.getByRole('treegrid', { name: 'Lanes' }).getByRole('row').first().waitFor()
    const { scroll, client } = await page
      .evaluate(
        '({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth })',
      )
      .then((sizes) => sizes as { scroll: number; client: number })
    expect(scroll).toBeLessThanOrEqual(client)
    expect(await page.evaluate(OVERLAPS)).toEqual([])
    expect(await seriousFaults(page)).toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })
})

describe.runIf(isReferenceBrowser())('the timeline', () => {
  test.each([
    ['dark', 1680, 1050],
    ['light', 1280, 900],
  ] as const)('looks as it did, %s', async (theme, width, height) => {
    const { page, context } = await openPage(browser, { width, height, theme })
    await page.goto(url + INCIDENT_VIEW, { waitUntil: 'networkidle' })
    const timeline = page.getByRole('region', { name: 'Timeline' })
    await timeline
      .getByRole('row', { name: /^VDI-0417, / })
      .first()
      .waitFor()
    await page.waitForTimeout(1_500)
    const drawn = await timeline.screenshot()
    expect(differenceTo(`timeline-${theme}-${width}`, drawn)).toBeLessThan(PICTURE_SLACK)
    await context.close()
  })
})
