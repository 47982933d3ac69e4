import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export const REPOSITORY = findRepository(import.meta.dirname)

const INSTALL = 'run .ci/install-clients once'

/** Real programs the tests start, each with what is lost without it. */
const PROGRAMS = {
  rsyslogd: 'syslog from rsyslog is not tried',
  logger: 'syslog from util-linux logger is not tried',
  prometheus: 'remote write from Prometheus is not tried',
  openssl: 'syslog over TLS is not tried',
  rg: 'ripgrep is not compared with',
  zstd: 'disk use is not compared with zstd',
} as const

/** The path of a real program; without it a loud line and `undefined`, or a failure where `CI` is set. */
export function findProgram(name: keyof typeof PROGRAMS): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  const path = folders.map((folder) => join(folder, name)).find(isExecutable)
  if (path === undefined) reportMissing(`program ${name}`, PROGRAMS[name], INSTALL)
  return path
}

export interface UnpackedProgram {
  readonly path: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/**
 * syslog-ng as `.ci/install-clients` unpacks it beside the installed rsyslog: the program, the arguments
 * that tell it where its modules are, and the environment in which it finds its libraries.
 */
export function findSyslogNg(): UnpackedProgram | undefined {
  const root = join(REPOSITORY, '.cache/syslog-ng')
  const path = join(root, 'usr/sbin/syslog-ng')
  if (!isExecutable(path)) {
    reportMissing('program syslog-ng', 'syslog from syslog-ng is not tried', INSTALL)
    return undefined
  }
  const libraries = foldersWith('.so', root)
  return {
    path,
    args: ['--module-path', foldersWith('libaffile.so', root).join(':')],
    env: { LD_LIBRARY_PATH: libraries.join(':') },
  }
}

/** The library that, preloaded, gives a process a clock of its own (libfaketime). */
export function findClockLibrary(): string | undefined {
  const folders = ['/usr/lib', '/usr/lib64', ...foldersIn('/usr/lib')]
  const path = folders
    .map((folder) => join(folder, 'faketime/libfaketimeMT.so.1'))
    .find((candidate) => existsSync(candidate))
  if (path === undefined) reportMissing('libfaketime', 'jumps of the clock are not tried', INSTALL)
  return path
}

/** A folder of the collected real data beside the checkout, such as `data/guest`. */
export function findShared(path: string): string | undefined {
  const folder = resolve(REPOSITORY, '../shared', path)
  if (existsSync(folder)) return folder
  reportMissing(`folder ../shared/${path}`, 'real files are not read', 'put the collection there')
  return undefined
}

function reportMissing(what: string, lost: string, remedy: string): void {
  const message = `${what} is missing: ${lost}; ${remedy}`
  if (process.env['CI'] !== undefined) throw new Error(message)
  process.stderr.write(`\n*** SKIPPED: ${message} ***\n`)
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
}

function foldersWith(part: string, root: string): string[] {
  const files = readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory() && entry.name.includes(part))
    .map((entry) => entry.parentPath)
  return [...new Set(files)]
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The checkout's root, from a source file or from its compiled twin under `dist/`. */
function findRepository(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from
  const parent = resolve(from, '..')
  if (parent === from) throw new Error(`cannot find package.json above ${import.meta.dirname}`)
  return findRepository(parent)
}
