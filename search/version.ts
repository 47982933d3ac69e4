import { existsSync, readFileSync } from 'node:fs'

/** The version in package.json, which lies one folder higher for the compiled program. */
export const VERSION = readVersion()

function readVersion(): string {
  const here = ['../package.json', '../../package.json'].map(
    (path) => new URL(path, import.meta.url),
  )
  const url = here.find((candidate) => existsSync(candidate))
  if (url === undefined) throw new Error('BUG: package.json is not beside the program')
  return (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version
}
