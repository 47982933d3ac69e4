import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = findRoot(new URL('..', import.meta.url))

/** The folder of package.json, above this file wherever it was compiled to. */
export const PACKAGE_FOLDER = fileURLToPath(root)

/** The version in package.json. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }
).version

function findRoot(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder
  const above = new URL('..', folder)
  if (above.href === folder.href) throw new Error('BUG: there is no package.json above the program')
  return findRoot(above)
}
