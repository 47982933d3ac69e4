import type { Page } from 'playwright-core'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { EntitiesAnswer } from '../../model/api.ts'
import { openPage, seriousFaults, startBrowser } from '../support/browser.ts'
import { waitUntil } from '../support/wait.ts'

const url = inject('sampleUrl')

async function openEntity(
  query: string,
  search: string,
): Promise<{ page: Page; faults: string[] }> {
  const answer = await fetch(`${url}/api/v1/entities?${query}`)
  const { entities } = (await answer.json()) as EntitiesAnswer
  const browser = await startBrowser()
  onTestFinished(() => browser.close())
  const { page, faults } = await openPage(browser)
  await page.goto(`${url}/entities/${encodeURIComponent(entities[0]!.id)}?zone=UTC&${search}`)
  return { page, faults }
}

test('a host says what each step measured then, who left it, and what is another at B', async () => {
  const { page, faults } = await openEntity(
    'type=hypervisor&q=esx-07',
    'tab=moves&at=2026-11-20T10:42:17Z&a=2026-11-20T10:20:00Z',
  )
  const strip = page.getByRole('region', { name: /^What depends on it/ })
  await strip.getByText(/^device latency \d+/).waitFor()
  expect(await strip.innerText()).toMatch(/17 VMs \d+ worse than usual/)

  const bars = page.getByRole('region', { name: 'Who came and went' })
  expect((await bars.innerText()).split(/\s*\n\s*/)).toEqual(['VDI-0423', 'went', '10:31:12'])

  const measured = page.getByRole('table', { name: 'Measured at A and B' })
  const worst = measured.getByRole('row', { name: /^Device latency .*4337/ })
  expect(await worst.innerText()).toMatch(/× \d{2,}$/)
  expect(await measured.getByRole('row', { name: /^CPU/ }).innerText()).toMatch(/as usual$/)
  expect(await seriousFaults(page)).toEqual([])
  expect(faults).toEqual([])
})

test('an earlier time has another state', async () => {
  const { page } = await openEntity('type=hypervisor&q=esx-07', 'at=2026-11-20T10:20:00Z')
  const strip = page.getByRole('region', { name: /^What depends on it/ })
  await strip.getByText('as usual').first().waitFor()
  expect(await strip.innerText()).not.toMatch(/device latency/)
})

test('its way and what it is a member of have room, and its metrics stand over its moves', async () => {
  const { page, faults } = await openEntity('q=VDI-0423', 'tab=moves&at=2026-11-20T10:42:17Z')
  const tree = page.getByRole('group', { name: 'Path, effect to cause' })
  await tree.getByText('member of').waitFor()
  await tree.getByText('as usual').first().waitFor()
  for (const width of [1280, 1680, 2560]) {
    await page.setViewportSize({ width, height: 1000 })
    await waitUntil(
      () =>
        page.evaluate<number>(
          `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('[aria-label="Path, effect to cause"]'))`,
        ),
      (beyond) => beyond <= 0,
      10_000,
    )
    await tree.getByText('member of').waitFor()
  }
  const measured = page.getByRole('region', { name: 'What it measured' })
  await measured
    .getByText(/^Disk (reads|writes)$/)
    .first()
    .waitFor()
  expect(await measured.locator('canvas').count()).toBe(4)
  expect(await seriousFaults(page)).toEqual([])
  expect(faults).toEqual([])
})
