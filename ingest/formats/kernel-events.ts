import { SEVERITY } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'

export interface KernelEvent {
  readonly name: string
  /** The level the kernel prints it at (`KERN_*` in its source) [K]. */
  readonly severity: Severity
}

interface Shape extends KernelEvent {
  /** A literal that any such message has: tried before the pattern. */
  readonly literal: string
  readonly pattern?: RegExp
}

/**
 * Messages of the Linux kernel that explain a slow desktop, by the literal they contain (kernel/watchdog.c,
 * kernel/hung_task.c, mm/oom_kill.c, block/blk-core.c, fs/ext4/super.c, net/sunrpc and others) [K].
 */
const SHAPES: readonly Shape[] = [
  { name: 'linux:soft_lockup', literal: 'BUG: soft lockup', severity: SEVERITY.fatal },
  { name: 'linux:hard_lockup', literal: 'hard LOCKUP', severity: SEVERITY.fatal },
  { name: 'linux:panic', literal: 'Kernel panic', severity: SEVERITY.fatal },
  { name: 'linux:bug', literal: 'kernel BUG at', severity: SEVERITY.fatal },
  { name: 'linux:bug', literal: 'BUG: ', severity: SEVERITY.alert },
  { name: 'linux:hung_task', literal: 'blocked for more than', severity: SEVERITY.error },
  { name: 'linux:rcu_stall', literal: 'detected stall', severity: SEVERITY.error },
  { name: 'linux:rcu_stall', literal: 'self-detected stall', severity: SEVERITY.error },
  { name: 'linux:oom_kill', literal: 'Out of memory: Kill', severity: SEVERITY.error },
  { name: 'linux:oom_kill', literal: 'invoked oom-killer', severity: SEVERITY.warn },
  {
    name: 'linux:page_allocation_failure',
    literal: 'page allocation failure',
    severity: SEVERITY.warn,
  },
  { name: 'linux:io_error', literal: 'I/O error, dev ', severity: SEVERITY.error },
  { name: 'linux:io_error', literal: 'Buffer I/O error on dev', severity: SEVERITY.error },
  { name: 'linux:scsi_timeout', literal: 'timing out command', severity: SEVERITY.error },
  { name: 'linux:ext4_error', literal: 'EXT4-fs error', severity: SEVERITY.critical },
  { name: 'linux:ext4_warning', literal: 'EXT4-fs warning', severity: SEVERITY.warn },
  {
    name: 'linux:read_only',
    literal: 'Remounting filesystem read-only',
    severity: SEVERITY.critical,
  },
  {
    name: 'linux:nfs_not_responding',
    literal: 'not responding',
    pattern: /^nfs: server \S{1,255} not responding/,
    severity: SEVERITY.notice,
  },
  {
    name: 'linux:nfs_ok',
    literal: ' OK',
    pattern: /^nfs: server \S{1,255} OK$/,
    severity: SEVERITY.notice,
  },
  {
    name: 'linux:clocksource_unstable',
    literal: 'as unstable',
    pattern: /^(?:clocksource|tsc|TSC)/i,
    severity: SEVERITY.warn,
  },
  { name: 'linux:conntrack_full', literal: 'table full, dropping packet', severity: SEVERITY.warn },
  { name: 'linux:syn_flooding', literal: 'ossible SYN flooding', severity: SEVERITY.info },
  { name: 'linux:warning', literal: 'WARNING: CPU: ', severity: SEVERITY.warn },
]

/** The kind of event a kernel message is, when it is one that matters here. */
export function kernelEvent(message: string): KernelEvent | undefined {
  for (const shape of SHAPES) {
    if (!message.includes(shape.literal)) continue
    if (shape.pattern === undefined || shape.pattern.test(message)) return shape
  }
  return undefined
}
