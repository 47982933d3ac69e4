import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { readLedger } from '../support/answers.ts'
import { servePlumbline } from '../support/plumbline-process.ts'
import { REPOSITORY } from '../support/requirements.ts'
import { waitUntil } from '../support/wait.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A server that holds the sample incident; tests only read it. */
    readonly sampleUrl: string
  }
}

const SIMULATOR = join(REPOSITORY, 'dist/simulator/main.js')
const run = promisify(execFile)

/** One server with the sample for all stories: filled once, and never written to by a test. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-e2e-'))
  const server = await servePlumbline({ data: join(folder, 'data') })
  const syslog = await server.listener('syslog-tcp')
  await run(process.execPath, [
    SIMULATOR,
    ...['--url', server.url, '--syslog', `${syslog.host}:${syslog.port}`],
  ])
  await waitUntil(
    () => readLedger(server),
    ({ received }) => received > 900_000,
    60_000,
  )
  project.provide('sampleUrl', server.url)
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}
