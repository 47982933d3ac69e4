import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { DeadLettersAnswer } from '../../model/api.ts'
import { findRecords } from '../support/answers.ts'
import { openPage, seriousFaults, startBrowser } from '../support/browser.ts'
import { servePlumbline } from '../support/plumbline-process.ts'
import { temporaryFolder } from '../support/temporary.ts'

test('of the sample nobody is late or silent, and rates stand beside what is usual', async () => {
  const browser = await startBrowser()
  onTestFinished(() => browser.close())
  const { page, faults } = await openPage(browser)
  await page.goto(`${inject('sampleUrl')}/sources`, { waitUntil: 'networkidle' })
  const sources = page.getByRole('listbox', { name: 'Sources' })
  await sources.getByText('As usual').first().waitFor()
  expect(await sources.getByText('Worse than usual').count()).toBe(0)
  await sources.getByRole('option', { name: /sources of rfc3164/ }).click()
  const app = sources.getByRole('option', { name: /^app-1/ })
  await app
    .getByText(/^\d.* \/min$/)
    .first()
    .waitFor()
  expect(await app.innerText()).toMatch(/\d+–\d+ \/min/)
  expect(await app.innerText()).toMatch(/± 14 h\s+UTC assumed/)
  await page.getByRole('button', { name: /^Range: .*10:00 – 11:00, 1 h/ }).waitFor()
  await page.getByRole('button', { name: 'The page before' }).click()
  await page.waitForURL(/from=2026-11-20T09:00:00/)
  await page.getByText('rate, 09:00 – 10:00').waitFor()
  await app.click()
  const dock = page.getByRole('complementary', { name: 'What is selected' })
  await dock.getByText('clocks are not compared yet', { exact: false }).waitFor()
  expect(await dock.innerText()).toMatch(/± 14 h/)
  expect(await seriousFaults(page)).toEqual([])
  expect(faults).toEqual([])
})

test('what was refused is read again: first how much of it, then for good', async () => {
  const server = await servePlumbline({ data: join(temporaryFolder(), 'data') })
  onTestFinished(async () => void (await server.stop()))
  const line = (i: number) => `<13>1 2026-11-20T10:00:0${i}Z vdi-9 app - - - refused ${i}`
  const sent = await fetch(`${server.url}/api/v1/ingest/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: [line(1), line(2), '{"body":"broken" "time":1}'].join('\n'),
  })
  expect(sent.status).toBe(400)
  await server.post('/api/v1/ingest/settle', {})
  const listed = () => server.get<DeadLettersAnswer>('/api/v1/dead-letters')
  expect((await listed()).deadLetters).toHaveLength(3)

  const browser = await startBrowser()
  onTestFinished(() => browser.close())
  const { page, faults } = await openPage(browser)
  await page.goto(`${server.url}/sources`, { waitUntil: 'networkidle' })
  await page.getByRole('listbox', { name: 'Sources' }).getByText('rejected').first().click()
  await page.keyboard.press('Enter')
  const dock = page.getByRole('complementary', { name: 'What is selected' })
  await dock.getByText('reads 2 of 2').waitFor()
  expect(await dock.locator('mark').first().innerText()).toBe('"')
  expect(await dock.innerText()).toContain('→ refused 1')
  expect((await listed()).deadLetters).toHaveLength(3)
  expect(await seriousFaults(page)).toEqual([])

  await dock.getByRole('button', { name: 'Store all 2' }).click()
  await dock.getByText('1 kept as received').waitFor()
  const found = await findRecords(server, 'refused')
  expect(found.map(({ body }) => body).sort()).toEqual(['refused 1', 'refused 2'])
  expect((await listed()).deadLetters).toHaveLength(1)
  expect(faults).toEqual([])
})
