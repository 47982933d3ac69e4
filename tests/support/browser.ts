import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import bundled from '@sparticuz/chromium'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

/** Where a system keeps its own; `PLUMBLINE_CHROMIUM` names another. */
const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * A real Chromium: the one that `npm ci` brings (Linux on x64), `PLUMBLINE_CHROMIUM`, or one of the system.
 * Throws where there is none: a screen that no browser has shown is not tested.
 */
export async function startBrowser(): Promise<Browser> {
  const named = process.env['PLUMBLINE_CHROMIUM']
  const isBundledFit = process.platform === 'linux' && process.arch === 'x64'
  if (named === undefined && isBundledFit) {
    return launch(await bundled.executablePath())
  }
  const executablePath = named ?? SYSTEM_BROWSERS.find((path) => existsSync(path))
  if (executablePath === undefined) {
    throw new Error(
      'cannot start a browser: install Chromium, or set PLUMBLINE_CHROMIUM to the path of one',
    )
  }
  return launch(executablePath)
}

/**
 * Drawing in software and no sandbox: containers have neither a graphics card nor the rights for one. An emulated
 * card draws in software too, and stalls for seconds where pictures are scaled.
 */
function launch(executablePath: string): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none']
  return chromium.launch({ executablePath, headless: true, args })
}

/** Whether pictures can be compared: only the browser of `npm ci` draws every pixel alike. */
export const isReferenceBrowser = (): boolean =>
  process.env['PLUMBLINE_CHROMIUM'] === undefined &&
  process.platform === 'linux' &&
  process.arch === 'x64'

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'dark' | 'light'
}

/** A page of its own context, in UTC, without motion. What the page says goes wrong makes `faults`. */
export async function openPage(
  browser: Browser,
  { width = 1680, height = 1050, theme = 'dark' }: PageOptions = {},
): Promise<{ page: Page; context: BrowserContext; faults: string[] }> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    timezoneId: 'UTC',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  return { page, context, faults }
}

/** What axe finds serious or critical on the page, as one line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}`),
    )
}
