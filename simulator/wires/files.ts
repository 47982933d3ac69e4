import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Portion } from '../simulate.ts'
import { Batches, type Body } from './batches.ts'
import type { Wires } from './wires.ts'

/** A file for each wire; requests of OTLP stand one a line. */
const NAMES: Readonly<Record<Body['wire'], string>> = {
  syslog: 'syslog.log',
  metrics: 'metrics.otlp.jsonl',
  inventory: 'inventory.ndjson',
  changes: 'changes.ndjson',
}

/** Writes the bytes that would go over the wires into a folder. */
export class FileWires implements Wires {
  readonly #batches = new Batches(false)
  readonly #files: ReadonlyMap<Body['wire'], File>

  /** Makes the folder inside one that exists; throws when it or its files cannot be written. */
  constructor(folder: string, isGzip: boolean) {
    const wires = Object.keys(NAMES) as Body['wire'][]
    try {
      // Not recursive: below /proc that would never end (libuv asks again and again).
      if (!existsSync(folder)) mkdirSync(folder)
      this.#files = new Map(wires.map((wire) => [wire, openFile(folder, NAMES[wire], isGzip)]))
    } catch (cause) {
      throw writeError(folder, cause)
    }
  }

  async send(portion: Portion): Promise<void> {
    for (const body of this.#batches.add(portion)) await this.#write(body)
  }

  async close(): Promise<void> {
    for (const body of this.#batches.end()) await this.#write(body)
    for (const { into, written } of this.#files.values()) {
      into.end()
      await written
    }
  }

  async #write({ wire, text }: Body): Promise<void> {
    const { into, written } = this.#files.get(wire)!
    if (into.write(wire === 'metrics' ? `${text}\n` : text)) return
    await Promise.race([once(into, 'drain'), written])
  }
}

/** Where a wire's bytes go in, and the end of the file they come to; rejects when that cannot be written. */
interface File {
  readonly into: Writable
  readonly written: Promise<void>
}

function openFile(folder: string, name: string, isGzip: boolean): File {
  const path = join(folder, isGzip ? `${name}.gz` : name)
  // Opened at once, so that a folder that cannot be written is known before anything is played.
  const file = createWriteStream(path, { fd: openSync(path, 'w') })
  const written = finished(file).catch((cause: unknown) => {
    throw writeError(folder, cause)
  })
  // Heard by whoever writes next or closes.
  written.catch(() => undefined)
  if (!isGzip) return { into: file, written }
  // No name and no time go into the header: the same bytes in, the same file out.
  const gzip = createGzip()
  gzip.pipe(file)
  return { into: gzip, written }
}

function writeError(folder: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new Error(`cannot write to "${folder}": ${why}; give a folder inside one that exists`, {
    cause,
  })
}
