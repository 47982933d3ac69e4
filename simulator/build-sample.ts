import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is in the folder beside the files of the wires: what may be told of it, and what it was built from. */
const ABOUT = 'sample.json'

/**
 * Builds the sample incident into a folder, unless what is there was built by this very simulator. The
 * folder appears whole or not at all.
 */
function buildSample(folder: string): void {
  const program = import.meta.dirname
  const build = digestOf(program)
  if (builtBy(folder) === build) return
  process.stderr.write('building the sample incident, about ten seconds\n')
  const fresh = `${folder}.new`
  rmSync(fresh, { recursive: true, force: true })
  const about = `${fresh}.json`
  const args = ['--out', fresh, '--gzip', '--about', about]
  execFileSync(process.execPath, [join(program, 'main.js'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const told = JSON.parse(readFileSync(about, 'utf8')) as object
  writeFileSync(join(fresh, ABOUT), `${JSON.stringify({ build, ...told }, null, 2)}\n`)
  rmSync(about)
  rmSync(folder, { recursive: true, force: true })
  renameSync(fresh, folder)
}

/** A hash of the compiled simulator: it alone decides what the sample says. */
function digestOf(program: string): string {
  const hash = createHash('sha256')
  const names = readdirSync(program, { recursive: true, encoding: 'utf8' })
  for (const name of names.filter((each) => each.endsWith('.js')).sort()) {
    hash.update(`${name.replaceAll('\\', '/')}\0`).update(readFileSync(join(program, name)))
  }
  return hash.digest('hex').slice(0, 16)
}

function builtBy(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, ABOUT), 'utf8')) as { build?: string }).build
  } catch {
    // Missing or damaged: built anew.
    return undefined
  }
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  process.stderr.write('simulator: say where the sample goes: build-sample.js FOLDER\n')
  process.exitCode = 2
} else {
  try {
    buildSample(folder)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`simulator: cannot build the sample in "${folder}": ${why}\n`)
    process.exitCode = 1
  }
}
