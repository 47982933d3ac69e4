import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SampleStatus } from '../../model/api.ts'
import { openPage, seriousFaults, startBrowser } from '../support/browser.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { copyProgram } from '../support/program-copy.ts'
import { writeSample } from '../support/small-sample.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

/** Serves a small sample beside one record of one's own, and shows the sample. */
async function serveBoth(): Promise<PlumblineProcess> {
  const { program, sample } = copyProgram(temporaryFolder())
  writeSample(sample)
  const data = join(temporaryFolder(), 'data')
  const server = await servePlumbline({ data, program, args: ['--sample'] })
  onTestFinished(async () => void (await server.stop()))
  await waitUntil(
    () => server.get<SampleStatus>('/api/v1/sample'),
    ({ state }) => state === 'loaded',
  )
  const own = { time: new Date().toISOString(), source: 'own-1', body: 'mine alone' }
  await server.post('/api/v1/ingest/logs', own)
  await server.post('/api/v1/ingest/settle', {})
  return server
}

test('the rail says which data is shown, on every screen, and leads to the other and back', async () => {
  const server = await serveBoth()
  const browser = await startBrowser()
  onTestFinished(() => browser.close())
  const { page, faults } = await openPage(browser)
  await page.goto(server.url, { waitUntil: 'networkidle' })
  await page.getByRole('region', { name: 'Sample data' }).waitFor()
  await page.waitForURL(/q=near:VDI-1/)
  const toOwn = page.getByRole('button', { name: /^Sample data is shown/ })
  const toSample = page.getByRole('button', { name: /^Your own data is shown/ })

  await page.getByRole('button', { name: 'Show your own data', exact: true }).click()
  await toSample.waitFor()
  expect(new URL(page.url()).search).not.toContain('VDI-1')
  const records = page.getByRole('grid', { name: /^Records/ })
  await records.getByText('mine alone').first().waitFor()
  expect(await page.getByRole('region', { name: 'Sample data' }).count()).toBe(0)
  expect(await seriousFaults(page)).toEqual([])

  await page.getByRole('link', { name: /^Sources/ }).click()
  const sources = page.getByRole('listbox', { name: 'Sources' })
  await sources.getByText('own-1').first().waitFor()
  await toSample.click()
  await sources.getByText('vdi-1').first().waitFor()
  expect(await sources.getByText('own-1').count()).toBe(0)
  await toOwn.click()
  await sources.getByText('own-1').first().waitFor()
  expect(faults).toEqual([])
})

test('beside own data the sample is loaded from Sources, and removed from the palette', async () => {
  const { program, sample } = copyProgram(temporaryFolder())
  writeSample(sample)
  const server = await servePlumbline({ data: join(temporaryFolder(), 'data'), program })
  onTestFinished(async () => void (await server.stop()))
  const own = { time: new Date().toISOString(), source: 'own-1', body: 'mine alone' }
  await server.post('/api/v1/ingest/logs', own)
  await server.post('/api/v1/ingest/settle', {})
  const browser = await startBrowser()
  onTestFinished(() => browser.close())
  const { page, faults } = await openPage(browser)
  await page.goto(`${server.url}/sources`)
  const load = page.getByRole('button', { name: 'Load the sample' })
  await load.waitFor()
  expect(await seriousFaults(page)).toEqual([])
  await load.click()
  await page.waitForURL(/q=near:VDI-1/)
  await page.getByRole('region', { name: 'Sample data' }).waitFor()
  await page.getByRole('link', { name: /^Sources/ }).click()
  await page.getByRole('listbox', { name: 'Sources' }).getByText('vdi-1').first().waitFor()
  expect(await load.count()).toBe(0)

  await page.getByRole('link', { name: 'Search' }).click()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('remove the sample')
  await page.getByRole('option', { name: /^Remove the sample/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'Sample data' }).waitFor({ state: 'detached' })
  const records = page.getByRole('grid', { name: /^Records/ })
  await records.getByText('mine alone').first().waitFor()
  expect(await server.get<SampleStatus>('/api/v1/sample')).toMatchObject({ state: 'absent' })
  expect(faults).toEqual([])
})
