import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BatchBuilder } from '../../ingest/batch-builder.ts'
import { Normaliser } from '../../ingest/normalise.ts'
import { recordOf, rowOf } from '../../model/batch-record.ts'
import { staticTokens } from '../../model/template.ts'
import { hashToken } from '../../model/token-hash.ts'
import { tokensOf } from '../../model/tokens.ts'
import { findShared } from '../support/requirements.ts'
import { RECEIVED } from './rows.ts'

const LINES_PER_FILE = 1500

function* linesOf(folder: string): Generator<[file: string, line: Buffer]> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const bytes = readFileSync(file)
    let from = 0
    for (let n = 0; n < LINES_PER_FILE && from < bytes.length; n++) {
      const newline = bytes.indexOf(10, from)
      const to = newline < 0 ? bytes.length : newline
      yield [file, bytes.subarray(from, to)]
      from = to + 1
    }
  }
}

describe.each(['guest', 'hypervisor', 'storage', 'network'])('real lines of %s', (silo) => {
  const folder = findShared(`data/${silo}`)

  it.skipIf(folder === undefined)('come back byte for byte, are indexed, and share shapes', () => {
    const normaliser = new Normaliser(new Map())
    const builder = new BatchBuilder({ node: 'n1', nextSequence: 0 })
    const raws: Buffer[] = []
    for (const [file, raw] of linesOf(folder!)) {
      const text = raw.toString()
      const lossy = !Buffer.from(text).equals(raw)
      const envelope = {
        protocol: 'lines',
        received: RECEIVED,
        peer: 'file',
        meta: {},
        body: raw,
      } as const
      builder.add(
        normaliser.rowOf(
          { kind: 'log', raw, text, channel: file, source: file, lossy },
          envelope,
          {},
        ),
      )
      raws.push(raw)
    }
    const batch = builder.take('2026-11-21')!
    const words = new Set(batch.slotWords.map(([at, word]) => `${at} ${word}`))
    const statics = batch.templates.map((t) => new Set(staticTokens(t.pattern).flat()))
    let differing = 0
    let unindexed = 0
    let kept = 0
    raws.forEach((raw, i) => {
      const record = recordOf(rowOf(batch, i))
      if (!raw.equals(record.raw)) differing++
      const isText = raw.equals(Buffer.from(raw.toString()))
      if (isText && batch.verbatim.has(i)) kept++
      const from = i === 0 ? 0 : batch.tokenEnds[i - 1]!
      const hashes = new Set(batch.tokenHashes.subarray(from, batch.tokenEnds[i]))
      const template = batch.template[i]!
      for (const token of tokensOf(record.body)) {
        if (statics[template]!.has(token) || words.has(`${template} ${token}`)) continue
        if (!hashes.has(hashToken(token))) unindexed++
      }
    })
    expect({ differing, unindexed }).toEqual({ differing: 0, unindexed: 0 })
    expect(kept / batch.count).toBeLessThan(0.02)
  })
})
