import { useKeys } from '../lib/keys.ts'

/** The regions of a page, as screen readers know them; those inside another one are a part of it. */
const REGIONS = 'nav, header, main section, main form, aside, footer'
/** Where the focus comes to in a region: the row of a list that Tab reaches, else whatever comes first. */
const ENTRIES = [
  '[role="row"][tabindex="0"], [role="option"][tabindex="0"]',
  '[contenteditable="true"], a[href], button:not(:disabled), input, [tabindex="0"]',
] as const

/** `F6` walks the regions, with Shift backwards, also out of a text field. */
export function useRegionKeys(): void {
  const walk = (way: 1 | -1) => (): void => {
    const entries = [...document.querySelectorAll<HTMLElement>(REGIONS)]
      .filter((region) => region.parentElement?.closest(REGIONS) === null)
      .flatMap((region) => {
        const entry = entryOf(region)
        return entry === undefined ? [] : [{ region, entry }]
      })
    const at = entries.findIndex(({ region }) => region.contains(document.activeElement))
    entries[nextRegion(at, entries.length, way)]?.entry.focus()
  }
  useKeys([
    { keys: ['F6'], does: 'next region (Shift: the one before)', inText: true, run: walk(1) },
    { keys: ['Shift+F6'], inText: true, run: walk(-1) },
  ])
}

function entryOf(region: HTMLElement): HTMLElement | undefined {
  for (const entry of ENTRIES) {
    const found = [...region.querySelectorAll<HTMLElement>(entry)].find(
      (element) => element.getClientRects().length > 0,
    )
    if (found !== undefined) return found
  }
  return undefined
}

/** The region after the one at `at`, round the end; from none (−1) the first or the last. */
export function nextRegion(at: number, count: number, way: 1 | -1): number {
  if (at < 0) return way > 0 ? 0 : count - 1
  return (at + way + count) % count
}
