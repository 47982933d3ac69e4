import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { aboutRun } from './about.ts'
import { HELP, readOptions, UsageError, type Options } from './options.ts'
import { Simulation } from './simulate.ts'
import { FileWires } from './wires/files.ts'
import { NetworkWires } from './wires/network.ts'
import type { Wires } from './wires/wires.ts'

const MICROS_PER_MS = 1000

/** Plays the run out and sends it. */
async function run(options: Options): Promise<void> {
  const { seed, hours, faults, speed } = options
  const lengthS = Math.round(hours * 3600)
  const startUs = options.startUs ?? (Math.floor(Date.now() / 1000) - lengthS) * 1_000_000
  const simulation = new Simulation({ seed, lengthS, startUs, faults })
  const truth = options.truth === undefined ? undefined : openTruth(options.truth)
  const wires = await openWires(options)
  const began = performance.now()
  const sent = { lines: 0, points: 0, inventory: 0, changes: 0 }
  for (const portion of simulation.run()) {
    if (speed !== undefined) {
      const dueMs = (portion.us - startUs) / MICROS_PER_MS / speed
      await sleep(Math.max(0, dueMs - (performance.now() - began)))
    }
    await wires.send(portion)
    sent.lines += portion.lines.length
    sent.points += portion.points.length
    sent.inventory += portion.inventory.length
    sent.changes += portion.changes.length
  }
  await wires.close()
  if (truth !== undefined) {
    for (const row of simulation.truthRows()) writeSync(truth, `${row}\n`)
    closeSync(truth)
  }
  if (options.about !== undefined) {
    const about = aboutRun(simulation, { startUs, lengthS }, sent)
    writeFileSync(options.about, `${JSON.stringify(about, null, 2)}\n`)
  }
  const tookS = ((performance.now() - began) / 1000).toFixed(1)
  process.stdout.write(`${sent.lines} log lines and ${sent.points} metric points in ${tookS} s\n`)
}

async function openWires(options: Options): Promise<Wires> {
  const { out, gzip, url, syslog, speed } = options
  if (out !== undefined) return new FileWires(out, gzip)
  const addresses = { ...(url ? { url } : {}), ...(syslog ? { syslog } : {}) }
  return NetworkWires.connect(addresses, speed !== undefined)
}

/** Opened before anything is sent: a run whose truth cannot be kept is worth nothing. */
function openTruth(file: string): number {
  try {
    return openSync(file, 'w')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `cannot write the truth to "${file}": ${why}; give a file in a folder that exists`,
    )
  }
}

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2))
    if (options === 'help') process.stdout.write(HELP)
    else await run(options)
    return 0
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`simulator: ${why}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

process.exitCode = await main()
