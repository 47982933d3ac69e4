import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'
import { REPOSITORY } from './requirements.ts'

const KEPT = join(REPOSITORY, 'tests/e2e/pictures')
/** The address of the view that is drawn: the sample's slow desktop, the cursor where it began. */
export const INCIDENT_VIEW =
  '/?q=near:VDI-0417&from=2026-11-20T10:30:00Z&to=2026-11-20T11:00:00Z&zone=UTC&at=2026-11-20T10:42:17Z'

/** Of all pixels, that a picture may differ in: the last digit of how long the answer took. */
export const PICTURE_SLACK = 0.002

/** Where what was drawn is laid beside what was kept, for whoever looks into a failure. */
const SEEN = join(REPOSITORY, '.cache/pictures')

/**
 * The part of all pixels, 0 to 1, in which a picture differs from the kept one of its name; 1 where the sizes
 * differ. `UPDATE_PICTURES=1` keeps what is drawn now. Throws when none is kept.
 */
export function differenceTo(name: string, drawn: Buffer): number {
  const path = join(KEPT, `${name}.png`)
  if (process.env['UPDATE_PICTURES'] === '1') save(path, drawn)
  if (!existsSync(path)) {
    throw new Error(`there is no ${path}; look at the screen, then keep it with UPDATE_PICTURES=1`)
  }
  return differenceBetween(name, readFileSync(path), drawn)
}

/** The same of two pictures of what should look alike, kept or drawn. */
export function differenceBetween(name: string, before: Buffer, drawn: Buffer): number {
  const [kept, seen] = [PNG.sync.read(before), PNG.sync.read(drawn)]
  if (kept.width !== seen.width || kept.height !== seen.height) return 1
  const difference = new PNG({ width: kept.width, height: kept.height })
  const pixels = pixelmatch(kept.data, seen.data, difference.data, kept.width, kept.height, {
    threshold: 0.2,
  })
  if (pixels > 0) {
    save(join(SEEN, `${name}.png`), drawn)
    save(join(SEEN, `${name}.difference.png`), PNG.sync.write(difference))
  }
  return pixels / (kept.width * kept.height)
}

function save(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}
