import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { SampleStatus } from '../../model/api.ts'
import { servePlumbline } from '../support/plumbline-process.ts'
import { waitUntil } from '../support/wait.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A server that shows the sample incident; tests only read it. */
    readonly sampleUrl: string
  }
}

/** One server with the sample for all stories, as `npm start` starts it; no test writes to it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-e2e-'))
  const server = await servePlumbline({ data: join(folder, 'data'), args: ['--sample'] })
  const { state, failure, missing } = await waitUntil(
    () => server.get<SampleStatus>('/api/v1/sample'),
    (sample) => sample.state === 'loaded' || (sample.failure ?? sample.missing) !== null,
    120_000,
  )
  if (state !== 'loaded') throw new Error(`cannot load the sample: ${failure ?? missing}`)
  project.provide('sampleUrl', server.url)
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}
