import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { SampleManifest } from '../../search/sample/manifest.ts'

/** The files of a sample by name, without `.gz`. */
export type SampleTexts = Readonly<Record<string, string>>

export const SMALL_MANIFEST: SampleManifest = {
  build: 'small',
  from: '2026-11-20T09:00:00Z',
  to: '2026-11-20T11:00:00Z',
  lines: 3,
  points: 2,
  inventory: 1,
  changes: 1,
  vms: 1,
  hosts: 1,
  slow: { desktop: 'VDI-1', from: '2026-11-20T10:38:19Z', to: '2026-11-20T10:52:39Z' },
}

const request = (value: number): string =>
  JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'entity.id', value: { stringValue: 'vm:vdi-1' } }] },
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'vm.cpu.usage',
                unit: '1',
                gauge: {
                  dataPoints: [{ timeUnixNano: `${1795165220 + value}000000000`, asDouble: value }],
                },
              },
            ],
          },
        ],
      },
    ],
  })

const SMALL_TEXTS: SampleTexts = {
  'inventory.ndjson': '{"time":"2026-11-20T09:00:00Z","entity":{"id":"vm:vdi-1","name":"VDI-1"}}\n',
  'changes.ndjson':
    '{"time":"2026-11-20T10:12:00Z","entity":"vm:vdi-1","kind":"vm.reboot","summary":"restarts"}\n',
  'syslog.log':
    '<14>2026-11-20T10:00:00Z vdi-1 app: one\n<14>Nov 20 10:00:01 vdi-1 app: two\n<14>2026-11-20T10:00:02Z vdi-1 app: three\n',
  'metrics.otlp.jsonl': `${request(1)}\n${request(2)}\n`,
}

/** Writes a sample of a few records into a folder, with other files or another manifest where given. */
export function writeSample(
  folder: string,
  texts: SampleTexts = {},
  manifest: Partial<SampleManifest> = {},
): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries({ ...SMALL_TEXTS, ...texts })) {
    writeFileSync(join(folder, `${name}.gz`), gzipSync(text))
  }
  writeFileSync(join(folder, 'sample.json'), JSON.stringify({ ...SMALL_MANIFEST, ...manifest }))
}
