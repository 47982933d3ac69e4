import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { METRICS_UNREAD, type TimelineAnswer } from '../../model/timeline.ts'
import { openPage, seriousFaults, startBrowser } from '../support/browser.ts'
import { waitUntil } from '../support/wait.ts'

const url = inject('sampleUrl')
const RANGE = 'from=2026-11-20T10:30:00Z&to=2026-11-20T11:00:00Z'
/** The slow desktop and what is near it. */
const VIEW = `${url}/?q=near:VDI-0417&${RANGE}`

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

const queryOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Query' })
const lanesOf = (page: Page): Locator => page.getByRole('treegrid', { name: 'Lanes' })
const dockOf = (page: Page): Locator =>
  page.getByRole('complementary', { name: 'What is selected' })

/** What the lanes on the screen say to a screen reader, one line a row. */
async function rowsOf(page: Page): Promise<string[]> {
  const rows = await lanesOf(page).getByRole('row').all()
  return Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''))
}

/** A view with the slow desktop in it, whose lanes are there. */
async function openView(page: Page, address: string): Promise<void> {
  await page.goto(address)
  const desktop = lanesOf(page).getByRole('row', { name: /^VDI-0417, / })
  await desktop.first().waitFor()
}

describe('VDI-0417 was slow at 10:42', () => {
  test('with the keyboard alone: the name, its path, the one that fills its LUN, the lines', async () => {
    const { page, context, faults } = await openPage(browser)
    await page.goto(`${url}/?${RANGE}`)
    await queryOf(page).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('vdi-0417')
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=near:/i)

    const path = page.getByLabel('Path')
    await path.getByText('build-22').first().waitFor()
    expect(await path.first().innerText()).toMatch(/\d+ % of writes/)
    const rows = await rowsOf(page)
    const said = (words: RegExp): string => rows.find((row) => words.test(row)) ?? ''
    expect(said(/^VDI-0417, disk latency/)).toMatch(/usual/)
    expect(said(/^build-22, disk writes/)).toMatch(/usual/)

    await page.keyboard.press('Escape')
    const host = lanesOf(page).getByRole('row', { name: /^esx-14, runs build-22/ })
    await host.focus()
    await page.keyboard.press('.')
    const card = page.getByText('Enter opens the record').locator('..')
    const time = await card.getByText(/^\d\d:\d\d:\d\d\.\d{3}$/).innerText()
    await page.keyboard.press('Enter')
    await dockOf(page).getByText('Belongs with').waitFor()
    expect(await page.getByRole('tooltip').count()).toBe(0)
    expect(await dockOf(page).innerText()).toMatch(/performance has deteriorated/)
    expect(await dockOf(page).innerText()).toContain(`Fri 20 Nov ${time}`)
    const first = page.url()
    await page.keyboard.press(']')
    await page.waitForURL((next) => next.href !== first)
    await page.keyboard.press('Escape')
    await dockOf(page).waitFor({ state: 'detached' })
    expect(faults).toEqual([])
    await context.close()
  })

  test('with the mouse: the name from the list, the LUN from the path, back again', async () => {
    const { page, context, faults } = await openPage(browser)
    await page.goto(`${url}/?${RANGE}`)
    await queryOf(page).click()
    await page.keyboard.type('0417')
    await page
      .getByRole('option', { name: /VDI-0417/ })
      .first()
      .click()
    await page.keyboard.press('Enter')
    const path = page.getByLabel('Path').first()
    const lun = path.getByRole('button', { name: /naa\.600a/ })
    await lun.click()
    await dockOf(page).waitFor()
    expect(await dockOf(page).innerText()).toMatch(/service time/i)
    await page.goBack()
    await dockOf(page).waitFor({ state: 'detached' })
    expect(faults).toEqual([])
    await context.close()
  })
})

test('what is new since 10:30 stands first among the patterns', async () => {
  const { page, context, faults } = await openPage(browser)
  await page.goto(VIEW)
  await page.getByRole('tab', { name: /^Patterns/ }).click()
  const panel = page.getByRole('tabpanel', { name: /^Patterns/ })
  await panel
    .getByText(/performance has deteriorated/)
    .first()
    .waitFor()
  const rows = await panel.getByRole('row').allInnerTexts()
  const isNew = rows.slice(1).map((row) => /\bnew\b/.test(row))
  expect(isNew.filter(Boolean).length).toBeGreaterThanOrEqual(3)
  expect(isNew).toEqual([...isNew].sort((one, other) => Number(other) - Number(one)))
  expect(faults).toEqual([])
  await context.close()
})

