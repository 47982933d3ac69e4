import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findRecords } from '../support/answers.ts'
import { openPage, seriousFaults, startBrowser } from '../support/browser.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { run, startDaemon } from '../support/programs.ts'
import { findProgram, REPOSITORY } from '../support/requirements.ts'
import { waitUntil } from '../support/wait.ts'

const logger = findProgram('logger')
const rsyslogd = findProgram('rsyslogd')

let browser: Browser
let folder: string
let server: PlumblineProcess

beforeAll(async () => {
  browser = await startBrowser()
  folder = mkdtempSync(join(tmpdir(), 'plumbline-own-'))
  server = await servePlumbline({ data: join(folder, 'data') })
})
afterAll(async () => {
  await browser.close()
  await server.stop()
  rmSync(folder, { recursive: true })
})

const summaryOf = (page: Page) => page.getByRole('region', { name: 'Import of files' })

async function importFiles(page: Page, files: string[]): Promise<string> {
  await page.getByLabel('Files to import').setInputFiles(files)
  await summaryOf(page).getByText(`Imported ${files.length} of ${files.length} files`).waitFor()
  return summaryOf(page).innerText()
}

// In this order: each goes on with what the one before left.
describe('an empty folder', () => {
  test('says what is listened to and what can be done, and axe has nothing to say', async () => {
    const { page, context, faults } = await openPage(browser)
    await page.goto(server.url, { waitUntil: 'networkidle' })
    await page.getByText('Nothing has arrived yet').waitFor()
    const text = await page.locator('body').innerText()
    expect(text).toContain((await server.listener('syslog-tcp')).port.toString())
    expect(text).toMatch(/npx plumbline import/)
    expect(await seriousFaults(page)).toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })

  test('takes files that are chosen, with a summary that balances, and shows them', async () => {
    const { page, context, faults } = await openPage(browser)
    await page.goto(server.url, { waitUntil: 'networkidle' })
    const tour = ['esx-01.log', 'switch-07.log', 'vdi-0417.log']
    const said = await importFiles(
      page,
      tour.map((name) => join(REPOSITORY, 'docs/tour', name)),
    )
    expect(said).toMatch(/16 records = 16 stored \+ 0 duplicates \+ 0 rejected/)
    await summaryOf(page)
      .getByRole('button', { name: /show|view|see/i })
      .click()
    await page.waitForURL(/from=2026-11-20/)
    const lanes = page.getByRole('treegrid', { name: 'Lanes' })
    await lanes
      .getByRole('row', { name: /^esx-01/ })
      .first()
      .waitFor()
    await lanes
      .getByRole('row', { name: /^switch-07/ })
      .first()
      .waitFor()
    expect(faults).toEqual([])
    await context.close()
  })

  test('hostile lines are text and nothing else', async () => {
    const { page, context, faults } = await openPage(browser)
    const lines = [
      '<img src=x onerror="document.title=1"><script>document.title=2</script>',
      'colour \u001b[31mred\u001b[0m and \u202egnp.exe\u202c and nul \u0000 end',
      '=HYPERLINK("http://203.0.113.9","click")',
      `long ${'x'.repeat(1_000_000)}`,
    ]
    const sent = await fetch(`${server.url}/api/v1/ingest/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines
        .map((body, i) => JSON.stringify({ time: `2026-11-20T10:40:0${i}Z`, source: 'evil', body }))
        .join('\n'),
    })
    expect(sent.status).toBe(200)
    await findRecords(server, 'onerror')
    await page.goto(`${server.url}/?from=2026-11-20T10:39:00Z&to=2026-11-20T10:41:00Z`)
    const records = page.getByRole('grid', { name: /^Records/ })
    await records
      .getByText(/onerror=/)
      .first()
      .waitFor()
    await records
      .getByText(/onerror=/)
      .first()
      .click()
    await page.getByText('As received').waitFor()
    expect(await page.locator('img[src="x"]').count()).toBe(0)
    expect(await page.title()).toBe('Plumbline')
    expect(await records.innerText()).not.toMatch(/[\u0000\u001b\u202e]/)
    expect(faults).toEqual([])
    await context.close()
  })
})

test('the overview of all that is loaded grows while what arrives is followed', async () => {
  const { page, context, faults } = await openPage(browser)
  await page.goto(`${server.url}/?live=1&from=now-15m&to=now&zone=UTC`)
  const loaded = page.getByText(/^All loaded, /)
  await loaded.waitFor()
  const before = await loaded.innerText()
  const sent = await fetch(`${server.url}/api/v1/ingest/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({ time: new Date().toISOString(), source: 'grown', body: 'grown by one' }),
  })
  expect(sent.status).toBe(200)
  // The view itself follows at once, the overview is asked again every ten seconds.
  await waitUntil(
    () => loaded.innerText(),
    (text) => text !== before,
    30_000,
  )
  expect(faults).toEqual([])
  await context.close()
})

test.skipIf(logger === undefined || rsyslogd === undefined)(
  'what rsyslog sends is there while it is followed, waits while it is paused, and goes on',
  async () => {
    const socket = join(folder, 'log.socket')
    const { port } = await server.listener('syslog-tcp')
    const config = join(folder, 'rsyslog.conf')
    writeFileSync(
      config,
      `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${socket}")
*.* action(type="omfwd" target="127.0.0.1" port="${port}" protocol="tcp" TCP_Framing="octet-counted"
           template="RSYSLOG_SyslogProtocol23Format")
`,
    )
    const daemon = startDaemon(rsyslogd!, ['-n', '-f', config, '-i', join(folder, 'rsyslog.pid')])
    const { page, context, faults } = await openPage(browser)
    try {
      await waitUntil(async () => existsSync(socket), Boolean)
      const send = (text: string) => run(logger!, ['-u', socket, '-p', 'local3.warning', text])
      await page.goto(`${server.url}/?q=followed`, { waitUntil: 'networkidle' })
      await page.keyboard.press('l')
      await page.waitForURL(/live=1/)
      const records = page.getByRole('grid', { name: /^Records/ })
      await send('followed line one')
      await records.getByText('followed line one').first().waitFor()
      await page.keyboard.press('l')
      await send('followed line two')
      await page
        .getByText(/1 waiting/)
        .first()
        .waitFor()
      expect(await records.getByText('followed line two').count()).toBe(0)
      await page.keyboard.press('l')
      await records.getByText('followed line two').first().waitFor()
      expect(faults).toEqual([])
    } finally {
      await context.close()
      await daemon.stop()
    }
  },
)
