import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { get } from 'node:https'
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
  readonly security?: Security
  /** Default: that of tests. */
  readonly heap?: Heap
}

/** TLS and basic authentication of a node. */
export interface Security {
  /** Becomes `config/certs`. */
  readonly certs: string
  /** The authority's certificate in it. */
  readonly ca: string
  /** Of the user `elastic`. */
  readonly password: string
  /** Of `elasticsearch.yml`, beside ports and paths. */
  readonly settings: Readonly<Record<string, string>>
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
  readonly #security: Security | undefined
  #launcher: ChildProcess

  private constructor(files: ServerFiles, root: string, { name, http, heap, security }: NodePlace) {
    this.name = name
    this.url = `${security === undefined ? 'http' : 'https'}://127.0.0.1:${http}`
    this.#security = security
    this.repositories = join(root, 'repositories')
    this.#files = files
    this.#root = root
    this.#heap = heap ?? HEAP.tests
    this.#launcher = launch(files, root, this.#heap)
  }

  /** A node alone; resolves when it answers. */
  static async start(files: ServerFiles, heap?: Heap): Promise<ElasticsearchServer> {
    const [server] = await ElasticsearchServer.startCluster(files, 1, heap)
    return server!
  }

  /** A node alone that asks for a password over TLS; resolves when it answers. */
  static async startSecured(files: ServerFiles, security: Security): Promise<ElasticsearchServer> {
    const [http, transport] = [await freePort(), await freePort()]
    const member = { name: 'node-0', http, transport }
    const place = { ...member, members: [member], security }
    const server = new ElasticsearchServer(files, await makeRoot(files, place), place)
    try {
      await server.untilItAnswers()
    } catch (error) {
      await server.stop()
      throw error
    }
    return server
  }

  /** So many nodes of one cluster; resolves when each answers and all have found each other. */
  static async startCluster(
    files: ServerFiles,
    count: number,
    heap?: Heap,
  ): Promise<ElasticsearchServer[]> {
    const members: Omit<NodePlace, 'members'>[] = []
    for (let n = 0; n < count; n++) {
      members.push({ name: `node-${n}`, http: await freePort(), transport: await freePort() })
    }
    const servers = await Promise.all(
      members.map(async (member) => {
        const place = { ...member, members, ...(heap === undefined ? {} : { heap }) }
        return new ElasticsearchServer(files, await makeRoot(files, place), place)
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
      if (((await this.#health())?.number_of_nodes ?? 0) >= nodes) return
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    throw new Error(`Elasticsearch did not answer at ${this.url}; see ${join(this.#root, 'logs')}`)
  }

  /** Undefined while it does not answer. */
  async #health(): Promise<{ readonly number_of_nodes: number } | undefined> {
    const url = `${this.url}/_cluster/health`
    const text = await (
      this.#security === undefined ? textOf(url) : securedTextOf(url, this.#security)
    ).catch(() => undefined)
    return text === undefined ? undefined : (JSON.parse(text) as { number_of_nodes: number })
  }

  get #isRunning(): boolean {
    return this.#launcher.exitCode === null && this.#launcher.signalCode === null
  }

  /** Of the server, not of the script that starts it. */
  get pid(): number {
    return Number(readFileSync(join(this.#root, 'data/pid'), 'utf8'))
  }
}

async function textOf(url: string): Promise<string | undefined> {
  const answer = await fetch(url)
  return answer.ok ? answer.text() : undefined
}

/** As {@link textOf} with a password, under an authority of its own. */
function securedTextOf(
  url: string,
  { certs, ca, password }: Security,
): Promise<string | undefined> {
  const options = { ca: readFileSync(join(certs, ca)), auth: `elastic:${password}` }
  return new Promise((resolve, reject) => {
    get(url, options, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () =>
        resolve(answer.statusCode === 200 ? Buffer.concat(parts).toString() : undefined),
      )
    }).on('error', reject)
  })
}

async function makeRoot(files: ServerFiles, place: NodePlace): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-elasticsearch-'))
  for (const name of ['config', 'data', 'logs', 'repositories', 'tmp']) mkdirSync(join(root, name))
  await cp(join(files.folder, 'config'), join(root, 'config'), { recursive: true })
  writeFileSync(join(root, 'config/elasticsearch.yml'), settings(root, place))
  if (place.security !== undefined) {
    await cp(place.security.certs, join(root, 'config/certs'), { recursive: true })
    // What the container does with ELASTIC_PASSWORD.
    for (const args of [['create'], ['add', '-x', 'bootstrap.password']]) {
      execFileSync('bash', [join(files.folder, 'bin/elasticsearch-keystore'), ...args], {
        input: place.security.password,
        stdio: ['pipe', 'ignore', 'pipe'],
        env: { ...process.env, ES_JAVA_HOME: files.javaHome, ES_PATH_CONF: join(root, 'config') },
      })
    }
  }
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

function settings(root: string, place: NodePlace): string {
  const { name, http, transport, members, security } = place
  return [
    'network.host: 127.0.0.1',
    `http.port: ${http}`,
    `transport.port: ${transport}`,
    ...(security === undefined
      ? [...openNode(name, members), 'xpack.security.enabled: false']
      : Object.entries(security.settings).map(
          ([key, value]) => `${key}: ${JSON.stringify(value)}`,
        )),
    `path.data: ${join(root, 'data')}`,
    `path.logs: ${join(root, 'logs')}`,
    `path.repo: ${join(root, 'repositories')}`,
    '',
  ].join('\n')
}

/** How a node finds the others. */
function openNode(name: string, members: NodePlace['members']): string[] {
  if (members.length === 1) return [`node.name: ${name}`, 'discovery.type: single-node']
  const seeds = members.map((member) => `"127.0.0.1:${member.transport}"`)
  const masters = members.map((member) => `"${member.name}"`)
  return [
    `node.name: ${name}`,
    `discovery.seed_hosts: [${seeds.join(', ')}]`,
    `cluster.initial_master_nodes: [${masters.join(', ')}]`,
  ]
}