test('all that is loaded is asked for once, also when the view changes', async () => {
  const { page, context } = await openPage(browser)
  let asked = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/api/v1/histogram')) asked++
  })
  await openView(page, VIEW)
  await page.getByText('All loaded, 09:00 – 11:00').waitFor()
  await page.keyboard.press('w')
  await page.waitForURL((next) => !next.search.includes('10:30:00Z'))
  await page.getByRole('tab', { name: /^Records [\d,]+$/ }).waitFor()
  expect(asked).toBe(1)
  await context.close()
})

test('I on a second lane narrows to both, and once more takes it back', async () => {
  const { page, context } = await openPage(browser)
  await openView(page, VIEW)
  const lane = (name: RegExp): Locator => lanesOf(page).getByRole('row', { name }).first()
  const [one, two] = [lane(/^esx-14, runs/), lane(/^esx-02, /)]
  await two.waitFor()
  await one.focus()
  await page.keyboard.press('i')
  await page.waitForURL(/entity:/)
  await two.focus()
  await page.keyboard.press('i')
  await page.waitForURL(/entity:\S+\+or\+entity:/)
  await page.getByRole('tab', { name: /^Records [1-9][\d,]*$/ }).waitFor()
  await two.focus()
  await page.keyboard.press('i')
  await page.waitForURL((next) => !next.search.includes('+or+'))
  await context.close()
})

test('the address holds the view, and Back undoes a step', async () => {
  const { page, context } = await openPage(browser)
  await openView(page, VIEW)
  await page.keyboard.press('w')
  await page.waitForURL((next) => !next.search.includes('10:30:00Z'))
  const zoomed = page.url()
  await page.goBack()
  await page.waitForURL(/10:30:00Z/)
  const again = await context.newPage()
  await openView(again, zoomed)
  expect(again.url()).toBe(zoomed)
  await context.close()
})

test('a wrong query says where and what to do, and the last view stays', async () => {
  const { page, context } = await openPage(browser)
  await openView(page, VIEW)
  await page.keyboard.press('/')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('severty:error')
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.press('Enter')
  await page.getByText('severity').first().waitFor()
  expect(await page.getByRole('alert').first().innerText()).toMatch(/severty/)
  expect((await rowsOf(page)).some((row) => row.startsWith('VDI-0417, '))).toBe(true)
  expect(await seriousFaults(page)).toEqual([])
  await context.close()
})

test('a wrong query in the address is not asked, and is said to be wrong', async () => {
  const { page, context, faults } = await openPage(browser)
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.postData()?.includes('severty')) {
      asked.push(request.url())
    }
  })
  await page.goto(VIEW.replace('near:VDI-0417', 'severty:error'))
  await page.getByRole('alert').getByText('severty').first().waitFor()
  await page.getByRole('contentinfo').getByText('Query not run').waitFor()
  for (const tab of ['Records', 'Patterns', 'Statistics', 'Lanes']) {
    await page.getByRole('tab', { name: tab }).click()
    await page.getByRole('tabpanel').getByText('the query was not run').waitFor()
  }
  await page.getByRole('tab', { name: 'Records' }).click()
  await page.waitForLoadState('networkidle')
  expect(asked).toEqual([])
  expect(faults).toEqual([])
  await page.getByRole('button', { name: 'Use severity' }).click()
  await page.getByRole('tab', { name: /^Records [\d,]+$/ }).waitFor()
  await context.close()
})

