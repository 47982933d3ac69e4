import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { REPOSITORY } from './requirements.ts'

const PROGRAM = join(REPOSITORY, 'dist/search/cli/plumbline.js')

export interface ServeOptions {
  readonly data: string
  /** Further flags of `serve`; ports are 0 and logs are warnings unless given. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A shell line to run before, in the same process: `ulimit -f 2048`. */
  readonly prepare?: string
  /** Another copy of the built program. */
  readonly program?: string
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

interface Health {
  readonly status: string
  readonly listeners: readonly { readonly protocol: string; readonly address: string }[]
  readonly problems: readonly string[]
}

/** A running `plumbline serve` of the built program, as a process of its own. */
export class PlumblineProcess {
  readonly url: string
  readonly pid: number
  /** Resolves when the process is gone, however it went. */
  readonly exited: Promise<Exit>
  readonly #child: Child

  constructor(url: string, child: Child, exited: Promise<Exit>) {
    this.url = url
    this.pid = child.pid!
    this.#child = child
    this.exited = exited
  }

  async get<T>(path: string): Promise<T> {
    return answerOf<T>(await fetch(this.url + path))
  }

  async delete<T>(path: string): Promise<T> {
    return answerOf<T>(await fetch(this.url + path, { method: 'DELETE' }))
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#send('POST', path, body)
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#send('PUT', path, body)
  }

  async #send<T>(method: 'POST' | 'PUT', path: string, body: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return answerOf<T>(response)
  }

  /** Host and port of a listener whose protocol is called so in `/health`. */
  async listener(protocol: string): Promise<{ host: string; port: number }> {
    const { listeners } = await this.get<Health>('/health')
    const found = listeners.find((listener) => listener.protocol === protocol)
    if (found === undefined) {
      throw new Error(`cannot find listener ${protocol} in ${JSON.stringify(listeners)}`)
    }
    const { hostname, port } = new URL(`tcp://${found.address}`)
    return { host: hostname, port: Number(port) }
  }

  /** Ends it like a power cut of the process: nothing is flushed. */
  async kill(): Promise<Exit> {
    this.#child.kill('SIGKILL')
    return this.exited
  }

  /** Ends it as an administrator does. */
  async stop(): Promise<Exit> {
    this.#child.kill('SIGTERM')
    return this.exited
  }

  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>

/**
 * Starts `plumbline serve` on free ports of the loopback and waits for its first line on stdout.
 * Rejects with everything it printed when it ends before that.
 */
export async function servePlumbline(options: ServeOptions): Promise<PlumblineProcess> {
  const args = ['serve', '--data', options.data, ...defaultPorts(options.args ?? [])]
  const { child, exited } = start(args, options)
  const line = await Promise.race([firstLine(child.stdout), exited])
  if (typeof line !== 'string') {
    throw new Error(`plumbline serve ended with ${line.code ?? line.signal}: ${line.stderr}`)
  }
  const url = /^listening on (http:\/\/\S+)$/.exec(line)?.[1]
  if (url === undefined) throw new Error(`cannot read the first line of serve: ${line}`)
  return new PlumblineProcess(url, child, exited)
}

/** Runs a command of the built program to its end. */
export async function runPlumbline(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  prepare?: string,
): Promise<Exit> {
  return start(args, { env, ...(prepare === undefined ? {} : { prepare }) }).exited
}

function start(
  args: readonly string[],
  { env, prepare, program: copy }: Omit<ServeOptions, 'data' | 'args'>,
): { child: Child; exited: Promise<Exit> } {
  const command = [process.execPath, copy ?? PROGRAM, ...args]
  const [program, ...rest] =
    prepare === undefined ? command : ['bash', '-c', `${prepare} && exec "$@"`, 'bash', ...command]
  const child = spawn(program!, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  return { child, exited: watch(child) }
}

async function watch(child: Child): Promise<Exit> {
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, stdout: stdout(), stderr: stderr() }
}

/** The last megabyte of a stream, as text. */
function collect(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-1_048_576)
  })
  return () => text
}

async function firstLine(stream: Readable): Promise<string> {
  let text = ''
  return new Promise((resolve) => {
    stream.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
    })
  })
}

function defaultPorts(args: readonly string[]): string[] {
  const port = args.includes('--port') ? [] : ['--port', '0']
  const syslog = args.includes('--syslog') ? [] : ['--syslog', '127.0.0.1:0']
  return [...port, ...syslog, ...args]
}

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`)
  return JSON.parse(text) as T
}
