import { closeSync, existsSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
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
  readonly #files: ReadonlyMap<Body['wire'], number>

  /** Makes the folder inside one that exists; throws when it or its files cannot be written. */
  constructor(folder: string) {
    const wires = Object.keys(NAMES) as Body['wire'][]
    try {
      // Not recursive: below /proc that would never end (libuv asks again and again).
      if (!existsSync(folder)) mkdirSync(folder)
      this.#files = new Map(wires.map((wire) => [wire, openSync(join(folder, NAMES[wire]), 'w')]))
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`cannot write to "${folder}": ${why}; give a folder inside one that exists`, {
        cause,
      })
    }
  }

  async send(portion: Portion): Promise<void> {
    for (const body of this.#batches.add(portion)) this.#write(body)
  }

  async close(): Promise<void> {
    for (const body of this.#batches.end()) this.#write(body)
    for (const file of this.#files.values()) closeSync(file)
  }

  #write({ wire, text }: Body): void {
    writeSync(this.#files.get(wire)!, wire === 'metrics' ? `${text}\n` : text)
  }
}
