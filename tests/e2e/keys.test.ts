import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openPage, startBrowser } from '../support/browser.ts'
import { waitUntil } from '../support/wait.ts'

const url = inject('sampleUrl')
const VIEW = `${url}/?q=near:VDI-0417&from=2026-11-20T10:30:00Z&to=2026-11-20T11:00:00Z&zone=Europe/Rome&at=2026-11-20T10:42:17Z`

let browser: Browser
let page: Page
beforeAll(async () => {
  browser = await startBrowser()
  page = (await openPage(browser)).page
})
afterAll(() => browser.close())

const param = (name: string): string | null => new URL(page.url()).searchParams.get(name)
const windowOf = (): readonly [number, number] => [
  Date.parse(param('from') ?? ''),
  Date.parse(param('to') ?? ''),
]
const lengthOf = (): number => windowOf()[1] - windowOf()[0]

/** A part of the address once it is as asked for. */
const until = async <T>(read: () => T, isDone: (value: T) => boolean): Promise<T> =>
  waitUntil(() => Promise.resolve(read()), isDone, 10_000)

async function open(address = VIEW): Promise<void> {
  await page.goto(address)
  await lane(/^VDI-0417, /).waitFor()
  // What is pressed acts on what is drawn.
  await page.getByRole('tab', { name: /^Records [\d,]+$/ }).waitFor()
}
const lane = (name: RegExp) =>
  page.getByRole('treegrid', { name: 'Lanes' }).getByRole('row', { name }).first()
const press = (key: string) => page.keyboard.press(key)
const dock = () => page.getByRole('complementary', { name: 'What is selected' })

describe('the window', () => {
  test.each([
    ['w', 1 / 1.5],
    ['s', 1.5],
    ['Shift+W', 1 / 4],
    ['Shift+S', 4],
  ])('%s makes it × %f', async (key, factor) => {
    await open()
    const before = lengthOf()
    await press(key)
    await until(lengthOf, (now) => Math.abs(now / before - factor) < 0.01)
  })

  test.each([
    ['a', -0.25],
    ['d', 0.25],
    ['Shift+A', -1],
    ['Shift+D', 1],
  ])('%s moves it by %f', async (key, part) => {
    await open()
    const [from] = windowOf()
    await press(key)
    await until(windowOf, ([now]) => Math.abs(now - from - part * lengthOf()) < 1_000)
  })

  test('F fits what is worse than usual, 0 is all, Home and End are its ends', async () => {
    await open()
    await press('f')
    const [from, to] = await until(windowOf, ([now]) => now > Date.parse('2026-11-20T10:31:00Z'))
    expect(new Date(from).toISOString()).toMatch(/T10:3[67]/)
    expect(to).toBeGreaterThan(Date.parse('2026-11-20T10:53:00Z'))
    await press('0')
    await until(windowOf, ([now]) => now <= Date.parse('2026-11-20T09:00:00Z'))
    await press('Shift+W')
    await until(lengthOf, (now) => now < 3_600_000)
    await press('Home')
    await until(windowOf, ([now]) => now <= Date.parse('2026-11-20T09:00:00Z'))
    await press('End')
    await until(windowOf, ([, now]) => now >= Date.parse('2026-11-20T10:59:00Z'))
  })

  test('R makes an area, L follows and pauses, and Back undoes a zoom', async () => {
    await open()
    await press('r')
    await press('Shift+ArrowRight')
    await press('r')
    await page.getByRole('button', { name: /^Zoom/ }).waitFor()
    await press('Escape')
    await press('w')
    await until(lengthOf, (now) => now < 1_500_000)
    await page.goBack()
    await until(lengthOf, (now) => now === 1_800_000)
    await press('l')
    await until(
      () => param('live'),
      (now) => now === '1',
    )
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await press('l')
    await page.getByRole('button', { name: /^Go on/ }).waitFor()
  })
})

describe('the cursor', () => {
  test('arrows move it by a column or ten, C frees and freezes it', async () => {
    await open()
    const at = (): number => Date.parse(param('at') ?? '')
    const start = at()
    await press('ArrowRight')
    const one = (await until(at, (now) => now > start)) - start
    await press('Shift+ArrowRight')
    await until(at, (now) => Math.abs(now - start - 11 * one) < one)
    await press('ArrowLeft')
    await until(at, (now) => Math.abs(now - start - 10 * one) < one)
    await press('c')
    await until(
      () => param('at'),
      (now) => now === null,
    )
    await press('c')
    await until(
      () => param('at'),
      (now) => now !== null,
    )
  })

  test('M sets A, then B, then none', async () => {
    await open()
    for (const expected of [
      [true, false],
      [true, true],
      [false, false],
    ]) {
      await press('m')
      await until(
        () => [param('a') !== null, param('b') !== null],
        ([a, b]) => a === expected[0] && b === expected[1],
      )
    }
  })

  test('T shows times as written and says so, U is UTC', async () => {
    await open()
    const timeline = page.getByRole('region', { name: 'Timeline' })
    await timeline.getByText('Europe/Rome').waitFor()
    expect(await timeline.getByText('raw time').count()).toBe(0)
    await press('t')
    await timeline.getByText('raw time').waitFor()
    expect(param('raw')).toBe('1')
    await press('t')
    await timeline.getByText('raw time').waitFor({ state: 'detached' })
    await press('u')
    await timeline.getByText(/^UTC/).waitFor()
  })
})

