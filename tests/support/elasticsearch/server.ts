import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import type { ServerFiles } from './server-files.ts'

/** `nobody`, whom every system has: the server refuses to be root. */
const USER = '65534'
/** Enough for tests, and that a node of a benchmark has. */
export const HEAP = { tests: '512m', bench: '4g' } as const
type Heap = (typeof HEAP)[keyof typeof HEAP]
const START_MS = 120_000
const STOP_MS = 30_000

/** Where one node of a cluster is, among the others. */
interface NodePlace {
  readonly name: string
  readonly http: number
  readonly transport: number
  /** Of a cluster of several: all of its nodes. */
  readonly members: readonly Pick<NodePlace, 'name' | 'transport'>[]
}

/** One node of Elasticsearch on loopback, with folders and ports of its own. */
export class ElasticsearchServer {
  readonly name: string
  readonly url: string
  /** Where repositories for snapshots may be (`path.repo`); the server can write into it. */
  readonly repositories: string
  readonly #files: ServerFiles
  readonly #root: string
  readonly #heap: Heap
  #launcher: ChildProcess

  private constructor(files: ServerFiles, root: string, { name, http }: NodePlace, heap: Heap) {
    this.name = name
    this.url = `http://127.0.0.1:${http}`
    this.repositories = join(root, 'repositories')
    this.#files = files
    this.#root = root
    this.#heap = heap
    this.#launcher = launch(files, root, heap)
  }

  /** A node alone; resolves when it answers. */
  static async start(files: ServerFiles, heap: Heap = HEAP.tests): Promise<ElasticsearchServer> {
    const [server] = await ElasticsearchServer.startCluster(files, 1, heap)
    return server!
  }

  /** So many nodes of one cluster; resolves when each answers and all have found each other. */
  static async startCluster(
    files: ServerFiles,
    count: number,
    heap: Heap = HEAP.tests,
  ): Promise<ElasticsearchServer[]> {
    const members: Omit<NodePlace, 'members'>[] = []
    for (let n = 0; n < count; n++) {
      members.push({ name: `node-${n}`, http: await freePort(), transport: await freePort() })
    }
    const servers = await Promise.all(
      members.map(async (member) => {
        const place = { ...member, members }
        return new ElasticsearchServer(files, await makeRoot(files, place), place, heap)
      }),
    )
    try {
      for (const server of servers) await server.untilItAnswers(count)
    } catch (error) {
      await Promise.all(servers.map((server) => server.stop()))
      throw error
    }
    return servers
  }

  async stop(): Promise<void> {
    if (this.#isRunning) {
      const ended = once(this.#launcher, 'exit')
      process.kill(this.pid)
      const late = setTimeout(() => this.#launcher.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(late)
    }
    rmSync(this.#root, { recursive: true, force: true })
  }

  /** Ends it as a power cut does. Its data stays. */
  async kill(): Promise<void> {
    const ended = once(this.#launcher, 'exit')
    process.kill(this.pid, 'SIGKILL')
    await ended
  }

  /** Starts it again on its data; it answers later. */
  startAgain(): void {
    rmSync(join(this.#root, 'data/pid'), { force: true })
    this.#launcher = launch(this.#files, this.#root, this.#heap)
  }

  /** Resolves when it answers as one of so many nodes. */
  async untilItAnswers(nodes = 1): Promise<void> {
    const end = Date.now() + START_MS
    while (Date.now() < end && this.#isRunning) {
      const answer = await fetch(`${this.url}/_cluster/health`).catch(() => undefined)
      if (answer?.ok === true) {
        const health = (await answer.json()) as { number_of_nodes: number }
        if (health.number_of_nodes >= nodes) return
      }
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    throw new Error(`Elasticsearch did not answer at ${this.url}; see ${join(this.#root, 'logs')}`)
  }

  get #isRunning(): boolean {
    return this.#launcher.exitCode === null && this.#launcher.signalCode === null
  }

  /** Of the server, not of the script that starts it. */
  get pid(): number {
    return Number(readFileSync(join(this.#root, 'data/pid'), 'utf8'))
  }
}

async function makeRoot(files: ServerFiles, place: NodePlace): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-elasticsearch-'))
  for (const name of ['config', 'data', 'logs', 'repositories', 'tmp']) mkdirSync(join(root, name))
  await cp(join(files.folder, 'config'), join(root, 'config'), { recursive: true })
  writeFileSync(join(root, 'config/elasticsearch.yml'), settings(root, place))
  return root
}

function launch(files: ServerFiles, root: string, heap: Heap): ChildProcess {
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
      ES_JAVA_OPTS: `-Xms${heap} -Xmx${heap}`,
    },
  })
}

function settings(root: string, { name, http, transport, members }: NodePlace): string {
  const seeds = members.map((member) => `"127.0.0.1:${member.transport}"`)
  const masters = members.map((member) => `"${member.name}"`)
  return [
    `node.name: ${name}`,
    'network.host: 127.0.0.1',
    `http.port: ${http}`,
    `transport.port: ${transport}`,
    ...(members.length === 1
      ? ['discovery.type: single-node']
      : [
          `discovery.seed_hosts: [${seeds.join(', ')}]`,
          `cluster.initial_master_nodes: [${masters.join(', ')}]`,
        ]),
    'xpack.security.enabled: false',
    `path.data: ${join(root, 'data')}`,
    `path.logs: ${join(root, 'logs')}`,
    `path.repo: ${join(root, 'repositories')}`,
    '',
  ].join('\n')
}