test('metrics that cannot be read are hatched and said to be, beside records that were', async () => {
  const { page, context, faults } = await openPage(browser)
  await page.route('**/api/v1/timeline', async (route) => {
    const response = await route.fetch()
    const answer = (await response.json()) as TimelineAnswer
    const metricsUnread = 'a shard of the metrics did not answer'
    const lanes = answer.lanes.map((lane) => ({ ...lane, metrics: [] }))
    const coverage = { ...answer.coverage, complete: false, notes: [METRICS_UNREAD] }
    const json = { ...answer, sharing: null, lanes, metricsUnread, coverage }
    await route.fulfill({ response, json })
  })
  await openView(page, VIEW)
  const rows = await rowsOf(page)
  expect(rows).toContain('VDI-0417, metrics, not read')
  expect(rows.some((row) => /^VDI-0417, windows.*1 error/i.test(row))).toBe(true)
  const why = page.getByText('Could not read the metrics: a shard of the metrics did not answer')
  expect(await why.count()).toBe(1)
  // No record is missing.
  await page.getByRole('tab', { name: /^Records [\d,]+$/ }).waitFor()
  expect(await page.getByText(/^[\d,]+ records · /).count()).toBe(1)
  const strip = page.getByLabel('Path').first()
  expect(await strip.getByText(/as usual| ms\b/).count()).toBe(0)
  await strip.getByText('not read').first().waitFor()
  expect(await seriousFaults(page)).toEqual([])
  expect(faults).toEqual([])
  await page.unroute('**/api/v1/timeline')
  await page.getByRole('button', { name: 'Try again' }).click()
  await lanesOf(page)
    .getByRole('row', { name: /^VDI-0417, disk latency/ })
    .waitFor()
  expect(await why.count()).toBe(0)
  await context.close()
})

test('whether own data has arrived is not asked while the sample is shown', async () => {
  const { page, context } = await openPage(browser)
  let asked = 0
  await openView(page, VIEW)
  await page.waitForLoadState('networkidle')
  page.on('request', (request) => {
    if (request.url().endsWith('/api/v1/start')) asked++
  })
  await page.waitForTimeout(4_000)
  expect(asked).toBe(0)
  await context.close()
})

test('a view that is stopped has no counts: those of the view before are not its own', async () => {
  const { page, context } = await openPage(browser)
  await openView(page, VIEW)
  const records = page.getByRole('tab', { name: /^Records [\d,]+$/ })
  await records.waitFor()
  await page.route('**/api/v1/timeline', () => {})
  await page.keyboard.press('w')
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped before it was read.').waitFor()
  expect(await records.count()).toBe(0)
  await page.getByRole('banner').getByText('not read').waitFor()
  const rows = await rowsOf(page)
  expect(rows.filter((row) => /, not read$/.test(row))).toEqual(rows)
  const strip = page.getByLabel('Path').first()
  expect(await strip.getByText(/ ms\b|full| % of writes/).count()).toBe(0)
  await strip.getByText('path not read').waitFor()
  await page.getByRole('contentinfo').getByText('this view was not read').waitFor()
  expect(await seriousFaults(page)).toEqual([])
  await page.unroute('**/api/v1/timeline')
  await page.getByRole('button', { name: 'Try again' }).click()
  await records.waitFor()
  await page.route('**/api/v1/timeline', () => {})
  await page.keyboard.press('/')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('near:build-22')
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Stop' }).click()
  await strip.getByText('Not read.').waitFor()
  expect(await lanesOf(page).count()).toBe(0)
  expect(await strip.getByText('VDI-0417').count()).toBe(0)
  await context.close()
})

test('what is left out of the path is said whole beside an open dock', async () => {
  const { page, context } = await openPage(browser)
  await openView(page, `${VIEW}&sel=area:2026-11-20T10:38:00Z..2026-11-20T10:52:00Z`)
  await dockOf(page).waitFor()
  const path = page.getByLabel('Path').first()
  const more = path.getByRole('button', { name: /^\d+ more/ })
  const [chip, steps] = await Promise.all([
    more.boundingBox(),
    path.getByRole('list').boundingBox(),
  ])
  expect(chip!.x + chip!.width).toBeLessThanOrEqual(steps!.x + steps!.width)
  await context.close()
})

