import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { SampleStatus } from '../../model/api.ts'
import type { TimelineAnswer } from '../../model/timeline.ts'
import { openPage, startBrowser } from '../support/browser.ts'
import { servePlumbline } from '../support/plumbline-process.ts'
import { scriptBytes } from '../support/page-scripts.ts'
import { waitUntil } from '../support/wait.ts'
import { median } from './ask.ts'
import { recordFrames, RECORDER, type FrameFigures } from './frames.ts'
import { GESTURES, type Area } from './gestures.ts'

/** A gesture on a view, and the same on an empty page of the same browser. */
export interface GestureFigures {
  readonly view: string
  readonly gesture: string
  readonly inputs: number
  readonly measured: FrameFigures
  readonly baseline: FrameFigures
}

/** How soon a view is there, milliseconds from the navigation: the first load, and the median of all. */
export interface LoadFigures {
  readonly view: string
  /** Lanes of entities that the gestures move, and rows with their metrics and layers. */
  readonly lanes: number
  readonly rows: number
  readonly firstPaintMs: readonly [first: number, median: number]
  readonly drawnMs: readonly [first: number, median: number]
}

export interface ScreenFigures {
  readonly browser: string
  readonly loads: readonly LoadFigures[]
  readonly gestures: readonly GestureFigures[]
  /** JavaScript that the page is made of, bytes as gzip sends them. */
  readonly scriptBytes: number
}

interface View {
  readonly name: string
  readonly address: string
  /** Presses of the button that asks for more lanes. */
  readonly more: number
}

const RANGE = 'from=2026-11-20T10:30:00Z&to=2026-11-20T11:00:00Z&zone=UTC'
const VIEWS: readonly View[] = [
  { name: 'near a desktop', address: `/?q=near:VDI-0417&${RANGE}`, more: 0 },
  // 40 lanes, then 80, 160 and 200: as many as there can be.
  { name: 'everything, all lanes', address: `/?${RANGE}`, more: 3 },
]
const SIZE = { width: 1680, height: 1050 }
const LOADS = 5
const FIRST_PAINT = 'performance.getEntriesByName("first-contentful-paint")[0].startTime'
const GESTURE_MS = 5_000
/** After a gesture the window goes into the address when it rests. */
const LONGEST_REST_MS = 15_000
const LONGEST_LOAD_MS = 120_000

/** Serves the sample and looks at it in a real browser. `say` hears of progress. */
export async function measureScreen(
  folder: string,
  say: (text: string) => void,
): Promise<ScreenFigures> {
  const server = await servePlumbline({ data: join(folder, 'screen'), args: ['--sample'] })
  try {
    await waitUntil(
      () => server.get<SampleStatus>('/api/v1/sample'),
      ({ state }) => state === 'loaded',
      LONGEST_LOAD_MS,
    )
    const browser = await startBrowser()
    try {
      say('an empty page')
      const baselines = await onEmptyPage(browser)
      const loads: LoadFigures[] = []
      const gestures: GestureFigures[] = []
      for (const view of VIEWS) {
        say(view.name)
        const { load, measured } = await onView(browser, server.url, view)
        loads.push(load)
        measured.forEach((one, index) => {
          gestures.push({ view: view.name, ...one, baseline: baselines[index]! })
        })
      }
      return { browser: browser.version(), loads, gestures, scriptBytes: scriptBytes() }
    } finally {
      await browser.close()
    }
  } finally {
    await server.stop()
  }
}

/** What the browser alone reaches under the same gestures. */
async function onEmptyPage(browser: Browser): Promise<FrameFigures[]> {
  const { page, context } = await openPage(browser, SIZE)
  await page.addInitScript(RECORDER)
  await page.goto('data:text/html,<title>empty</title>')
  const area: Area = { x: 0, y: 0, ...SIZE }
  const figures: FrameFigures[] = []
  for (const { run } of GESTURES) {
    figures.push(await recordFrames(page, async () => void (await run(page, area, GESTURE_MS))))
  }
  await context.close()
  return figures
}

type Measured = Omit<GestureFigures, 'view' | 'baseline'>

async function onView(
  browser: Browser,
  url: string,
  view: View,
): Promise<{ load: LoadFigures; measured: Measured[] }> {
  const paints: number[] = []
  const drawn: number[] = []
  for (let n = 0; n < LOADS; n++) {
    const { page, context } = await openView(browser, url + view.address)
    paints.push(await page.evaluate<number>(FIRST_PAINT))
    drawn.push(await page.evaluate<number>('benchFrames.drawnMs'))
    await context.close()
  }
  const { page, context, lanes } = await openView(browser, url + view.address)
  for (let n = 0; n < view.more; n++) await askForMore(page)
  const rows = Number(await lanesOf(page).getAttribute('aria-rowcount'))
  const lanesThere = lanes()
  const measured: Measured[] = []
  for (const { name, run } of GESTURES) {
    await page.evaluate('benchFrames.rest()')
    const area = (await page.getByRole('region', { name: 'Timeline' }).boundingBox())!
    let inputs = 0
    const before = page.url()
    const figures = await recordFrames(page, async () => {
      inputs = await run(page, area, GESTURE_MS)
    })
    await expectMoved(page, before, `${name} on ${view.name}`)
    measured.push({ gesture: name, inputs, measured: figures })
  }
  await context.close()
  const of = (values: readonly number[]) => [values[0]!, median(values)] as const
  const load = {
    view: view.name,
    lanes: lanesThere,
    rows,
    firstPaintMs: of(paints),
    drawnMs: of(drawn),
  }
  return { load, measured }
}

const lanesOf = (page: Page) => page.getByRole('treegrid', { name: 'Lanes' })

async function openView(browser: Browser, address: string) {
  const { page, context } = await openPage(browser, SIZE)
  // Keys glide, as they do for whoever has not asked for less motion.
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await page.addInitScript(RECORDER)
  let lanes = 0
  page.on('response', (response) => {
    if (!response.url().endsWith('/api/v1/timeline') || !response.ok()) return
    // Of a question that was taken back there is no body.
    response.json().then(
      (answer: TimelineAnswer) => (lanes = answer.lanes.length),
      () => undefined,
    )
  })
  await page.goto(address)
  await waitUntil(
    () => page.evaluate<number | null>('benchFrames.drawnMs'),
    (drawnMs) => drawnMs !== null,
    LONGEST_LOAD_MS,
  )
  return { page, context, lanes: () => lanes }
}

/** Presses the button that asks for more lanes, where there are more, and waits for them. */
async function askForMore(page: Page): Promise<void> {
  const button = page.getByTitle('Show more lanes').first()
  if ((await button.count()) === 0) return
  const before = await lanesOf(page).getAttribute('aria-rowcount')
  await button.click()
  await waitUntil(
    () => lanesOf(page).getAttribute('aria-rowcount'),
    (rows) => rows !== before,
    LONGEST_LOAD_MS,
  )
}

/** Throws when the window is where it was: what did not move has not been measured. */
async function expectMoved(page: Page, before: string, what: string): Promise<void> {
  const windowOf = (address: string): string => {
    const { searchParams } = new URL(address)
    return `${searchParams.get('from')} to ${searchParams.get('to')}`
  }
  try {
    await page.waitForURL(({ href }) => windowOf(href) !== windowOf(before), {
      timeout: LONGEST_REST_MS,
    })
  } catch (cause) {
    throw new Error(`cannot measure ${what}: the window stayed at ${windowOf(before)}`, { cause })
  }
}
