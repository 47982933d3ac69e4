import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** RFC 3164 carries local time without a zone, so the senders run in the zone the server assumes. */
const FIXED_ENV = { TZ: 'UTC' }

export interface Outcome {
  readonly code: number | null
  readonly output: string
}

/** Runs a program to its end, with everything it printed. */
export async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...FIXED_ENV, ...env },
  })
  const output = outputOf(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: output() }
}

/** A real client that runs until it is told to stop; `output` is what it printed so far. */
export interface Daemon {
  readonly output: () => string
  stop(): Promise<void>
}

export function startDaemon(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Daemon {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...FIXED_ENV, ...env },
  })
  const closed = once(child, 'close')
  return {
    output: outputOf(child),
    stop: async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await closed
      clearTimeout(timer)
    },
  }
}

function outputOf(child: ChildProcess): () => string {
  const parts: Buffer[] = []
  child.stdout?.on('data', (part: Buffer) => parts.push(part))
  child.stderr?.on('data', (part: Buffer) => parts.push(part))
  return () => Buffer.concat(parts).toString()
}
