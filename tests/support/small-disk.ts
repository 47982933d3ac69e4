import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/**
 * A file system of its own with so little room, gone when the test ends; mounting takes root or sudo. Without
 * either a loud line and `undefined`: it is a right, not a program that could be installed.
 */
export function mountSmallDisk(mebibytes: number, options = ''): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'plumbline-disk-'))
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const call = (...command: string[]): void => {
    const [program, ...args] = [...asRoot, ...command]
    execFileSync(program!, args, { stdio: 'pipe' })
  }
  const user = `uid=${process.getuid?.() ?? 0},size=${mebibytes}m${options}`
  try {
    call('mount', '-t', 'tmpfs', '-o', user, 'tmpfs', path)
  } catch (error) {
    rmdirSync(path)
    process.stderr.write(
      `\n*** SKIPPED: cannot mount a small disk (run as root): ${String(error)} ***\n`,
    )
    return undefined
  }
  onTestFinished(() => {
    call('umount', '--lazy', path)
    rmdirSync(path)
  })
  return path
}
