import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Linux counts process time in these units (`getconf CLK_TCK`, 100 on every common build). */
const TICKS_PER_SECOND = 100

/** CPU seconds a process has used so far, all its threads, user and system (proc(5), /proc/pid/stat). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Resident memory in MiB, now and at its highest (proc(5), /proc/pid/status). */
export function memoryMiB(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const read = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / 1_024)
  return { now: read('VmRSS'), peak: read('VmHWM') }
}

/** Bytes of all files under a folder. */
export function folderBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size)
    .reduce((sum, size) => sum + size, 0)
}
