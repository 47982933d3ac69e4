import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { Simulation } from '../../simulator/simulate.ts'
import { FileWires } from '../../simulator/wires/files.ts'
import { START_US } from './story.ts'

async function write(isGzip: boolean): Promise<Map<string, Buffer>> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const wires = new FileWires(folder, isGzip)
  const options = { seed: 3, lengthS: 120, startUs: START_US, faults: [] }
  for (const portion of new Simulation(options).run()) await wires.send(portion)
  await wires.close()
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))
}

test('compressed files hold the bytes of the plain ones, and are the same each time', async () => {
  const plain = await write(false)
  const first = await write(true)
  const second = await write(true)
  expect([...plain.keys()]).toEqual([
    'changes.ndjson',
    'inventory.ndjson',
    'metrics.otlp.jsonl',
    'syslog.log',
  ])
  expect(plain.get('syslog.log')!.length).toBeGreaterThan(10_000)
  for (const [name, bytes] of plain) {
    const packed = first.get(`${name}.gz`)!
    expect(gunzipSync(packed).equals(bytes), name).toBe(true)
    expect(second.get(`${name}.gz`)!.equals(packed), name).toBe(true)
  }
})
