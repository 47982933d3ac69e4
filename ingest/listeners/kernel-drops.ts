import { readFile } from 'node:fs/promises'

/** Where a count of lost datagrams comes from: our own socket, or all of the machine's. */
export type DropCount = { readonly from: 'socket' | 'host'; readonly drops: number }

/**
 * Datagrams that Linux dropped at the UDP sockets bound to `port` since they were opened (`drops`, last
 * column of /proc/net/udp and udp6; kernel documentation, networking/proc_net_tcp), else those it
 * dropped on the machine for want of buffers (RcvbufErrors of /proc/net/snmp). Undefined where the system
 * shows neither.
 */
export async function readDrops(port: number, proc = '/proc/net'): Promise<DropCount | undefined> {
  const tables = await Promise.all([textOf(`${proc}/udp`), textOf(`${proc}/udp6`)])
  const counts = tables.map((table) => socketDrops(table, port)).filter((n) => n !== undefined)
  if (counts.length > 0) return { from: 'socket', drops: counts.reduce((a, b) => a + b) }
  const drops = receiveBufferErrors(await textOf(`${proc}/snmp`))
  return drops === undefined ? undefined : { from: 'host', drops }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    // Not Linux, or hidden from this process: the caller says that the count is unknown.
    return ''
  }
}

/** The sum of `drops` over the sockets of a port; undefined when the table has none. */
export function socketDrops(table: string, port: number): number | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  let sum: number | undefined
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/)
    const drops = Number(columns.at(-1))
    if (columns[1]?.endsWith(suffix) === true && Number.isSafeInteger(drops)) {
      sum = (sum ?? 0) + drops
    }
  }
  return sum
}

/** `RcvbufErrors` of the two `Udp:` lines of /proc/net/snmp: names, then values. */
export function receiveBufferErrors(snmp: string): number | undefined {
  const [names, values] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Udp:'))
    .map((line) => line.trim().split(/\s+/))
  const value = Number(values?.[names?.indexOf('RcvbufErrors') ?? -1])
  return Number.isSafeInteger(value) ? value : undefined
}

/** Tells how many more datagrams the kernel has dropped each time it is asked. */
export class KernelDrops {
  readonly #port: number
  readonly #read: typeof readDrops
  #last: DropCount | undefined
  #from: 'socket' | 'host' | 'unknown' = 'unknown'

  constructor(port: number, read: typeof readDrops = readDrops) {
    this.#port = port
    this.#read = read
  }

  /** What the counts mean; `unknown` before the first answer and where the system shows none. */
  get from(): 'socket' | 'host' | 'unknown' {
    return this.#from
  }

  /** Drops since the last call; the first call of a count for the whole machine only sets the mark. */
  async more(): Promise<number> {
    const count = await this.#read(this.#port)
    const last = this.#last
    this.#last = count
    this.#from = count?.from ?? 'unknown'
    if (count === undefined) return 0
    if (last?.from === count.from) return Math.max(0, count.drops - last.drops)
    return count.from === 'socket' ? count.drops : 0
  }
}
