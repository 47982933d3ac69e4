import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { REPOSITORY } from './requirements.ts'

const PROGRAM = join(REPOSITORY, 'dist/search/cli/plumbline.js')

/**
 * Starts `plumbline copy` and kills it (SIGKILL) as soon as `isTime` says so; answers whether it was killed before it ended
 * by itself, and what it printed.
 */
export async function copyAndKill(
  args: readonly string[],
  isTime: () => Promise<boolean>,
): Promise<{ readonly wasKilled: boolean; readonly output: string }> {
  const child = spawn(process.execPath, [PROGRAM, 'copy', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => (output += bytes.toString()))
  }
  const closed = once(child, 'close')
  while (child.exitCode === null && child.signalCode === null && !(await isTime())) await sleep(10)
  child.kill('SIGKILL')
  await closed
  return { wasKilled: child.signalCode === 'SIGKILL', output }
}
