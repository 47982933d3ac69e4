import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { REPOSITORY } from './requirements.ts'

/** Bytes of all JavaScript that the built page is made of, as gzip sends it. */
export function scriptBytes(): number {
  const folder = join(REPOSITORY, 'dist/ui/assets')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0)
}
