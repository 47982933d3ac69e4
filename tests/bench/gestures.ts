import type { Page } from 'playwright-core'

/** A part of the page, CSS pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Something that a person does to the plot for a while. Ends elsewhere than it began. */
export interface Gesture {
  readonly name: string
  /** Does it for so many milliseconds. Returns how many inputs that were. */
  readonly run: (page: Page, area: Area, forMs: number) => Promise<number>
}

/** Inputs come as often as frames at 60 Hz, keys as often as a held one repeats; milliseconds. */
const [POINTER_MS, KEY_MS] = [16, 33]
/** Keys one way before they go back. */
const SWING = 4
/** How far a drag goes to each side, part of the plot's width, and steps there. */
const [DRAG_PART, DRAG_STEPS] = [0.35, 40]
/** Wheel travel of an input, in pixels, and inputs one way. */
const [WHEEL_PX, WHEEL_SWING] = [30, 20]

export const GESTURES: readonly Gesture[] = [
  { name: 'pan, keys A and D', run: (page, _area, forMs) => keys(page, ['d', 'a'], forMs) },
  { name: 'pan, drag', run: drag },
  { name: 'zoom, keys W and S', run: (page, _area, forMs) => keys(page, ['w', 's'], forMs) },
  { name: 'zoom, Ctrl and wheel', run: wheel },
]

/** Calls `step` with a growing number every so often, or as soon as the page has taken the last. */
async function every(
  page: Page,
  everyMs: number,
  forMs: number,
  step: (n: number) => Promise<void>,
): Promise<number> {
  const started = performance.now()
  let n = 0
  for (; performance.now() - started < forMs; n++) {
    await step(n)
    const ahead = (n + 1) * everyMs - (performance.now() - started)
    if (ahead > 0) await page.waitForTimeout(ahead)
  }
  return n
}

async function keys(page: Page, [on, back]: readonly [string, string], forMs: number) {
  let net = 0
  const press = async (way: 1 | -1): Promise<void> => {
    net += way
    await page.keyboard.press(way === 1 ? on : back)
  }
  const inputs = await every(page, KEY_MS, forMs, (n) =>
    press(Math.floor(n / SWING) % 2 === 0 ? 1 : -1),
  )
  if (net === 0) await press(1)
  return inputs
}

async function drag(page: Page, { x, y, width, height }: Area, forMs: number): Promise<number> {
  const [midX, midY] = [x + width / 2, y + height / 2]
  await page.mouse.move(midX, midY)
  await page.mouse.down()
  const inputs = await every(page, POINTER_MS, forMs, (n) =>
    page.mouse.move(midX + Math.sin((n / DRAG_STEPS) * Math.PI) * DRAG_PART * width, midY),
  )
  await page.mouse.move(midX - DRAG_PART * width * 0.5, midY)
  await page.mouse.up()
  return inputs
}

async function wheel(page: Page, { x, y, width, height }: Area, forMs: number): Promise<number> {
  await page.mouse.move(x + width / 2, y + height / 2)
  await page.keyboard.down('Control')
  let net = 0
  const turn = async (px: number): Promise<void> => {
    net += px
    await page.mouse.wheel(0, px)
  }
  const inputs = await every(page, POINTER_MS, forMs, (n) =>
    turn(Math.floor(n / WHEEL_SWING) % 2 === 0 ? -WHEEL_PX : WHEEL_PX),
  )
  if (net === 0) await turn(-WHEEL_PX)
  await page.keyboard.up('Control')
  return inputs
}
