import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import type { ServerFiles } from './server-files.ts'

/** `nobody`, whom every system has: the server refuses to be root. */
const USER = '65534'
const HEAP = '512m'
const START_MS = 120_000
const STOP_MS = 30_000

/** One node of Elasticsearch on loopback, with folders and ports of its own. */
export class ElasticsearchServer {
  readonly url: string
  /** Where repositories for snapshots may be (`path.repo`); the server can write into it. */
  readonly repositories: string
  readonly #root: string
  readonly #launcher: ChildProcess

  private constructor(url: string, root: string, launcher: ChildProcess) {
    this.url = url
    this.repositories = join(root, 'repositories')
    this.#root = root
    this.#launcher = launcher
  }

  /** Resolves when the node answers. */
  static async start(files: ServerFiles): Promise<ElasticsearchServer> {
    const root = mkdtempSync(join(tmpdir(), 'plumbline-elasticsearch-'))
    const port = await freePort()
    const folders = ['config', 'data', 'logs', 'repositories', 'tmp'].map((name) =>
      join(root, name),
    )
    for (const folder of folders) mkdirSync(folder)
    await cp(join(files.folder, 'config'), join(root, 'config'), { recursive: true })
    writeFileSync(join(root, 'config/elasticsearch.yml'), settings(root, port, await freePort()))
    const launcher = launch(files, root)
    const server = new ElasticsearchServer(`http://127.0.0.1:${port}`, root, launcher)
    await server.#untilItAnswers()
    return server
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#launcher.once('exit', resolve))
    if (this.#launcher.exitCode === null) {
      process.kill(Number(readFileSync(join(this.#root, 'data/pid'), 'utf8')))
      const late = setTimeout(() => this.#launcher.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(late)
    }
    rmSync(this.#root, { recursive: true, force: true })
  }

  async #untilItAnswers(): Promise<void> {
    const end = Date.now() + START_MS
    while (Date.now() < end && this.#launcher.exitCode === null) {
      const answer = await fetch(`${this.url}/_cluster/health`).catch(() => undefined)
      if (answer?.ok === true) return
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    throw new Error(`Elasticsearch did not answer at ${this.url}; see ${join(this.#root, 'logs')}`)
  }
}

function launch(files: ServerFiles, root: string): ChildProcess {
  const isRoot = process.getuid?.() === 0
  if (isRoot) execFileSync('chown', ['-R', `${USER}:${USER}`, root])
  const elasticsearch = [
    'bash',
    join(files.folder, 'bin/elasticsearch'),
    '-p',
    join(root, 'data/pid'),
  ]
  const [program, ...args] = isRoot
    ? ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', ...elasticsearch]
    : elasticsearch
  return spawn(program!, args, {
    stdio: 'ignore',
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      ES_JAVA_HOME: files.javaHome,
      ES_PATH_CONF: join(root, 'config'),
      ES_TMPDIR: join(root, 'tmp'),
      ES_JAVA_OPTS: `-Xms${HEAP} -Xmx${HEAP}`,
    },
  })
}

const settings = (root: string, http: number, transport: number): string =>
  [
    'network.host: 127.0.0.1',
    `http.port: ${http}`,
    `transport.port: ${transport}`,
    'discovery.type: single-node',
    'xpack.security.enabled: false',
    `path.data: ${join(root, 'data')}`,
    `path.logs: ${join(root, 'logs')}`,
    `path.repo: ${join(root, 'repositories')}`,
    '',
  ].join('\n')
