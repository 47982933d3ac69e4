import { existsSync, readFileSync } from 'node:fs'

/** The version in package.json, above this file wherever it was compiled to. */
export const VERSION = readVersion(new URL('..', import.meta.url))

function readVersion(folder: URL): string {
  const url = new URL('package.json', folder)
  if (existsSync(url)) return (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version
  const above = new URL('..', folder)
  if (above.href === folder.href) throw new Error('BUG: there is no package.json above the program')
  return readVersion(above)
}
