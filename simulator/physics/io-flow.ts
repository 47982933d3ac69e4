/** How the IOs of a kind of work look, and what they ask of the disks. Times in seconds. */
export interface IoProfile {
  readonly readShare: number
  readonly bytes: number
  /** Disk time of a read, misses of the read cache averaged in. */
  readonly readS: number
  /** Of a write into the write cache. */
  readonly writeS: number
  /** Of bringing a write from the cache to the disks. */
  readonly destageS: number
}

const MIB = 1024 * 1024

/**
 * The demands of IOs of one size. A channel moves 400 MiB/s to and from the cache; a read that misses
 * seeks for 4 ms; random writes go to disk at 6 MiB/s a channel after 0.4 ms, sequential ones at
 * 60 MiB/s after 0.1 ms. Orders of magnitude of a shelf of 10k disks behind NVRAM.
 */
export function ioProfile(
  readShare: number,
  bytes: number,
  missShare: number,
  pattern: 'random' | 'sequential' = 'random',
): IoProfile {
  const transfer = bytes / (400 * MIB)
  const isRandom = pattern === 'random'
  return {
    readShare,
    bytes,
    readS: 0.000_2 + transfer + missShare * (0.004 + bytes / (80 * MIB)),
    writeS: 0.000_5 + transfer,
    destageS: isRandom ? 0.000_4 + bytes / (6 * MIB) : 0.000_1 + bytes / (60 * MIB),
  }
}

/**
 * IOs of one VM to one LUN during a tick. An open flow arrives whatever happens; a closed flow keeps
 * `depth` IOs outstanding and issues the next when one returns, `offered` a second at most.
 */
export interface IoFlow {
  readonly vm: number
  readonly lun: number
  host: number
  readonly profile: IoProfile
  readonly kind: 'open' | 'closed'
  /** IOs a second that arrive (open) or could be issued (closed). */
  offered: number
  readonly depth: number
  /** Times the disk time of the profile: caches and seeks have better and worse minutes. */
  pace: number
  /** Index of the fault or decoy whose work this is, -1 for ordinary work. */
  cause: number

  // What the tick made of it.
  /** IOs a second the station can complete. */
  rate: number
  /** IOs completed in the tick. */
  done: number
  /** Seconds an IO needs the disks, read and write averaged. */
  serviceS: number
  /** Seconds an IO waits in the pool, and in the host's kernel for a place in the device queue. */
  poolWaitS: number
  kernelWaitS: number
}

export function ioFlow(
  place: { readonly vm: number; readonly host: number; readonly lun: number },
  profile: IoProfile,
  kind: IoFlow['kind'],
  depth: number,
  cause = -1,
): IoFlow {
  const idle = { rate: 0, done: 0, serviceS: 0, poolWaitS: 0, kernelWaitS: 0 }
  return { ...place, profile, kind, depth, cause, pace: 1, offered: 0, ...idle }
}

/** Seconds from issue to completion. */
export function responseS(flow: IoFlow): number {
  return flow.serviceS + flow.poolWaitS + flow.kernelWaitS
}
