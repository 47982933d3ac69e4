import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachFrame } from '../../../ingest/framing.ts'
import type { Envelope } from '../../../ingest/port.ts'
import { micros } from '../../../model/time.ts'
import { sampleEnvelopes } from '../../../search/sample/envelopes.ts'
import { readManifest } from '../../../search/sample/manifest.ts'
import { SMALL_MANIFEST, writeSample } from '../../support/small-sample.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const now = () => micros(1_795_000_000_000_000)

async function read(folder: string): Promise<{ envelopes: Envelope[]; shares: number[] }> {
  const shares: number[] = []
  const envelopes: Envelope[] = []
  const manifest = await readManifest(folder)
  const all = sampleEnvelopes(folder, manifest, now, (share) => shares.push(share))
  for await (const envelope of all) envelopes.push(envelope)
  return { envelopes, shares }
}

function framesOf({ body }: Envelope): string[] {
  const bytes = Buffer.from(body)
  const frames: string[] = []
  forEachFrame(bytes, (start, end) => frames.push(bytes.toString('utf8', start, end)))
  return frames
}

test('a sample is read as its wires would bring it, inventory first', async () => {
  const folder = temporaryFolder()
  writeSample(folder)
  const { envelopes, shares } = await read(folder)
  expect(envelopes.map(({ protocol }) => protocol)).toEqual([
    'inventory',
    'changes',
    'syslog',
    'otlp-metrics',
    'otlp-metrics',
  ])
  expect(envelopes.every(({ received }) => received === now())).toBe(true)
  const [, , syslog, first, second] = envelopes
  expect(framesOf(syslog!)).toHaveLength(3)
  expect(framesOf(syslog!)[1]).toBe('<14>Nov 20 10:00:01 vdi-1 app: two')
  // Its stamps have no year: they are of the sample's, not of the year in which it is loaded.
  expect(syslog!.meta).toEqual({ reference: SMALL_MANIFEST.to })
  for (const request of [first!, second!]) {
    const body = JSON.parse(Buffer.from(request.body).toString()) as { resourceMetrics: unknown[] }
    expect(body.resourceMetrics).toHaveLength(1)
  }
  expect(shares.at(-1)).toBe(1)
  expect([...shares].sort((a, b) => a - b)).toEqual(shares)
})

test('many lines go over in several bundles, none of them cut', async () => {
  const folder = temporaryFolder()
  const line = (n: number): string => `<14>2026-11-20T10:00:00Z vdi-1 app: line ${n} of very many`
  const lines = Array.from({ length: 60_000 }, (_, n) => line(n))
  writeSample(folder, { 'syslog.log': `${lines.join('\n')}\n` }, { lines: lines.length })
  const { envelopes } = await read(folder)
  const bundles = envelopes.filter(({ protocol }) => protocol === 'syslog')
  expect(bundles.length).toBeGreaterThan(5)
  expect(bundles.flatMap(framesOf)).toEqual(lines)
})

test('a file that is missing, cut off, no gzip or too short is named, with what to do', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'syslog.log.gz')
  const refused = async (): Promise<{ message: string; hint: string }> =>
    read(folder).then(
      () => ({ message: 'read', hint: '' }),
      (error: unknown) => error as { message: string; hint: string },
    )
  writeSample(folder)
  truncateSync(path, readFileSync(path).length - 12)
  const cut = await refused()
  expect(cut.message).toMatch(/^cannot read the sample file .*syslog\.log\.gz: unexpected end/)
  expect(cut.hint).toBe('build it with "npm run build:sample"')
  writeFileSync(path, 'plain text')
  expect((await refused()).message).toMatch(/syslog\.log\.gz: incorrect header/)
  writeSample(folder, {}, { lines: 4 })
  expect((await refused()).message).toMatch(/syslog\.log\.gz: it has 3 lines instead of 4/)
  rmSync(path)
  expect((await refused()).message).toMatch(/syslog\.log\.gz: ENOENT/)
})

test('a folder without a sample says so, and a damaged manifest where it is wrong', async () => {
  const folder = temporaryFolder()
  await expect(readManifest(folder)).rejects.toMatchObject({
    code: 'not_found',
    message: `there is no sample incident in ${folder}`,
    hint: 'build it with "npm run build:sample"',
  })
  writeSample(folder, {}, { lines: -1 })
  await expect(readManifest(folder)).rejects.toThrow(/sample\.json: lines must/)
  writeFileSync(join(folder, 'sample.json'), '{')
  await expect(readManifest(folder)).rejects.toMatchObject({ code: 'storage_unavailable' })
})