test('the palette goes to an entity', async () => {
  const { page, context, faults } = await openPage(browser)
  await openView(page, VIEW)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('build-22')
  await page.getByRole('option', { name: /^build-22/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/entities\/|q=/)
  expect(faults).toEqual([])
  await context.close()
})

test('the LUN that is full is seen without scrolling, and a closed layer opens', async () => {
  const { page, context, faults } = await openPage(browser, { width: 1680, height: 1050 })
  await page.goto(VIEW)
  const lanes = lanesOf(page)
  const lun = lanes.getByRole('row', { name: /^naa\..*queue depth/i }).first()
  await lun.waitFor()
  const [inside, room] = [await lun.boundingBox(), await lanes.boundingBox()]
  expect(inside!.y + inside!.height).toBeLessThanOrEqual(room!.y + room!.height)
  const network = lanes.getByRole('row', { name: /^Network, / })
  await network.focus()
  expect(await network.getAttribute('aria-expanded')).toBe('false')
  await page.keyboard.press(' ')
  await page.waitForURL(/unfold=network/)
  expect(await network.getAttribute('aria-expanded')).toBe('true')
  expect(faults).toEqual([])
  await context.close()
})

test('several records under one glyph are listed by Enter, and Back undoes', async () => {
  const { page, context, faults } = await openPage(browser)
  // Wide enough that two warnings of esx-02, twenty seconds apart, share a glyph.
  const range = 'from=2026-11-20T10:00:00Z&to=2026-11-20T11:00:00Z&zone=UTC'
  await page.goto(`${url}/?q=near:VDI-0417&${range}&at=2026-11-20T10:30:00Z`)
  const lane = lanesOf(page)
    .getByRole('row', { name: /^esx-02, / })
    .first()
  await lane.waitFor()
  await lane.focus()
  await page.keyboard.press('.')
  await page.getByRole('tooltip').getByText('2 records here').waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/sel=area:/)
  const list = page.getByRole('tabpanel', { name: /^Records/ })
  await list.getByText(/^only 10:38:/).waitFor()
  await waitUntil(
    () => list.getByText(/performance has deteriorated/).count(),
    (n) => n === 2,
  )
  expect(await seriousFaults(page)).toEqual([])
  await page.goBack()
  await page.waitForURL((next) => !next.search.includes('sel='))
  expect(faults).toEqual([])
  await context.close()
})

test('a record names what belongs with it, equal patterns as one row', async () => {
  const { page, context, faults } = await openPage(browser)
  await page.goto(`${url}/?q=near:VDI-0417+and+severity>=warn+and+host:esx-14*&${RANGE}`)
  await page
    .getByText(/performance has deteriorated/)
    .first()
    .click()
  const dock = dockOf(page)
  const group = dock.getByRole('button', { name: /×\d/ }).first()
  await group.waitFor()
  const before = await dock.locator('[data-related]').count()
  await group.click()
  expect(await dock.locator('[data-related]').count()).toBeGreaterThan(before + 1)
  await dock.getByRole('button', { name: /weaker not shown$/ }).click()
  await dock.getByRole('list', { name: 'Weaker links' }).waitFor()
  expect(await seriousFaults(page)).toEqual([])
  expect(faults).toEqual([])
  await context.close()
})

test('a part of the screen that fails alone says so in its place, and is asked again', async () => {
  const { page, context } = await openPage(browser)
  const failing = ['histogram', 'facets', 'search', 'patterns'].map((name) => `**/api/v1/${name}`)
  const error = { code: 'storage_unavailable', message: 'a shard did not answer', requestId: '1' }
  for (const part of failing) {
    await page.route(part, (route) => route.fulfill({ status: 503, json: { error } }))
  }
  await openView(page, VIEW)
  const said = page.getByRole('alert').filter({ hasText: 'a shard did not answer' })
  await said.filter({ hasText: 'Could not read the records' }).waitFor()
  await said.filter({ hasText: 'Could not read the counts' }).waitFor()
  await page.getByText('All loaded: not read').waitFor()
  expect(await seriousFaults(page)).toEqual([])
  for (const part of failing) await page.unroute(part)
  for (const name of ['the records', 'the counts']) {
    await said.filter({ hasText: name }).getByRole('button', { name: 'Try again' }).click()
  }
  const timeline = page.getByRole('region', { name: 'Timeline' })
  await timeline.getByRole('button', { name: 'Try again' }).click()
  await page.getByText(/^All loaded, \d/).waitFor()
  await page
    .getByRole('grid', { name: /^Records/ })
    .getByRole('row')
    .first()
    .waitFor()
  await waitUntil(
    () => said.count(),
    (n) => n === 0,
    10_000,
  )
  // Records that stay from the view before are not taken for those of this one.
  await page.route('**/api/v1/search', (route) => route.fulfill({ status: 503, json: { error } }))
  await page.keyboard.press('Shift+D')
  await said.filter({ hasText: 'the records here, below are those of before' }).waitFor()
  await context.close()
})