describe('lanes', () => {
  test('arrows walk them, Space folds a layer, Enter opens an entity', async () => {
    await open()
    await lane(/^VDI-0417, /).focus()
    await press('ArrowDown')
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label")')
    await waitUntil(focused, (name) => /^VDI-0417, disk latency/.test(name))
    await press('ArrowUp')
    await waitUntil(focused, (name) => /^VDI-0417, windows/i.test(name))
    await press('Enter')
    await until(
      () => param('sel'),
      (sel) => sel?.startsWith('entity:') ?? false,
    )
    await press('Escape')
    await until(
      () => param('sel'),
      (sel) => sel === null,
    )
    await page
      .getByRole('treegrid', { name: 'Lanes' })
      .getByRole('row', { name: /^Guest/ })
      .focus()
    await press(' ')
    await until(
      () => param('fold'),
      (fold) => fold === 'guest',
    )
  })

  test('P pins, H hides, X adds its path, I narrows, O excludes', async () => {
    for (const [key, name] of [
      ['p', 'pin'],
      ['h', 'hide'],
      ['x', 'add'],
    ] as const) {
      await open()
      await lane(/^build-22, /).focus()
      await press(key)
      await until(
        () => param(name),
        (value) => value !== null,
      )
    }
    await open()
    await lane(/^esx-14, /).focus()
    await press('i')
    await until(
      () => param('q'),
      (q) => / and entity:/.test(q ?? ''),
    )
    await open()
    await lane(/^esx-14, /).focus()
    await press('o')
    await until(
      () => param('q'),
      (q) => /not entity:/.test(q ?? ''),
    )
  })

  test(', and . walk the records of a lane, with Shift its errors, and Enter opens one', async () => {
    await open()
    await lane(/^VDI-0417, /).focus()
    await press('<')
    const card = page.getByText('Enter opens the record').locator('..')
    await card.getByText(/EXCEL\.EXE/).waitFor()
    await press('Enter')
    await dock()
      .getByText(/EXCEL\.EXE/)
      .first()
      .waitFor()
    const record = param('sel')
    await until(
      () => param('at'),
      (at) => at?.includes('10:40') ?? false,
    )
    await press('.')
    await press('Enter')
    await until(
      () => param('sel'),
      (sel) => sel !== record,
    )
    await press(',')
    await press('Enter')
    await until(
      () => param('sel'),
      (sel) => sel === record,
    )
  })

  test.each([
    ['[', ']'],
    ['k', 'j'],
  ])('%s and %s walk what is related to a record', async (before, after) => {
    await open()
    await lane(/^VDI-0417, /).focus()
    await press('<')
    await press('Enter')
    await dock().getByText('Belongs with').waitFor()
    await dock()
      .getByText(/before|after|cannot tell/)
      .first()
      .waitFor()
    const first = param('sel')
    await press(after)
    const second = await until(
      () => param('sel'),
      (sel) => sel !== first,
    )
    await press(before)
    await until(
      () => param('sel'),
      (sel) => sel === first,
    )
    expect(second).toMatch(/^record:/)
  })
})

describe('the screen', () => {
  test('Q hides the dock and shows it, V splits, E hides the filter rail', async () => {
    await open()
    await lane(/^build-22, /).focus()
    await press('Enter')
    await dock().waitFor()
    await press('q')
    await dock().waitFor({ state: 'detached' })
    await press('q')
    await dock().waitFor()
    for (const split of ['half', 'full', null]) {
      await press('v')
      await until(
        () => param('split'),
        (now) => now === split,
      )
    }
    const rail = page.getByRole('region', { name: 'Fields' })
    await rail.waitFor()
    await press('e')
    await rail.waitFor({ state: 'detached' })
    await press('e')
    await rail.waitFor()
  })

  test('/ is the query, Ctrl K goes to anything, ? lists the keys, Shift C copies the link', async () => {
    await open()
    await press('/')
    await waitUntil(
      () => page.evaluate<string>('document.activeElement.getAttribute("aria-label")'),
      (name) => name === 'Query',
    )
    await press('Escape')
    await press('Control+k')
    await page.getByRole('dialog').waitFor()
    await press('Escape')
    await press('?')
    const keys = page.getByRole('dialog')
    await keys.getByText('times as written, or corrected').waitFor()
    await press('Escape')
    await keys.waitFor({ state: 'detached' })
    await press('Shift+C')
    await page.getByText(/^Link copied$|^Copy the address$/).waitFor()
  })

  test('G, then S, E or O goes to the screens, whatever these letters do there', async () => {
    await open()
    for (let turn = 0; turn < 2; turn++) {
      for (const [key, path] of [
        ['o', '/sources'],
        ['e', '/entities'],
        ['s', '/'],
      ] as const) {
        await press('g')
        await press(key)
        await until(
          () => new URL(page.url()).pathname,
          (now) => now === path,
        )
      }
      await lane(/^VDI-0417, /).waitFor()
      expect(param('q')).toBe('near:VDI-0417')
      expect(lengthOf()).toBe(1_800_000)
      // And from here, where each of them does something else.
      await press('g')
      await press('e')
      await until(
        () => new URL(page.url()).pathname,
        (now) => now === '/entities',
      )
      await press('g')
      await press('s')
      await lane(/^VDI-0417, /).waitFor()
    }
  })
})
