import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
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

  /** Makes the folder; throws when it or its files cannot be written. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    const wires = Object.keys(NAMES) as Body['wire'][]
    this.#files = new Map(wires.map((wire) => [wire, openSync(join(folder, NAMES[wire]), 'w')]))
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
