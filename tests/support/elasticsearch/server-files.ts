import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { REPOSITORY } from '../requirements.ts'

/** Elastic's own build of the server with the fewest modules; it needs Java 17. */
const VERSION = '8.19.21'
const ARTIFACT = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${VERSION}:zip`
const OLDEST_JAVA = 17

/** What a server is started from. */
export interface ServerFiles {
  /** The unpacked server: `bin`, `lib`, `modules`. */
  readonly folder: string
  readonly javaHome: string
}

/** The server, fetched through Maven where it is not in the cache, or in a line what is missing for it. */
export function findServerFiles(): ServerFiles | { readonly missing: string } {
  const javaHome = findJava()
  if (javaHome === undefined) return { missing: `Java ${OLDEST_JAVA} or newer` }
  const cache = join(REPOSITORY, '.cache/elasticsearch')
  const folder = join(cache, `elasticsearch-${VERSION}`)
  if (!existsSync(join(folder, 'bin/elasticsearch'))) {
    mkdirSync(cache, { recursive: true })
    const unpack = [
      ...['-q', 'dependency:unpack', `-Dartifact=${ARTIFACT}`],
      // What Maven remembers of having unpacked it lies in the folder that it runs in.
      ...[`-DoutputDirectory=${cache}`, '-Dmdep.overWriteReleases=true'],
    ]
    const failed = run('mvn', unpack, cache)
    if (failed !== undefined) return { missing: `Maven and the artefact ${ARTIFACT} (${failed})` }
  }
  // Only what the server may write has to be its user's; this it only reads.
  execFileSync('chmod', ['-R', 'a+rX', folder])
  return { folder, javaHome }
}

function findJava(): string | undefined {
  const installed = existsSync('/usr/lib/jvm')
    ? readdirSync('/usr/lib/jvm').map((name) => join('/usr/lib/jvm', name))
    : []
  const named = [process.env['ES_JAVA_HOME'], process.env['JAVA_HOME'], javaOnPath()]
  return [...named, ...installed]
    .filter((home) => home !== undefined)
    .find((home) => javaVersion(home) >= OLDEST_JAVA)
}

function javaOnPath(): string | undefined {
  try {
    const path = execFileSync('sh', ['-c', 'command -v java'], { encoding: 'utf8' }).trim()
    return dirname(dirname(realpathSync(path)))
  } catch {
    return undefined
  }
}

/** The major version of the Java in a folder; 0 where there is none. */
function javaVersion(home: string): number {
  try {
    const args = ['-XshowSettings:properties', '-version']
    const command = [join(home, 'bin/java'), ...args].map((part) => `'${part}'`).join(' ')
    const text = execFileSync('sh', ['-c', `${command} 2>&1`], { encoding: 'utf8' })
    return Number(/java\.specification\.version = (\d+)/.exec(text)?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Runs a program in a folder. Undefined when it ended well, else the last line of what it said. */
function run(program: string, args: readonly string[], cwd: string): string | undefined {
  try {
    execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
    return undefined
  } catch (error) {
    return String(error).trim().split('\n').at(-1)
  }
}
